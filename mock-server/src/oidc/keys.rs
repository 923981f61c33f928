//! The keys of an issuer: the newest signs, and older ones go on verifying what they signed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use super::key::{SigningKey, VerifyingKey};
use super::{SignError, TokenError};
use crate::persist::{Load, Out, Shelf};

/// The public keys of a real cluster's issuer.
#[derive(Debug, Clone)]
pub(crate) struct ExternalIssuer {
    pub(crate) url: String,
    pub(super) keys: Arc<[VerifyingKey]>,
}

/// Where an issuer has its keys from.
#[derive(Debug)]
pub(super) enum Keys {
    /// From this server.
    Own(OwnKeys),
    /// From a real cluster.
    External(Arc<[VerifyingKey]>),
}

/// Keys of this server's, the newest first.
#[derive(Debug)]
pub(super) struct OwnKeys {
    /// Made when it is first needed.
    first: OnceLock<Arc<SigningKey>>,
    /// One at a time makes it.
    making: Mutex<()>,
    later: Mutex<Later>,
    /// Whether the first was given, and is not to be kept.
    is_first_fixed: bool,
}

/// The keys after the first, and where all of them are kept, if they are.
#[derive(Debug, Default)]
struct Later {
    keys: VecDeque<Arc<SigningKey>>,
    shelf: Option<Shelf>,
}

/// The row with the keys of an issuer.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Kept {
    /// In PEM form, the newest first.
    keys: Vec<String>,
}

/// The place of the keys, under their cluster's.
const PLACE: &str = "issuer";

/// Older keys than the newest so many verify no longer. EKS rotates keys every seven days, and its tokens last
/// a day at most.
const MAX_KEYS: usize = 8;

impl OwnKeys {
    pub(super) fn new(fixed: Option<Arc<SigningKey>>) -> Self {
        let first = OnceLock::new();
        let is_first_fixed = fixed.is_some();
        if let Some(fixed) = fixed {
            first.get_or_init(|| fixed);
        }
        Self {
            first,
            making: Mutex::default(),
            later: Mutex::default(),
            is_first_fixed,
        }
    }

    /// Reads keys that were kept.
    pub(super) fn load(&self, load: &mut Load) {
        let rows: Vec<Kept> = load.take(PLACE);
        let mut read = VecDeque::new();
        for pem in rows.iter().flat_map(|row| &row.keys) {
            match SigningKey::from_pem(pem) {
                Ok(key) => read.push_back(Arc::new(key)),
                Err(error) => load.refuse_place(PLACE, format!("a key cannot be read: {error}")),
            }
        }
        if !self.is_first_fixed
            && let Some(first) = read.pop_back()
        {
            self.first.get_or_init(|| first);
        }
        self.later().keys = read;
    }

    /// Takes down the keys that there are; from now on those that are made go to the shelf, if there is one.
    pub(super) fn write_out(&self, out: &mut Out<'_>, shelf: Option<&Shelf>) {
        let mut later = self.later();
        if let Some(kept) = self.to_be_kept(&later) {
            out.put(PLACE, "", &kept);
        }
        if let Some(shelf) = shelf {
            later.shelf = Some(shelf.clone());
        }
    }

    /// Keeps the keys after a new one was made.
    fn keep(&self, later: &Later) {
        if let (Some(shelf), Some(kept)) = (&later.shelf, self.to_be_kept(later)) {
            shelf.put(PLACE, "", &kept);
        }
    }

    fn to_be_kept(&self, later: &Later) -> Option<Kept> {
        let first = self.first.get().filter(|_| !self.is_first_fixed);
        let keys = later.keys.iter().chain(first);
        let keys: Vec<String> = keys.map(|key| key.pem().reveal().to_owned()).collect();
        Some(Kept { keys }).filter(|kept| !kept.keys.is_empty())
    }

    fn later(&self) -> MutexGuard<'_, Later> {
        self.later.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All keys, the one that signs first.
    pub(super) fn all(&self) -> Result<Vec<Arc<SigningKey>>, SignError> {
        let first = Arc::clone(self.first()?);
        let later = self.later();
        let all = later.keys.iter().cloned().chain([first]);
        Ok(all.take(MAX_KEYS).collect())
    }

    /// The key that signs.
    pub(super) fn newest(&self) -> Result<Arc<SigningKey>, SignError> {
        let first = Arc::clone(self.first()?);
        let later = self.later();
        Ok(later.keys.front().cloned().unwrap_or(first))
    }

    /// Has a new key sign from now on.
    pub(super) fn rotate(&self) -> Result<Arc<SigningKey>, SignError> {
        // The key before it verifies on, also when it has not been made yet.
        self.first()?;
        let key = Arc::new(SigningKey::generate()?);
        let mut later = self.later();
        later.keys.push_front(Arc::clone(&key));
        later.keys.truncate(MAX_KEYS);
        self.keep(&later);
        Ok(key)
    }

    fn first(&self) -> Result<&Arc<SigningKey>, SignError> {
        if let Some(first) = self.first.get() {
            return Ok(first);
        }
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        match self.first.get() {
            Some(first) => Ok(first),
            None => {
                let made = Arc::new(SigningKey::generate()?);
                let first = self.first.get_or_init(|| made);
                self.keep(&self.later());
                Ok(first)
            }
        }
    }
}

impl Keys {
    /// The public keys, the newest first.
    pub(super) fn public(&self) -> Result<Vec<VerifyingKey>, SignError> {
        Ok(match self {
            Keys::Own(own) => own.all()?.iter().map(|key| key.public().clone()).collect(),
            Keys::External(keys) => keys.to_vec(),
        })
    }

    /// Does something with the public key of an id.
    pub(super) fn with<T>(
        &self,
        id: &str,
        act: impl FnOnce(&VerifyingKey) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        match self {
            Keys::Own(own) => {
                let keys = own.all().map_err(|_| TokenError::UnknownKey)?;
                let mut keys = keys.iter().map(|key| key.public());
                act(keys
                    .find(|key| key.id == id)
                    .ok_or(TokenError::UnknownKey)?)
            }
            Keys::External(keys) => {
                let found = keys.iter().find(|key| key.id == id);
                act(found.ok_or(TokenError::UnknownKey)?)
            }
        }
    }
}

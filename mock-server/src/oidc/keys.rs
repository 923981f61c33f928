//! The keys of an issuer: the newest signs, and older ones go on verifying what they signed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::key::{SigningKey, VerifyingKey};
use super::{SignError, TokenError};

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
    later: Mutex<VecDeque<Arc<SigningKey>>>,
}

/// Older keys than the newest so many verify no longer. EKS rotates keys every seven days, and its tokens last
/// a day at most.
const MAX_KEYS: usize = 8;

impl OwnKeys {
    pub(super) fn new(fixed: Option<Arc<SigningKey>>) -> Self {
        let first = OnceLock::new();
        if let Some(fixed) = fixed {
            first.get_or_init(|| fixed);
        }
        Self {
            first,
            making: Mutex::default(),
            later: Mutex::default(),
        }
    }

    /// All keys, the one that signs first.
    pub(super) fn all(&self) -> Result<Vec<Arc<SigningKey>>, SignError> {
        let first = Arc::clone(self.first()?);
        let later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
        let all = later.iter().cloned().chain([first]);
        Ok(all.take(MAX_KEYS).collect())
    }

    /// The key that signs.
    pub(super) fn newest(&self) -> Result<Arc<SigningKey>, SignError> {
        let first = Arc::clone(self.first()?);
        let later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(later.front().cloned().unwrap_or(first))
    }

    /// Has a new key sign from now on.
    pub(super) fn rotate(&self) -> Result<Arc<SigningKey>, SignError> {
        // The key before it verifies on, also when it has not been made yet.
        self.first()?;
        let key = Arc::new(SigningKey::generate()?);
        let mut later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
        later.push_front(Arc::clone(&key));
        later.truncate(MAX_KEYS);
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
                Ok(self.first.get_or_init(|| made))
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

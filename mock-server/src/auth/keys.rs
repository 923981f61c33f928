//! Access keys: whose they are, and with what they sign.

use jiff::Timestamp;

use crate::account::{AccountId, Partition};
use crate::auth::secret::Secret;
use crate::store::Store;

/// An access key that the server knows.
#[derive(Debug)]
pub(crate) struct AccessKey {
    pub(crate) secret: Secret,
    /// What requests have to bring along, if the key is of temporary credentials.
    pub(crate) session_token: Option<Secret>,
    /// When it expires, if it does.
    pub(crate) expires: Option<Timestamp>,
    /// An inactive key signs nothing.
    pub(crate) is_active: bool,
}

/// The access key of the default account's administrator.
#[derive(Debug, Clone)]
pub struct AdminKey {
    pub(crate) id: String,
    pub(crate) secret: Secret,
}

/// Id and secret of the key that the administrator of the default account has, unless a server is told another.
/// It is the secret of other accounts' administrators, too, whose ids are those of the accounts.
const DEFAULT: &str = "test";

impl Default for AdminKey {
    fn default() -> Self {
        Self {
            id: DEFAULT.to_owned(),
            secret: Secret::new(DEFAULT),
        }
    }
}

/// The access key of an id, for requests that are signed for a region.
pub(crate) fn find(store: &Store, id: &str, region: &str) -> Option<AccessKey> {
    let partition = Partition::of_region(region).name;
    if let Some(issued) = store.issued_key(id, partition) {
        return Some(issued);
    }
    let settings = store.settings();
    let own = &settings.admin_key;
    let secret = match id.parse::<AccountId>() {
        _ if id == own.id => own.secret.clone(),
        Ok(account) if account == settings.account => own.secret.clone(),
        Ok(_) => Secret::new(DEFAULT),
        Err(_) => return None,
    };
    Some(AccessKey {
        secret,
        session_token: None,
        expires: None,
        is_active: true,
    })
}

/// Whether a text has the form of an access key's id (API reference of IAM, `AccessKey`), but for its length.
pub(crate) fn is_key_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

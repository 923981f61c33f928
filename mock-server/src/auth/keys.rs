//! Access keys: whose they are, and with what they sign.

use std::borrow::Cow;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::identity::Identity;
use jiff::Timestamp;

use crate::account::{AccountId, Partition};
use crate::auth::secret::Secret;
use crate::store::Store;

/// An access key that the server knows.
#[derive(Debug)]
pub(crate) struct AccessKey<'s> {
    /// What it signs with.
    pub(crate) signer: Cow<'s, Identity>,
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
    /// The same as what signs, made once.
    signer: Identity,
}

/// Id and secret of the key that the administrator of the default account has, unless a server is told another.
/// It is the secret of other accounts' administrators, too, whose ids are those of the accounts.
const DEFAULT: &str = "test";

impl AdminKey {
    pub(crate) fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        let secret = Secret::new(secret.into());
        let signer = signer(&secret);
        Self {
            id: id.into(),
            secret,
            signer,
        }
    }
}

impl Default for AdminKey {
    fn default() -> Self {
        Self::new(DEFAULT, DEFAULT)
    }
}

/// What signs with a secret, as the crate that makes signatures takes it. Ids of keys are no part of signatures, nor
/// are tokens: they are among the headers that a request signs.
pub(crate) fn signer(secret: &Secret) -> Identity {
    Credentials::new("", secret.reveal(), None, None, "keys").into()
}

/// The access key of an id, for requests that are signed for a region.
pub(crate) fn find<'s>(store: &'s Store, id: &str, region: &str) -> Option<AccessKey<'s>> {
    let partition = Partition::of_region(region).name;
    if let Some(issued) = store.issued_key(id, partition) {
        return Some(issued);
    }
    let settings = store.settings();
    let own = &settings.admin_key;
    let signer = match id.parse::<AccountId>() {
        _ if id == own.id => Cow::Borrowed(&own.signer),
        Ok(account) if account == settings.account => Cow::Borrowed(&own.signer),
        Ok(_) => Cow::Owned(signer(&Secret::new(DEFAULT))),
        Err(_) => return None,
    };
    Some(AccessKey {
        signer,
        session_token: None,
        expires: None,
        is_active: true,
    })
}

/// Whether a text has the form of an access key's id (API reference of IAM, `AccessKey`), but for its length.
pub(crate) fn is_key_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

//! Associations, found by service account, by id and by the request that made them.

use std::ops::{Deref, DerefMut};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::{Row, SEPARATOR};

/// An EKS Pod Identity association.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) namespace: String,
    pub(crate) service_account: String,
    pub(crate) role_arn: String,
    pub(crate) extras: Extras,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// The request that made the association.
    pub(crate) request: Option<RequestToken>,
}

/// The members that most associations have no value of. There may be many associations, so that these take
/// no room where they are all missing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Extras(Option<Box<Extra>>);

/// The members, and what they are when nothing is said.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Extra {
    pub(crate) target_role_arn: Option<String>,
    pub(crate) disable_session_tags: bool,
    pub(crate) policy: Option<String>,
    /// The add-on that made the association, if one did.
    pub(crate) owner_arn: Option<String>,
    pub(crate) tags: Tags,
    /// The request that last changed it.
    pub(crate) last_update: Option<RequestToken>,
}

impl Extra {
    pub(crate) const NONE: Self = Self {
        target_role_arn: None,
        disable_session_tags: false,
        policy: None,
        owner_arn: None,
        tags: Tags::new(),
        last_update: None,
    };
}

impl From<Extra> for Extras {
    fn from(extra: Extra) -> Self {
        let texts = [&extra.target_role_arn, &extra.policy, &extra.owner_arn];
        let is_none = texts.into_iter().all(Option::is_none)
            && !extra.disable_session_tags
            && extra.tags.is_empty()
            && extra.last_update.is_none();
        Self((!is_none).then(|| Box::new(extra)))
    }
}

impl Deref for Extras {
    type Target = Extra;

    fn deref(&self) -> &Extra {
        static NONE: Extra = Extra::NONE;
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl DerefMut for Extras {
    fn deref_mut(&mut self) -> &mut Extra {
        self.0.get_or_insert_with(|| Box::new(Extra::NONE))
    }
}

impl Association {
    /// Index of the association ids.
    pub(crate) const BY_ID: usize = 0;
    /// Index of service account and namespace, in this order.
    pub(crate) const BY_SERVICE_ACCOUNT: usize = 1;

    /// The key of the association of a service account.
    pub(crate) fn key(namespace: &str, service_account: &str) -> String {
        format!("{namespace}{SEPARATOR}{service_account}")
    }
}

impl Requested for Association {
    const BY_REQUEST: usize = 2;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for Association {
    type Indices = [String; 3];

    fn key(&self) -> String {
        Self::key(&self.namespace, &self.service_account)
    }

    fn indices(&self) -> Self::Indices {
        [
            self.id.clone(),
            Self::key(&self.service_account, &self.namespace),
            RequestToken::index_text(self.request.as_ref()),
        ]
    }
}

//! Issuing temporary credentials.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use podpass_policy::{CompiledPolicy, Principal};
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::auth::secret::Secret;
use crate::state::iam::User;
use crate::state::sts::Session;
use crate::store::Context;

/// Credentials in an answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) session_token: String,
    pub(crate) expiration: Timestamp,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}

/// A session that is about to begin.
pub(super) struct NewSession {
    pub(super) account: AccountId,
    pub(super) principal: Principal,
    pub(super) user_id: String,
    /// The unique id of the IAM user who gets them, unless they are a role's.
    pub(super) user: Option<String>,
    pub(super) policies: Vec<Arc<CompiledPolicy>>,
    pub(super) principal_tags: BTreeMap<String, String>,
    pub(super) transitive_tags: BTreeMap<String, String>,
    pub(super) source_identity: Option<String>,
    pub(super) provider: Option<String>,
}

/// What a caller wants of the credentials.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Wanted {
    pub(super) duration_seconds: Option<u32>,
    minimum_session_token_size: Option<usize>,
}

/// The tags of the calling user, by which policies know the sessions that it begins.
pub(super) fn user_tags(cx: &Context) -> BTreeMap<String, String> {
    let id = cx.scope.caller.iam_user();
    let user = id.and_then(|id| cx.iam().users.find(User::BY_ID, id));
    let tags = user.into_iter().flat_map(|user| user.tags.scan());
    tags.map(|(_, tag)| (tag.key.clone(), tag.value.clone()))
        .collect()
}

/// Issues credentials that stand for a session from now on, for so many seconds.
pub(super) fn issue(
    cx: &mut Context,
    session: NewSession,
    wanted: &Wanted,
    default_seconds: u32,
) -> Credentials {
    let seconds = wanted.duration_seconds.unwrap_or(default_seconds);
    let issued = cx.now_in_seconds();
    let lasts = SignedDuration::from_secs(seconds.into());
    let expires = issued.saturating_add(lasts).unwrap_or(Timestamp::MAX);
    let access_key = cx.ids.access_key("ASIA", session.account);
    let credentials = Credentials {
        access_key_id: access_key.clone(),
        secret_access_key: cx.ids.secret(),
        session_token: cx
            .ids
            .session_token(wanted.minimum_session_token_size.unwrap_or_default()),
        expiration: expires,
    };
    let session = Session {
        access_key,
        secret: Secret::new(credentials.secret_access_key.as_str()),
        token: Secret::new(credentials.session_token.as_str()),
        account: session.account,
        principal: session.principal,
        user_id: session.user_id,
        user: session.user,
        issued,
        expires,
        policies: session.policies,
        principal_tags: session.principal_tags,
        transitive_tags: session.transitive_tags,
        source_identity: session.source_identity,
        provider: session.provider,
    };
    cx.state.sessions.put(session, issued);
    credentials
}

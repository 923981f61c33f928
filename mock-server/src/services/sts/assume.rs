//! Assuming a role: what AssumeRole, AssumeRoleWithWebIdentity and EKS Auth have in common, once each knows who
//! assumes it, and for what.

use std::borrow::Cow;
use std::sync::Arc;

use podpass_policy::{
    Arn, AssumeRole as Call, CompiledPolicy, DocumentKind, PolicyDocument, Principal,
};
use serde::Serialize;

use super::StsError;
use super::credentials::{self, Credentials, NewSession, Wanted};
use crate::account::AccountId;
use crate::auth::authorize::CallerPolicies;
use crate::propagation::Propagation;
use crate::services::iam;
use crate::state::iam::Role;
use crate::store::Context;

/// Reads a role's ARN; STS calls others invalid before it looks for anything.
pub(super) fn role_arn(text: &str) -> Result<Arn, StsError> {
    let invalid = || StsError::Invalid(text.to_owned());
    let arn = text.parse::<Arn>().map_err(|_| invalid())?;
    Some(arn).filter(Arn::is_role).ok_or_else(invalid)
}

/// The role of an ARN and its account.
pub(crate) fn role<'c>(cx: &'c Context, arn: &Arn) -> Option<(AccountId, &'c Role)> {
    let account = arn.account().parse::<AccountId>().ok()?;
    let iam = cx.state.iam(account, arn.partition());
    let iam = iam.seen(cx.moment(Propagation::IamToSts));
    Some((account, iam.role_by_arn(arn.as_str())?))
}

/// A call on a role, with the tags that the role brings into it.
pub(crate) fn call(principal: Principal, arn: Arn, role: &Role, session_name: &str) -> Call {
    let mut call = Call::new(principal, arn, session_name);
    let tags = role.tags.scan();
    call.role_tags = tags
        .map(|(_, tag)| (tag.key.clone(), tag.value.clone()))
        .collect();
    call
}

/// Decides by the role's trust policy and by the caller's own policies; services and web identities have none.
///
/// # Errors
/// AWS's sentence, where the policies lead to one.
pub(crate) fn decide(
    cx: &Context,
    call: &Call,
    role: &Role,
    own: &CallerPolicies,
) -> Result<(), Option<String>> {
    let trust = trust_policy(cx, role);
    let decision = call.authorize(&own.layers().trust(&trust));
    match decision.is_allowed() {
        true => Ok(()),
        false => Err(decision.message),
    }
}

/// The trust policy as it decides now: principals that were deleted are no longer those who have their names.
fn trust_policy<'r>(cx: &Context, role: &'r Role) -> Cow<'r, CompiledPolicy> {
    let stored = &role.trust.document;
    match iam::current_trust_policy(cx.state, role) {
        Cow::Borrowed(_) => Cow::Borrowed(&stored.compiled),
        Cow::Owned(text) => PolicyDocument::parse(&text)
            .map_or(Cow::Borrowed(&*stored.compiled), |document| {
                Cow::Owned(CompiledPolicy::compile(&document, DocumentKind::Trust))
            }),
    }
}

/// A session that was begun, as answers tell it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssumedRoleUser {
    pub(crate) assumed_role_id: String,
    pub(crate) arn: String,
}

/// The session as policies speak of it, with the id of its role.
pub(crate) fn session(call: &Call, role_id: &str) -> Result<Principal, StsError> {
    let mut session = call
        .session()
        .map_err(|_| StsError::Invalid(call.session_name.clone()))?;
    if let Principal::RoleSession { role_id: id, .. } = &mut session {
        *id = Some(role_id.to_owned());
    }
    Ok(session)
}

/// Begins the session of a call that is allowed, limited by these policies.
pub(crate) fn begin(
    cx: &mut Context,
    call: &Call,
    (account, role_id): (AccountId, &str),
    policies: Vec<Arc<CompiledPolicy>>,
    (wanted, default_seconds): (&Wanted, u32),
) -> Result<(Credentials, AssumedRoleUser), StsError> {
    let user_id = format!("{role_id}:{}", call.session_name);
    let session = NewSession {
        account,
        principal: session(call, role_id)?,
        user_id: user_id.clone(),
        user: None,
        policies,
        principal_tags: call.principal_tags(),
        transitive_tags: call.transitive_tags(),
        source_identity: call.source_identity.clone(),
        provider: match &call.principal {
            Principal::WebIdentity { provider } => Some(provider.clone()),
            _ => None,
        },
    };
    let user = AssumedRoleUser {
        assumed_role_id: user_id,
        arn: session.principal.to_string(),
    };
    let credentials = credentials::issue(cx, session, wanted, default_seconds);
    Ok((credentials, user))
}

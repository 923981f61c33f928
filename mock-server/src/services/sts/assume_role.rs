use podpass_policy::{Arn, AssumeRole as Call, Principal};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::assume::{self, AssumedRoleUser};
use super::credentials::{Credentials, Wanted};
use super::session_policy::SessionPolicies;
use super::{Sts, StsError, members};
use crate::auth::authorize::{self, CallerPolicies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::{Role, Tag};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Begins a session of a role: its trust policy and the caller's own policies must allow it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssumeRole {
    role_arn: String,
    role_session_name: String,
    #[serde(flatten)]
    wanted: Wanted,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    transitive_tag_keys: Vec<String>,
    external_id: Option<String>,
    source_identity: Option<String>,
    /// That there are some has to be allowed; what they say is not looked at.
    #[serde(default)]
    provided_contexts: Vec<IgnoredAny>,
    #[serde(flatten)]
    policies: SessionPolicies,
}

/// The session's credentials and name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    credentials: Credentials,
    assumed_role_user: AssumedRoleUser,
    packed_policy_size: Option<usize>,
    source_identity: Option<String>,
}

const DEFAULT_SECONDS: u32 = 3_600;
/// The most that a session begun by another role's session can last.
const CHAINING_SECONDS: u32 = 3_600;

impl Operation for AssumeRole {
    const NAME: &'static str = "AssumeRole";
    const INPUT: &'static [Member] = &[
        members::ROLE_ARN,
        members::ROLE_SESSION_NAME,
        members::POLICY_ARNS,
        members::POLICY,
        members::duration_seconds(43_200),
        members::MINIMUM_SESSION_TOKEN_SIZE,
        members::TAGS,
        members::TRANSITIVE_TAG_KEYS,
        members::EXTERNAL_ID,
        members::SERIAL_NUMBER,
        members::TOKEN_CODE,
        members::SOURCE_IDENTITY,
        members::PROVIDED_CONTEXTS,
    ];
    const ERRORS: &'static [&'static str] = &["MalformedPolicyDocument", "PackedPolicyTooLarge"];
    type Service = Sts;
    type Access = Write;
    type Output = Output;
    type Error = StsError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        // The role's trust policy takes part in this decision: `call` makes it, whatever the mode.
        Vec::new()
    }

    fn prepare(&mut self) -> Result<(), StsError> {
        self.policies.prepare()
    }

    fn call(self, cx: &mut Context) -> Result<Output, StsError> {
        let arn = assume::role_arn(&self.role_arn)?;
        let Some((account, role)) = assume::role(cx, &arn) else {
            return Err(StsError::AccessDenied(denied(cx, &arn)));
        };
        let call = self.decided(cx, arn, role)?;
        self.check_duration(cx, role)?;
        let packed = self
            .policies
            .packed_size(&self.tags, &self.transitive_tag_keys)?;
        let packed_policy_size =
            (!self.policies.is_empty() || !self.tags.is_empty()).then_some(packed);

        let role_id = role.id.clone();
        let policies = self.policies.compiled(cx, account)?;
        let lasts = (&self.wanted, DEFAULT_SECONDS);
        let (credentials, assumed_role_user) =
            assume::begin(cx, &call, (account, &role_id), policies, lasts)?;
        Ok(Output {
            credentials,
            assumed_role_user,
            packed_policy_size,
            source_identity: call.source_identity,
        })
    }
}

impl AssumeRole {
    /// The call as the policy language knows it, once it is allowed.
    fn decided(&self, cx: &Context, arn: Arn, role: &Role) -> Result<Call, StsError> {
        let caller = &cx.scope.caller;
        let principal = caller
            .principal()
            .map_err(|_| StsError::Invalid(caller.arn()))?;
        let tags = self.tags.iter();
        let mut call = assume::call(principal, arn, role, &self.role_session_name);
        call.tags = tags
            .map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect();
        call.transitive_tag_keys
            .clone_from(&self.transitive_tag_keys);
        call.external_id.clone_from(&self.external_id);
        call.source_identity.clone_from(&self.source_identity);
        call.provides_contexts = !self.provided_contexts.is_empty();
        if let Some(session) = caller.session() {
            call.inherited_tags.clone_from(&session.transitive_tags);
            call.source_identity = call
                .source_identity
                .or_else(|| session.source_identity.clone());
        }
        call.context = authorize::common_keys(cx);
        call.check_tags().map_err(StsError::SessionTags)?;
        match assume::decide(cx, &call, role, &CallerPolicies::of(cx)) {
            Ok(()) => Ok(call),
            Err(message) => {
                let message = message.unwrap_or_else(|| denied(cx, &call.role));
                Err(StsError::AccessDenied(message))
            }
        }
    }

    fn check_duration(&self, cx: &Context, role: &Role) -> Result<(), StsError> {
        let seconds = self.wanted.duration_seconds.unwrap_or(DEFAULT_SECONDS);
        let is_role = |principal: &Principal| matches!(principal, Principal::RoleSession { .. });
        let chained = cx
            .scope
            .caller
            .session()
            .is_some_and(|session| is_role(&session.principal));
        if chained && seconds > CHAINING_SECONDS {
            return Err(StsError::ExceedsChainingMaximum);
        }
        match seconds > role.max_session_duration {
            true => Err(StsError::ExceedsRoleMaximum),
            false => Ok(()),
        }
    }
}

/// What STS says of a role that does not exist: it does not tell that from one that must not be assumed.
fn denied(cx: &Context, role: &Arn) -> String {
    let caller = cx.scope.caller.arn();
    format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}")
}

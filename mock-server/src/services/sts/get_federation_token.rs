use podpass_policy::{Principal, check_session_tag_keys};
use serde::{Deserialize, Serialize};

use super::credentials::{self, Credentials, NewSession, Wanted};
use super::session_policy::SessionPolicies;
use super::{Sts, StsError, members};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::Tag;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Issues temporary credentials for a federated user, who may do what the caller may and the given policies allow.
///
/// IAM takes the credentials as it takes the user's own, where AWS's has nothing to do with federated users.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetFederationToken {
    name: String,
    #[serde(flatten)]
    wanted: Wanted,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(flatten)]
    policies: SessionPolicies,
}

/// The credentials and the user's name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    credentials: Credentials,
    federated_user: FederatedUser,
    packed_policy_size: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FederatedUser {
    federated_user_id: String,
    arn: String,
}

const DEFAULT_SECONDS: u32 = 43_200;

impl Operation for GetFederationToken {
    const NAME: &'static str = "GetFederationToken";
    const INPUT: &'static [Member] = &[
        members::FEDERATED_NAME,
        members::SHORT_POLICY,
        members::POLICY_ARNS,
        members::duration_seconds(129_600),
        members::MINIMUM_SESSION_TOKEN_SIZE,
        members::TAGS,
    ];
    const ERRORS: &'static [&'static str] = &["MalformedPolicyDocument", "PackedPolicyTooLarge"];
    type Service = Sts;
    type Access = Write;
    type Output = Output;
    type Error = StsError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let federate = Permission::of::<Self>(federated_user_arn(cx, &self.name));
        let federate = federate.setting_tags(self.tags.iter().map(|tag| (&tag.key, &tag.value)));
        match self.tags.is_empty() {
            true => vec![federate],
            false => vec![federate.clone(), federate.also("sts:TagSession")],
        }
    }

    fn prepare(&mut self) -> Result<(), StsError> {
        self.policies.prepare()
    }

    fn call(self, cx: &mut Context) -> Result<Output, StsError> {
        let account = cx.account();
        if cx.scope.caller.session().is_some() {
            return Err(StsError::SessionCredentials(Self::NAME));
        }
        check_session_tag_keys(self.tags.iter().map(|tag| tag.key.as_str()))
            .map_err(StsError::SessionTags)?;
        let packed_policy_size = self.policies.packed_size(&self.tags, &[])?;
        let arn = federated_user_arn(cx, &self.name);
        let federated_user = FederatedUser {
            federated_user_id: format!("{account}:{}", self.name),
            arn: arn.clone(),
        };
        // Keys are the same in any case: a tag that is given takes the place of the user's.
        let mut tags = credentials::user_tags(cx);
        for tag in self.tags {
            tags.retain(|key, _| !key.eq_ignore_ascii_case(&tag.key));
            tags.insert(tag.key, tag.value);
        }
        let session = NewSession {
            account,
            principal: Principal::FederatedUser {
                arn: arn.parse().map_err(|_| StsError::Invalid(arn))?,
            },
            user_id: federated_user.federated_user_id.clone(),
            user: Some(cx.scope.caller.user_id()),
            policies: self.policies.compiled(cx, account)?,
            principal_tags: tags,
            transitive_tags: Default::default(),
            source_identity: None,
            provider: None,
        };
        Ok(Output {
            credentials: credentials::issue(cx, session, &self.wanted, DEFAULT_SECONDS),
            federated_user,
            packed_policy_size,
        })
    }
}

fn federated_user_arn(cx: &Context, name: &str) -> String {
    format!(
        "arn:{}:sts::{}:federated-user/{name}",
        cx.partition(),
        cx.account()
    )
}

use podpass_policy::Arn;
use serde::{Deserialize, Serialize};

use super::access_entry::{self, POLICIES};
use super::access_grant::{Scope, View};
use super::access_rule::AccessRule;
use super::{Cause, Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{AccessEntry, AccessGrant};
use crate::store::{Context, Write};
use crate::validation::{Member, Shape};

/// Associates an access policy with an access entry, or changes where it holds.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssociateAccessPolicy {
    #[serde(rename = "name")]
    cluster_name: String,
    principal_arn: String,
    policy_arn: String,
    access_scope: Scope,
}

/// The policy, as it is associated now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    cluster_name: String,
    principal_arn: String,
    associated_access_policy: View,
}

impl Operation for AssociateAccessPolicy {
    const NAME: &'static str = "AssociateAccessPolicy";
    const ROUTE: Route =
        Route::post("/clusters/{name}/access-entries/{principalArn}/access-policies");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::PRINCIPAL_ARN,
        members::ACCESS_POLICY_ARN,
        Member::new(
            "accessScope",
            Shape::Structure(&[
                Member::new("type", Shape::Enum(&["cluster", "namespace"])),
                Member::new("namespaces", members::TEXTS),
            ]),
        )
        .required(),
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let entry =
            permission::on_access_entry::<Self>(cx, &self.cluster_name, &self.principal_arn)
                .with("eks:policyArn", self.policy_arn.as_str());
        vec![self.access_scope.limits(entry)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (_, entry) = access_entry::find(cx, &self.cluster_name, &self.principal_arn)?;
        let refuse = |cause: Cause| cause.in_cluster(&self.cluster_name);
        check(cx, entry, &self.policy_arn).map_err(refuse)?;
        let namespaces = self.access_scope.into_namespaces();
        let namespaces = namespaces.map_err(|rule| refuse(rule.into()))?;
        let existing = entry.policies.get(&self.policy_arn);
        let grant = AccessGrant {
            namespaces,
            associated: existing.map_or(cx.now, |grant| grant.associated),
            modified: cx.now,
        };
        let view = View::new(&self.policy_arn, &grant);
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster.access_entries.update(&self.principal_arn, |entry| {
                entry.policies.insert(self.policy_arn, grant);
            })
        })?;
        Ok(Output {
            cluster_name: self.cluster_name,
            principal_arn: self.principal_arn,
            associated_access_policy: view,
        })
    }
}

/// Whether the policy is one of AWS's, and the entry can have it.
fn check(cx: &Context, entry: &AccessEntry, policy_arn: &str) -> Result<(), Cause> {
    let arn: Option<Arn> = policy_arn.parse().ok();
    if arn.is_none_or(|arn| arn.service() != "eks") {
        return Err(AccessRule::PolicyArn.into());
    }
    let mut known = POLICIES.into_iter();
    if !known.any(|name| access_entry::policy_arn(cx, name) == policy_arn) {
        return Err(Cause::AccessPolicyNotFound);
    }
    match access_entry::takes_policies(&entry.kind) {
        true => Ok(()),
        false => Err(AccessRule::NotStandard.into()),
    }
}

use serde::{Deserialize, Serialize};

use super::access_grant::Scope;
use super::{Cause, Eks, EksError, access_entry, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes an access policy off an access entry.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisassociateAccessPolicy {
    #[serde(rename = "name")]
    cluster_name: String,
    principal_arn: String,
    policy_arn: String,
}

/// Nothing.
#[derive(Debug, Serialize)]
pub(crate) struct Output {}

impl Operation for DisassociateAccessPolicy {
    const NAME: &'static str = "DisassociateAccessPolicy";
    const ROUTE: Route =
        Route::delete("/clusters/{name}/access-entries/{principalArn}/access-policies/{policyArn}");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::PRINCIPAL_ARN,
        members::ACCESS_POLICY_ARN,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidRequestException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let (cluster, principal) = (&self.cluster_name, &self.principal_arn);
        let disassociate = permission::on_access_entry::<Self>(cx, cluster, principal)
            .with("eks:policyArn", self.policy_arn.as_str());
        // The request does not say where the policy holds, but there are keys for it.
        let entry = access_entry::find(cx, cluster, principal).ok();
        let grant = entry.and_then(|(_, entry)| entry.policies.get(&self.policy_arn));
        vec![match grant {
            Some(grant) => Scope::of(grant).limits(disassociate),
            None => disassociate,
        }]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (_, entry) = access_entry::find(cx, &self.cluster_name, &self.principal_arn)?;
        if !entry.policies.contains_key(&self.policy_arn) {
            return Err(Cause::AccessPolicyNotFound.in_cluster(self.cluster_name));
        }
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster.access_entries.update(&self.principal_arn, |entry| {
                entry.policies.remove(&self.policy_arn);
            })
        })?;
        Ok(Output {})
    }
}

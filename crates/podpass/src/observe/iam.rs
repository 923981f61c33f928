//! Roles and customer managed policies.

use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;

use super::{Depth, found, gather};
use crate::arn::{PolicyArn, RoleArn};
use crate::desired::Desired;
use crate::document::Document;
use crate::id::{AccountId, PolicyName, RoleName};
use crate::observed::{ObservedPolicy, ObservedRole};
use crate::port::{Iam, PortError, World};
use crate::run::Run;
use crate::spec::{PolicySpec, RoleSpec, RoleState};

pub(super) struct IamState {
    pub(super) roles: BTreeMap<RoleArn, ObservedRole>,
    pub(super) policies: BTreeMap<PolicyArn, ObservedPolicy>,
}

pub(super) async fn observe<W: World>(
    run: &Run<W>,
    desired: &Desired,
    depth: Depth,
) -> Result<IamState, PortError> {
    let given = desired.given_roles();
    let reads = desired
        .roles
        .keys()
        .chain(given)
        .map(|arn| role(run, arn).boxed())
        .collect();
    let roles: BTreeMap<_, _> = gather(run, reads).await?.into_iter().flatten().collect();
    let mut wanted: BTreeSet<&PolicyArn> = desired.policies.keys().collect();
    if depth == Depth::Verify {
        wanted.extend(roles.values().flat_map(|role| &role.state.attached));
    }
    let reads = wanted
        .into_iter()
        .filter_map(|arn| Some(policy(run, arn, arn.account()?).boxed()))
        .collect();
    let policies = gather(run, reads).await?.into_iter().flatten().collect();
    Ok(IamState { roles, policies })
}

pub(crate) async fn role<W: World>(
    run: &Run<W>,
    arn: &RoleArn,
) -> Result<Option<(RoleArn, ObservedRole)>, PortError> {
    let iam = run.iam(arn.account()).await?;
    let name = arn.name();
    let Some(role) = found(iam.read(|iam| iam.role(name)).await)? else {
        return Ok(None);
    };
    let (attached, names) = futures::try_join!(
        iam.read(|iam| iam.attached_policies(name)),
        iam.read(|iam| iam.inline_policies(name))
    )?;
    let reads = names
        .into_iter()
        .map(|policy| inline_policy(run, arn.account(), name, policy).boxed())
        .collect();
    let inline = gather(run, reads).await?.into_iter().flatten().collect();
    let state = RoleState {
        spec: RoleSpec {
            description: role.description.filter(|text| !text.is_empty()),
            max_session_duration: role.max_session_duration,
            permissions_boundary: role.permissions_boundary,
            trust_policy: Document::new(role.trust_policy),
            tags: role.tags,
        },
        attached: attached.into_iter().collect(),
        inline,
    };
    let observed = ObservedRole {
        arn: role.arn,
        state,
    };
    Ok(Some((arn.clone(), observed)))
}

async fn inline_policy<W: World>(
    run: &Run<W>,
    account: &AccountId,
    role: &RoleName,
    policy: PolicyName,
) -> Result<Option<(PolicyName, Document)>, PortError> {
    let iam = run.iam(account).await?;
    let document = found(iam.read(|iam| iam.inline_policy(role, &policy)).await)?;
    Ok(document.map(|document| (policy, Document::new(document))))
}

pub(crate) async fn policy<W: World>(
    run: &Run<W>,
    arn: &PolicyArn,
    account: &AccountId,
) -> Result<Option<(PolicyArn, ObservedPolicy)>, PortError> {
    let iam = run.iam(account).await?;
    let Some(policy) = found(iam.read(|iam| iam.policy(arn)).await)? else {
        return Ok(None);
    };
    let version = &policy.default_version;
    let document = iam.read(|iam| iam.policy_document(arn, version)).await?;
    let observed = ObservedPolicy {
        spec: PolicySpec {
            description: policy.description.filter(|text| !text.is_empty()),
            document: Document::new(document),
            tags: policy.tags,
        },
        attachment_count: policy.attachment_count,
    };
    Ok(Some((arn.clone(), observed)))
}

//! Roles and customer managed policies.

use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;

use super::{Depth, found, gather, target};
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
    pub(super) missing_policies: BTreeSet<PolicyArn>,
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
    let missing_policies = match depth {
        Depth::Plan => missing_policies(run, desired, &roles).await?,
        Depth::Destroy | Depth::Verify => BTreeSet::new(),
    };
    let mut state = IamState {
        roles,
        policies,
        missing_policies,
    };
    if depth == Depth::Verify {
        target::observe(run, desired, &mut state).await?;
    }
    Ok(state)
}

/// Looks for the managed policies that roles are to get and that the plan does not create itself.
async fn missing_policies<W: World>(
    run: &Run<W>,
    desired: &Desired,
    roles: &BTreeMap<RoleArn, ObservedRole>,
) -> Result<BTreeSet<PolicyArn>, PortError> {
    // By account: AWS's own policies are the same everywhere, and any account may read them.
    let mut wanted: BTreeMap<&PolicyArn, &AccountId> = BTreeMap::new();
    for (arn, state) in &desired.roles {
        let found = roles.get(arn).map(|role| &role.state);
        let bound = state.spec.permissions_boundary.as_ref();
        let attached = state
            .attached
            .iter()
            .filter(|policy| found.is_none_or(|found| !found.attached.contains(*policy)));
        let bound = bound.filter(|_| {
            found.is_none_or(|found| found.spec.permissions_boundary.as_ref() != bound)
        });
        let existing = attached
            .chain(bound)
            .filter(|policy| !desired.policies.contains_key(*policy));
        wanted.extend(existing.map(|policy| (policy, arn.account())));
    }
    let reads = wanted
        .into_iter()
        .map(|(policy, account)| is_missing(run, policy, account).boxed())
        .collect();
    let missing = gather(run, reads).await?;
    Ok(missing.into_iter().flatten().cloned().collect())
}

/// The policy if it is not there. One that the caller may not read passes for existing: IAM tells in the end.
async fn is_missing<'a, W: World>(
    run: &Run<W>,
    arn: &'a PolicyArn,
    account: &AccountId,
) -> Result<Option<&'a PolicyArn>, PortError> {
    let iam = run.iam(account).await?;
    match found(iam.read(|iam| iam.policy(arn)).await) {
        Ok(found) => Ok(found.is_none().then_some(arn)),
        Err(error) if error.is_access_denied() => Ok(None),
        Err(error) => Err(error),
    }
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
        boundary_count: policy.boundary_count,
    };
    Ok(Some((arn.clone(), observed)))
}

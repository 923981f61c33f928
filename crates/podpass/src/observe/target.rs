//! Target roles, and what decides whether the first roles may assume them.

use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;

use super::{gather, iam};
use crate::arn::{PolicyArn, RoleArn};
use crate::desired::Desired;
use crate::id::AccountId;
use crate::observed::{ObservedPolicy, ObservedRole};
use crate::port::{PortError, PortErrorKind, World};
use crate::run::Run;

/// Reads the target roles of the manifest's associations, and all managed policies and boundaries of both roles, AWS's own
/// included. What these credentials may not read is left out.
pub(super) async fn observe<W: World>(
    run: &Run<W>,
    desired: &Desired,
    state: &mut iam::IamState,
) -> Result<(), PortError> {
    let mut targets: BTreeMap<&RoleArn, &AccountId> = BTreeMap::new();
    let mut involved: BTreeSet<&RoleArn> = BTreeSet::new();
    for (subject, association) in &desired.associations {
        if let Some(target) = &association.spec.target_role_arn {
            targets.insert(target, &subject.cluster.account);
            involved.extend([target, &association.spec.role_arn]);
        }
    }
    let reads = targets
        .into_iter()
        .filter(|(arn, _)| !state.roles.contains_key(*arn))
        .map(|(arn, own)| role(run, arn, own).boxed())
        .collect();
    let roles: Vec<_> = gather(run, reads).await?;
    state.roles.extend(roles.into_iter().flatten());
    let involved = involved
        .into_iter()
        .filter_map(|arn| Some((arn, state.roles.get(arn)?)));
    let reads = policies_of(involved)
        .into_iter()
        .filter(|(arn, _)| !state.policies.contains_key(arn))
        .map(|(arn, account)| policy(run, arn, account).boxed())
        .collect();
    let policies: Vec<_> = gather(run, reads).await?;
    state.policies.extend(policies.into_iter().flatten());
    Ok(())
}

/// A target role; one of another account than `own` that these credentials cannot read passes for not there.
pub(crate) async fn role<W: World>(
    run: &Run<W>,
    arn: &RoleArn,
    own: &AccountId,
) -> Result<Option<(RoleArn, ObservedRole)>, PortError> {
    match iam::role(run, arn).await {
        Err(error)
            if arn.account() != own
                && matches!(
                    error.kind(),
                    PortErrorKind::Unreachable | PortErrorKind::AccessDenied
                ) =>
        {
            tracing::debug!(%error, role = %arn, "the target role cannot be read");
            Ok(None)
        }
        answer => answer,
    }
}

/// The managed policies and boundaries of roles, each with an account in which it can be read.
pub(crate) fn policies_of<'a>(
    roles: impl Iterator<Item = (&'a RoleArn, &'a ObservedRole)>,
) -> BTreeSet<(PolicyArn, AccountId)> {
    let of_role = |(arn, role): (&'a RoleArn, &'a ObservedRole)| {
        let state = &role.state;
        let arns = state
            .attached
            .iter()
            .chain(&state.spec.permissions_boundary);
        arns.map(move |policy| {
            let account = policy.account().unwrap_or(arn.account());
            (policy.clone(), account.clone())
        })
    };
    roles.flat_map(of_role).collect()
}

async fn policy<W: World>(
    run: &Run<W>,
    arn: PolicyArn,
    account: AccountId,
) -> Result<Option<(PolicyArn, ObservedPolicy)>, PortError> {
    match iam::policy(run, &arn, &account).await {
        Err(error) if error.is_access_denied() || error.is_not_found() => {
            tracing::warn!(%error, policy = %arn, "the policy cannot be read");
            Ok(None)
        }
        answer => answer,
    }
}

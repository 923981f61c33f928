//! The role's trust policy, which has to let EKS assume it. That of a target role is a matter of the session.

use super::{LinkState, PodPath, Verdict};
use crate::can_i::{AccessReason, walk};
use crate::session_tag::{self, UNKNOWN_POD};

pub(super) fn judge(path: &PodPath) -> Verdict {
    let Some(association) = path.association() else {
        return Verdict::not_reached("without an association there is no role to assume");
    };
    let observed = match &path.roles {
        Ok(observed) => observed,
        Err(error) => return Verdict::unasked(error),
    };
    let role = &association.spec.role_arn;
    let holds = || Verdict::holds(format!("EKS may assume role `{}`", role.name()));
    if !path.token_is_old && matches!(path.session, Some(Ok(_))) {
        // It has just done so, whatever the policies that were read a moment before say.
        return holds();
    }
    let access = walk(observed, path.subject(), pod(path), None);
    if let Some(first) = access.steps.first()
        && first.decision.is_allowed()
    {
        return holds();
    }
    let verdict = Verdict::denied(&access.reasons);
    match &access.reasons[..] {
        [AccessReason::RoleMissing { .. }] => {
            verdict.remedy("create the role, or give the association another one")
        }
        [AccessReason::PolicyMissing { .. }] => Verdict {
            state: LinkState::Unseen,
            ..verdict
        },
        _ if verdict.remedy.is_some() => verdict,
        _ => verdict.remedy(
            "let the trust policy allow `pods.eks.amazonaws.com` both sts:AssumeRole and sts:TagSession, under \
             conditions that this association meets",
        ),
    }
}

/// The pod, as the session tags tell it.
pub(super) fn pod(path: &PodPath) -> session_tag::Pod<'_> {
    match &path.pod {
        Ok(Some(pod)) => session_tag::Pod {
            name: &pod.name,
            uid: &pod.uid,
        },
        _ => UNKNOWN_POD,
    }
}

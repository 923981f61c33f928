//! The roles: EKS has to be let assume the first, and its session the target role, if there is one.

use super::{PodPath, Verdict};
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
    let spec = &association.spec;
    let role = spec.role_arn.name();
    let target = spec.target_role_arn.as_ref();
    let target = target.map_or_else(String::new, |target| {
        format!(", and its session target role `{}`", target.name())
    });
    let holds = || Verdict::holds(format!("EKS may assume role `{role}`{target}"));
    if !path.token_is_old && matches!(path.session, Some(Ok(_))) {
        // It has just done so, whatever the policies that were read a moment before say.
        return holds();
    }
    let access = walk(observed, path.subject(), pod(path), None);
    if access.allowed {
        return holds();
    }
    let verdict = Verdict::denied(&access.reasons);
    match &access.reasons[..] {
        [AccessReason::RoleMissing { role }] if role.account() == &path.subject().cluster.account => {
            verdict.remedy("create the role, or give the association another one")
        }
        [AccessReason::RoleMissing { .. } | AccessReason::PolicyMissing { .. }] => Verdict {
            state: super::LinkState::Unseen,
            ..verdict
        },
        _ if verdict.remedy.is_some() => verdict,
        _ => verdict.remedy(
            "let the policies allow sts:AssumeRole and sts:TagSession, under conditions that this association meets",
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

//! The session, which EKS Auth begins for the token, through the target role if there is one.

use super::{PodPath, Verdict, agent, token, trust_policy};
use crate::can_i::{AccessReason, AccessStage, walk};
use crate::explain::Session;
use crate::port::{PortError, PortErrorKind};

pub(super) fn judge(path: &PodPath) -> Verdict {
    let error = match &path.session {
        None => return not_reached(path, "there was no token to exchange"),
        Some(Ok(Session { arn, expiration })) => {
            return Verdict::holds(format!("the agent hands out `{arn}` until {expiration}"));
        }
        Some(Err(error)) => error,
    };
    if token::is_about(error) {
        return not_reached(path, "the token was not good for one");
    }
    if agent::is_of_agent(error) {
        return not_reached(path, "the agent did not get one");
    }
    let verdict = Verdict::broken(told(error));
    match error.kind() {
        PortErrorKind::NotFound => verdict.remedy(
            "EKS Auth sees no association; one that was made a moment ago takes seconds to show",
        ),
        PortErrorKind::AccessDenied => verdict.remedy(denial(path)),
        PortErrorKind::Throttled => verdict.remedy("try again later"),
        _ => verdict,
    }
}

/// Without an exchange only policies can tell that there would be no session.
fn not_reached(path: &PodPath, why: &str) -> Verdict {
    match target_denial(path) {
        Some(reasons) => Verdict::denied(&reasons),
        None => Verdict::not_reached(why),
    }
}

/// What to do where EKS could not assume the role, or its session the target role.
fn denial(path: &PodPath) -> String {
    if let Some(reasons) = target_denial(path) {
        return Verdict::denied(&reasons).message;
    }
    let association = path.association();
    let spec = association.map(|association| &association.spec);
    let target = spec.and_then(|spec| spec.target_role_arn.as_ref());
    match (association, spec, target) {
        (Some(association), Some(spec), Some(target)) => {
            let external_id = association.external_id.as_deref().unwrap_or("unknown");
            format!(
                "let role `{}` do sts:AssumeRole and sts:TagSession on `{target}`, and the trust policy of that one let it, \
                 by session tags or the external id `{external_id}`",
                spec.role_arn.name()
            )
        }
        _ => "EKS could not assume the role: what the trust policy says above, or a control policy of the organisation; \
              changes take seconds to show"
            .to_owned(),
    }
}

/// Why the role's session cannot assume the target role, as far as policies that were read tell it.
fn target_denial(path: &PodPath) -> Option<Vec<AccessReason>> {
    let observed = path.roles.as_ref().ok()?;
    let access = walk(observed, path.subject(), trust_policy::pod(path), None);
    let stage = access.steps.last()?.stage;
    let is_denied = stage == AccessStage::AssumeTargetRole && !access.allowed;
    is_denied.then_some(access.reasons)
}

/// An error in the words of who refused, which are those that the program sees.
pub(super) fn told(error: &PortError) -> String {
    match error.code() {
        Some(code) => format!("{code}: {}", error.message()),
        None => error.message().to_owned(),
    }
}

//! The policies, which have to allow what the pod wants to do.

use super::{PodPath, Verdict, trust_policy};
use crate::arn::RoleArn;
use crate::can_i::{Access, AccessQuestion, AccessReason, AccessStage, walk};
use crate::observed::Observed;

pub(super) fn judge(path: &PodPath, question: Option<&AccessQuestion>) -> Verdict {
    let Some(association) = path.association() else {
        return Verdict::not_reached(
            "without an association there is no role whose policies count",
        );
    };
    let observed = match &path.roles {
        Ok(observed) => observed,
        Err(error) => return Verdict::unasked(error),
    };
    match question {
        Some(question) => {
            let access = walk(
                observed,
                path.subject(),
                trust_policy::pod(path),
                Some(question),
            );
            decided(&access, question)
        }
        None => {
            let spec = &association.spec;
            let role = spec.target_role_arn.as_ref().unwrap_or(&spec.role_arn);
            told(observed, role)
        }
    }
}

fn decided(access: &Access, question: &AccessQuestion) -> Verdict {
    let AccessQuestion {
        action, resource, ..
    } = question;
    if access.allowed {
        return Verdict::holds(format!("`{action}` on `{resource}` is allowed"));
    }
    match (access.steps.last(), &access.reasons[..]) {
        (Some(step), _) if step.stage == AccessStage::Act => Verdict::denied(&access.reasons),
        (Some(step), [AccessReason::RoleMissing { role }]) if step.decision.is_allowed() => {
            Verdict::unseen(format!(
                "target role `{role}` cannot be read with these credentials"
            ))
        }
        _ => Verdict::not_reached("without credentials nothing is allowed"),
    }
}

/// Without a question: what there is.
fn told(observed: &Observed, role: &RoleArn) -> Verdict {
    let name = role.name();
    let Some(role) = observed.roles.get(role) else {
        return Verdict::not_reached(format!("role `{name}` was not found"));
    };
    let ask = "ask about an action: `--action ACTION --resource ARN`";
    match role.state.attached.len() + role.state.inline.len() {
        0 => Verdict::unseen(format!(
            "role `{name}` has no permissions policies: only the policies of resources can allow anything"
        ))
        .remedy(ask),
        count => {
            let plural = if count == 1 { "policy" } else { "policies" };
            Verdict::holds(format!("role `{name}` has {count} permissions {plural}")).remedy(ask)
        }
    }
}

//! A role's trust policy does not let EKS assume it for an association.

use podpass_policy::{Decision, Outcome};

use super::{Assumption, Finding, Severity, assumptions};
use crate::desired::Desired;
use crate::observed::Observed;
use crate::trust::{SessionTags, TrustDenial, denial};

/// EKS assumes the role as `pods.eks.amazonaws.com`, for the cluster, with the session tags that the
/// association makes it send: the trust policy is evaluated for exactly that.
pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    assumptions(desired, observed)
        .filter(|assumption| !assumption.needs_session_tags())
        .filter_map(|assumption| {
            let denial = assumption.denial(assumption.session_tags)?;
            Some(Finding {
                code: "trust-denied",
                severity: Severity::Error,
                subject: assumption.subject.to_string(),
                explanation: format!(
                    "role `{}` cannot be assumed for it: {}",
                    assumption.role_arn,
                    reason(&denial)
                ),
                remedy:
                    "let the trust policy allow `pods.eks.amazonaws.com` both sts:AssumeRole and \
                         sts:TagSession, under conditions that this association meets"
                        .to_owned(),
            })
        })
        .collect()
}

impl Assumption<'_> {
    pub(super) fn denial(&self, session_tags: SessionTags) -> Option<TrustDenial> {
        denial(
            &self.role.state.spec.trust_policy,
            &self.role.arn.to_string(),
            self.subject,
            self.cluster_arn,
            session_tags,
        )
    }

    /// Whether the trust policy would let EKS in if it sent the session tags that are disabled.
    pub(super) fn needs_session_tags(&self) -> bool {
        self.session_tags == SessionTags::Disabled
            && self.denial(SessionTags::Disabled).is_some()
            && self.denial(SessionTags::Sent).is_none()
    }
}

fn reason(denial: &TrustDenial) -> String {
    match denial {
        TrustDenial::Unreadable(error) => format!("its trust policy cannot be read: {error}"),
        TrustDenial::Denied { action, decision } => match decision.outcome {
            Outcome::ExplicitDeny => format!("{} denies `{action}`", statement(decision)),
            _ => format!(
                "no statement of its trust policy allows `{action}`{}",
                missing_keys(decision)
            ),
        },
    }
}

fn statement(decision: &Decision) -> String {
    decision.matched.first().map_or_else(
        || "its trust policy".to_owned(),
        |matched| format!("statement {} of its trust policy", matched.index + 1),
    )
}

fn missing_keys(decision: &Decision) -> String {
    if decision.missing_keys.is_empty() {
        return String::new();
    }
    format!(
        "; conditions ask for {}, which EKS does not send",
        decision.missing_keys.join(", ")
    )
}

//! A trust policy asks for session tags that the association tells EKS to leave out.

use super::{Finding, Severity, assumptions};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    assumptions(desired, observed)
        .filter(super::Assumption::needs_session_tags)
        .map(|assumption| Finding {
            code: "session-tags-needed",
            severity: Severity::Error,
            subject: assumption.subject.to_string(),
            explanation: format!(
                "the trust policy of role `{}` has conditions on session tags, \
                 and `disableSessionTags` tells EKS to send none",
                assumption.role_arn
            ),
            remedy: "let EKS send session tags, or narrow the trust policy by aws:SourceArn and \
                     aws:SourceAccount instead"
                .to_owned(),
        })
        .collect()
}

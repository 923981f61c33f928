//! An association says something else than the manifest.

use super::{Finding, Severity, associations};
use crate::desired::Desired;
use crate::observed::Observed;
use crate::spec::{AssociationSpec, same_session_policy};

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    associations(desired, observed)
        .filter_map(|(subject, wanted)| {
            let found = observed.associations.get(subject)?;
            let differences = differences(&found.spec, &wanted.spec);
            (!differences.is_empty()).then(|| Finding {
                code: "association-differs",
                severity: Severity::Error,
                subject: subject.to_string(),
                explanation: format!(
                    "the association differs from the manifest: {}",
                    differences.join("; ")
                ),
                remedy: "bring it in line with `podpass apply`, then recreate the pods: \
                         they keep old credentials for up to six hours"
                    .to_owned(),
            })
        })
        .collect()
}

fn differences(found: &AssociationSpec, wanted: &AssociationSpec) -> Vec<String> {
    let mut differences = Vec::new();
    if found.role_arn != wanted.role_arn {
        differences.push(format!(
            "its role is `{}`, not `{}`",
            found.role_arn, wanted.role_arn
        ));
    }
    if found.target_role_arn != wanted.target_role_arn {
        let show = |arn: &Option<_>| {
            arn.as_ref()
                .map_or_else(|| "none".to_owned(), |arn| format!("`{arn}`"))
        };
        differences.push(format!(
            "its target role is {}, not {}",
            show(&found.target_role_arn),
            show(&wanted.target_role_arn)
        ));
    }
    if found.disable_session_tags != wanted.disable_session_tags {
        differences.push(format!(
            "`disableSessionTags` is {}",
            found.disable_session_tags
        ));
    }
    if !same_session_policy(found.policy.as_ref(), wanted.policy.as_ref()) {
        differences.push("its session policy is another one".to_owned());
    }
    differences
}

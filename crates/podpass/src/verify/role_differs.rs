//! A role that podpass owns is not as the manifest says.

use super::{Finding, Severity};
use crate::desired::Desired;
use crate::observed::Observed;
use crate::spec::{RoleSpec, is_owned};

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    desired
        .roles
        .iter()
        .filter_map(|(arn, wanted)| {
            let found = &observed.roles.get(arn)?.state.spec;
            let differences = differences(found, &wanted.spec);
            (!differences.is_empty()).then(|| Finding {
                code: "role-differs",
                severity: Severity::Warning,
                subject: arn.to_string(),
                explanation: format!("{} not as the manifest says", are(&differences)),
                remedy: if is_owned(&found.tags) {
                    "bring it in line: `podpass apply`".to_owned()
                } else {
                    "podpass does not own the role; let it take the role over with `podpass apply --adopt`"
                        .to_owned()
                },
            })
        })
        .collect()
}

fn differences(found: &RoleSpec, wanted: &RoleSpec) -> Vec<&'static str> {
    let mut differences = Vec::new();
    if !found.trust_policy.same_meaning(&wanted.trust_policy) {
        differences.push("the trust policy");
    }
    if found.permissions_boundary != wanted.permissions_boundary {
        differences.push("the permissions boundary");
    }
    if found.max_session_duration != wanted.max_session_duration {
        differences.push("the longest session");
    }
    differences
}

fn are(what: &[&str]) -> String {
    match what {
        [only] => format!("{only} is"),
        [many @ .., last] => format!("{} and {last} are", many.join(", ")),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::are;

    #[test]
    fn differences_are_told_as_one_sentence() {
        assert_eq!(are(&["the trust policy"]), "the trust policy is");
        assert_eq!(are(&["one", "two"]), "one and two are");
        assert_eq!(are(&["one", "two", "three"]), "one, two and three are");
    }
}

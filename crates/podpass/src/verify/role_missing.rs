//! A role that associations use is not there.

use super::{Finding, Severity};
use crate::desired::Desired;
use crate::observed::Observed;

pub(super) fn check(desired: &Desired, observed: &Observed) -> Vec<Finding> {
    let given = desired.given_roles();
    desired
        .roles
        .keys()
        .chain(given.iter().copied())
        .filter(|arn| {
            let found = observed.roles.get(*arn);
            found.is_none_or(|role| role.arn != **arn)
        })
        .map(|arn| Finding {
            code: "role-missing",
            severity: Severity::Error,
            subject: arn.to_string(),
            explanation: match observed.roles.get(arn) {
                Some(other) => format!("the role of that name is another one: `{}`", other.arn),
                None => "the role does not exist".to_owned(),
            },
            remedy: if given.contains(arn) {
                "create the role, or let podpass create it with `role:`".to_owned()
            } else {
                "create it: `podpass apply`".to_owned()
            },
        })
        .collect()
}

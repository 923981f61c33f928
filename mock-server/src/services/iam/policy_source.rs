//! The entity whose policies a request asks about, by its ARN.

use podpass_policy::{Arn, Principal};

use super::simulation::Policies;
use super::{IamError, lookup};
use crate::auth::authorize::CallerPolicies;
use crate::store::Context;

/// An entity and its policies.
#[derive(Debug)]
pub(super) struct PolicySource {
    pub(super) arn: Arn,
    pub(super) principal: Principal,
    pub(super) policies: Policies,
}

impl PolicySource {
    /// Finds the entity that PolicySourceArn names, which must be the caller's account's.
    pub(super) fn find(cx: &Context, arn: &str) -> Result<Self, IamError> {
        let invalid = || IamError::InvalidEntityArn(arn.to_owned());
        let parsed: Arn = arn.parse().map_err(|_| invalid())?;
        let is_own = parsed.service() == "iam" && parsed.account() == cx.account().to_string();
        let policies = match parsed.resource_type() {
            "role" if is_own => {
                let role = lookup::role(cx, parsed.resource_name())?;
                CallerPolicies::of_role(cx, role, None)
            }
            "user" if is_own => {
                let user = lookup::user(cx, parsed.resource_name())?;
                CallerPolicies::of_user(cx, user, None)
            }
            "group" if is_own => {
                let group = lookup::group(cx, parsed.resource_name())?;
                CallerPolicies::of_group(cx, group)
            }
            _ => return Err(invalid()),
        };
        Ok(Self {
            principal: match parsed.resource_type() {
                // Groups make no calls: their users do.
                "group" => somebody(cx)?,
                _ => principal(&parsed)?,
            },
            arn: parsed,
            policies: Policies {
                identity: policies.identity,
                boundary: policies.boundary,
                ..Policies::default()
            },
        })
    }
}

/// The principal that a user's or a role's ARN stands for.
pub(super) fn principal(arn: &Arn) -> Result<Principal, IamError> {
    let invalid = || IamError::InvalidEntityArn(arn.to_string());
    match (arn.service(), arn.resource_type()) {
        ("iam", "user") => Ok(Principal::user(arn.clone())),
        ("iam", "role") => Principal::role_session(arn.clone(), "simulated").map_err(|_| invalid()),
        _ => Err(invalid()),
    }
}

/// A user of the account of whom no more is known.
pub(super) fn somebody(cx: &Context) -> Result<Principal, IamError> {
    let arn = cx.iam_arn("user", "/", "simulated");
    let parsed = arn.parse();
    parsed
        .map(Principal::user)
        .map_err(|_| IamError::InvalidEntityArn(arn))
}

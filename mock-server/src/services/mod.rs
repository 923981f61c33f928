//! The AWS services: one folder each, one file per operation.

pub(crate) mod eks;
pub(crate) mod eks_auth;
pub(crate) mod iam;
mod patterns;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod reference;
pub(crate) mod sts;

use crate::operation::Registered;

/// Every service, by the name in a signature's scope.
pub(crate) static SERVICES: &[&Registered] = &[
    &iam::SERVICE,
    &sts::SERVICE,
    &eks::SERVICE,
    &eks_auth::SERVICE,
];

/// The service of a name.
pub(crate) fn service(name: &str) -> Option<&'static Registered> {
    SERVICES
        .iter()
        .find(|service| service.name == name)
        .copied()
}

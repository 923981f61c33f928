//! Amazon EKS Auth, which exchanges service account tokens for the credentials of roles.

mod error;
mod exchange;

use http::StatusCode;

pub(crate) use assume_role_for_pod_identity::AssumeRoleForPodIdentity;
pub(crate) use error::EksAuthError;

use crate::operation::{Registered, Route, Service, operations};
use crate::protocol::Fault;
use crate::protocol::rest_json::RestJson;
use crate::validation::Violations;

operations![assume_role_for_pod_identity::AssumeRoleForPodIdentity];

/// Every operation of the service model of API version 2023-11-26.
const KNOWN: &[(&str, Route)] = &[(
    "AssumeRoleForPodIdentity",
    Route::post("/clusters/{clusterName}/assume-role-for-pod-identity"),
)];

pub(crate) static SERVICE: Registered = Registered::of::<EksAuth>(OPERATIONS, KNOWN);

/// The service.
///
/// `InternalServerException`, `InvalidRequestException`, `ServiceUnavailableException` and `ThrottlingException` are
/// answered only where throttling or a fault is asked for.
pub(crate) struct EksAuth;

impl Service for EksAuth {
    const NAME: &'static str = "eks-auth";
    const VERSION: &'static str = "2023-11-26";
    type Protocol = RestJson;

    fn refuse(violations: Violations) -> Fault {
        Fault::new(
            StatusCode::BAD_REQUEST,
            "InvalidParameterException",
            violations.hiding("token").message(true),
        )
    }
}

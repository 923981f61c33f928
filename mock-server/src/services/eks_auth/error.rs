//! What can go wrong in EKS Auth, and how it says it.

use http::StatusCode;
use jiff::Timestamp;

use crate::kubernetes::Gone;
use crate::oidc::TokenError;
use crate::protocol::Fault;

/// The causes. AWS tells little of them; the ledger tells the rest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum EksAuthError {
    ClusterNotFound(String),
    TokenExpired {
        expired: Timestamp,
        now: Timestamp,
    },
    TokenInvalid(TokenError),
    /// The token is of a service account, but of no pod.
    NotOfAPod,
    /// What the token is bound to is no longer there.
    Gone(Gone),
    NoAssociation,
    /// The association's role or its target role could not be assumed, for this reason.
    RoleDenied(String),
}

impl From<EksAuthError> for Fault {
    fn from(error: EksAuthError) -> Self {
        use EksAuthError::*;
        let invalid = |reason: String| {
            let text = "The token included in the request is invalid";
            Fault::new(StatusCode::BAD_REQUEST, "InvalidTokenException", text).because(reason)
        };
        match error {
            ClusterNotFound(name) => Fault::new(
                StatusCode::NOT_FOUND,
                "ResourceNotFoundException",
                format!("No cluster found for name: {name}."),
            ),
            TokenExpired { expired, now } => Fault::new(
                StatusCode::BAD_REQUEST,
                "ExpiredTokenException",
                format!(
                    "The token included in the request is expired: current date/time {now} must be before the expiration date/time {expired}."
                ),
            ),
            TokenInvalid(error) => invalid(error.to_string()),
            NotOfAPod => invalid("the token is not bound to a pod".to_owned()),
            Gone(gone) => invalid(gone.to_string()),
            NoAssociation => Fault::new(
                StatusCode::NOT_FOUND,
                "ResourceNotFoundException",
                "The token included in the request has no service account role association for it.",
            ),
            RoleDenied(reason) => Fault::new(
                StatusCode::BAD_REQUEST,
                "AccessDeniedException",
                "Unauthorized Exception! EKS does not have permissions to assume the associated role.",
            )
            .because(reason),
        }
    }
}

//! What can go wrong in STS, and how STS says it.

use http::StatusCode;
use podpass_policy::{MalformedPolicy, SessionTagError};

use crate::protocol::Fault;

/// The causes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StsError {
    /// With AWS's sentence.
    AccessDenied(String),
    /// An ARN that is none of a role, or an access key id that tells no account.
    Invalid(String),
    ExceedsRoleMaximum,
    ExceedsChainingMaximum,
    SessionTags(SessionTagError),
    MalformedPolicy(String),
    TooManyPolicies(usize),
    /// How much of the allotted space the policies and tags take, in percent.
    PackedPolicyTooLarge(usize),
    /// A message that this server did not encode for the account.
    InvalidAuthorizationMessage,
    /// An operation that temporary credentials cannot call.
    SessionCredentials(&'static str),
}

impl From<MalformedPolicy> for StsError {
    fn from(error: MalformedPolicy) -> Self {
        Self::MalformedPolicy(error.message)
    }
}

impl From<StsError> for Fault {
    fn from(error: StsError) -> Self {
        use StsError::*;
        let (status, code, message) = match error {
            AccessDenied(message) => (StatusCode::FORBIDDEN, "AccessDenied", message),
            Invalid(value) => (StatusCode::BAD_REQUEST, "ValidationError", format!("{value} is invalid")),
            ExceedsRoleMaximum => (
                StatusCode::BAD_REQUEST,
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.".to_owned(),
            ),
            ExceedsChainingMaximum => (
                StatusCode::BAD_REQUEST,
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
                    .to_owned(),
            ),
            SessionTags(error) => {
                (StatusCode::BAD_REQUEST, "InvalidParameterValue", error.to_string())
            }
            MalformedPolicy(message) => {
                (StatusCode::BAD_REQUEST, "MalformedPolicyDocument", message)
            }
            TooManyPolicies(limit) => (
                StatusCode::BAD_REQUEST,
                "ValidationError",
                format!(
                    "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to {limit}"
                ),
            ),
            PackedPolicyTooLarge(percent) => (
                StatusCode::BAD_REQUEST,
                "PackedPolicyTooLarge",
                format!("Packed policy consumes {percent}% of allotted space, please use smaller policy."),
            ),
            InvalidAuthorizationMessage => (
                StatusCode::BAD_REQUEST,
                "InvalidAuthorizationMessageException",
                "Message is not valid".to_owned(),
            ),
            SessionCredentials(operation) => (
                StatusCode::FORBIDDEN,
                "AccessDenied",
                format!("Cannot call {operation} with session credentials"),
            ),
        };
        Self::new(status, code, message)
    }
}

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
    /// The account has no provider of the token's issuer, whose URL this is.
    NoProvider(String),
    /// The provider does not list who the token is for.
    TokenAudience,
    /// When the token expired, and what time it is, in seconds since 1970.
    TokenExpired {
        expired: i64,
        now: i64,
    },
    /// It is no JWT.
    TokenMalformed,
    /// The provider's keys are not known here, or the token names none of them.
    NoVerificationKey,
    /// With what is wrong with the token, for the ledger.
    TokenInvalid(String),
    /// The role's trust policy does not allow a web identity, with the reason for the ledger.
    WebIdentityDenied(String),
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

const INVALID_IDENTITY_TOKEN: &str = "InvalidIdentityToken";

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
            NoProvider(url) => (
                StatusCode::BAD_REQUEST,
                INVALID_IDENTITY_TOKEN,
                format!("No OpenIDConnect provider found in your account for {url}"),
            ),
            TokenAudience => (
                StatusCode::BAD_REQUEST,
                INVALID_IDENTITY_TOKEN,
                "Incorrect token audience".to_owned(),
            ),
            TokenExpired { expired, now } => (
                StatusCode::BAD_REQUEST,
                "ExpiredTokenException",
                format!("Token expired: current date/time {now} must be before the expiration date/time{expired}"),
            ),
            TokenMalformed => (
                StatusCode::BAD_REQUEST,
                INVALID_IDENTITY_TOKEN,
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
                    .to_owned(),
            ),
            NoVerificationKey => (
                StatusCode::BAD_REQUEST,
                INVALID_IDENTITY_TOKEN,
                "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"
                    .to_owned(),
            ),
            TokenInvalid(reason) => {
                let text = "The web identity token provided could not be validated";
                return Self::new(StatusCode::BAD_REQUEST, INVALID_IDENTITY_TOKEN, text)
                    .because(reason);
            }
            WebIdentityDenied(reason) => {
                let text = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
                return Self::new(StatusCode::FORBIDDEN, "AccessDenied", text).because(reason);
            }
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

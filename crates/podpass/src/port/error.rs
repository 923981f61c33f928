//! One error for every port: what failed, in AWS's words, and what kind of failure it is.

use std::fmt;

use crate::id::AssociationId;

/// Which service a port error comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// AWS Identity and Access Management.
    Iam,
    /// Amazon Elastic Kubernetes Service.
    Eks,
    /// AWS Security Token Service.
    Sts,
    /// A cluster's Kubernetes API server.
    Kubernetes,
    /// The EKS Pod Identity Agent, and EKS Auth behind it.
    Agent,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Iam => "IAM",
            Self::Eks => "EKS",
            Self::Sts => "STS",
            Self::Kubernetes => "Kubernetes",
            Self::Agent => "Pod Identity Agent",
        })
    }
}

/// The kinds of failure that the engine tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PortErrorKind {
    /// The thing asked for does not exist.
    NotFound,
    /// Something with that name, or for that subject, exists already.
    Conflict,
    /// Too many requests: try later, more slowly.
    Throttled,
    /// EKS does not see the role yet, or it does not exist.
    RoleNotPropagated,
    /// The role's trust policy, as EKS sees it, does not let Pod Identity in.
    TrustPolicyInvalid,
    /// The caller may not do this, or nobody knows the caller.
    AccessDenied,
    /// The request is wrong, and stays wrong when sent again.
    Invalid,
    /// A quota is used up.
    LimitExceeded,
    /// The service failed on its side, or cannot do it at this moment.
    Unavailable,
    /// No answer that could be read came: connection, name resolution, TLS, time out, no credentials, or nonsense.
    Unreachable,
    /// None of the above.
    Other,
}

/// A request to AWS or Kubernetes that failed.
///
/// ```
/// use podpass::port::{PortError, Service};
///
/// let error = PortError::answered(
///     Service::Eks,
///     "CreatePodIdentityAssociation",
///     409,
///     "ResourceInUseException",
///     "Association already exists: a-abcdefghijklmnop1",
/// );
/// assert!(error.is_conflict());
/// assert_eq!(error.existing_association().unwrap().as_str(), "a-abcdefghijklmnop1");
/// ```
#[derive(Clone, Debug)]
pub struct PortError(Box<Details>);

#[derive(Clone, Debug)]
struct Details {
    service: Service,
    operation: &'static str,
    kind: PortErrorKind,
    code: Option<String>,
    status: Option<u16>,
    message: String,
    unreadable: bool,
    request_id: Option<String>,
    hint: Option<String>,
}

impl PortError {
    /// A service answered with an error: its HTTP `status`, its `code` (for Kubernetes the `reason`)
    /// and its own `message`. The kind follows from these. An empty `code` stands for an answer
    /// without one, such as a proxy's.
    pub fn answered(
        service: Service,
        operation: &'static str,
        status: u16,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let (code, message) = (code.into(), message.into());
        Self(Box::new(Details {
            service,
            operation,
            kind: classify(status, &code, &message),
            code: (!code.is_empty()).then_some(code),
            status: Some(status),
            message,
            unreadable: false,
            request_id: None,
            hint: None,
        }))
    }

    /// No service answered: the request could not be made or sent, or nothing came back.
    pub fn unreachable(
        service: Service,
        operation: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self(Box::new(Details {
            service,
            operation,
            kind: PortErrorKind::Unreachable,
            code: None,
            status: None,
            message: message.into(),
            unreadable: false,
            request_id: None,
            hint: None,
        }))
    }

    /// The connection ended before the answer came: whether the request was done is not known. It can be made again where
    /// doing it twice is as good as once.
    pub fn lost(service: Service, operation: &'static str, message: impl Into<String>) -> Self {
        let mut error = Self::unreachable(service, operation, message);
        error.0.kind = PortErrorKind::Unavailable;
        error
    }

    /// An answer came that makes no sense: not AWS's, as a rule, but that of something in its place.
    pub fn unreadable(service: Service, operation: &'static str, why: impl fmt::Display) -> Self {
        let message = format!("the answer cannot be read: {why}");
        let mut error = Self::unreachable(service, operation, message);
        error.0.unreadable = true;
        error
    }

    /// The same error with the request id that AWS support asks for.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.0.request_id = Some(request_id.into());
        self
    }

    /// The same error with what a person can do about it, kept apart from the message.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Which service failed.
    pub fn service(&self) -> Service {
        self.0.service
    }

    /// The API operation, such as `CreateRole`; for Kubernetes a verb and kind.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> PortErrorKind {
        self.0.kind
    }

    /// AWS's error code without prefix, or the `reason` of a Kubernetes status.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The HTTP status, when an answer came.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The service's own words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// AWS's request id, when an answer came.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// What a person can do about it, when the adapter knows.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Whether the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == PortErrorKind::NotFound
    }

    /// Whether the name or subject is taken.
    pub fn is_conflict(&self) -> bool {
        self.kind() == PortErrorKind::Conflict
    }

    /// Whether the request came too soon after others.
    pub fn is_throttled(&self) -> bool {
        self.kind() == PortErrorKind::Throttled
    }

    /// Whether EKS does not see the role (yet): IAM takes seconds to tell it.
    pub fn is_role_not_propagated(&self) -> bool {
        self.kind() == PortErrorKind::RoleNotPropagated
    }

    /// Whether EKS sees a trust policy that does not let it assume the role.
    pub fn is_trust_policy_invalid(&self) -> bool {
        self.kind() == PortErrorKind::TrustPolicyInvalid
    }

    /// Whether it is a policy, and not the role it was meant for, that does not exist: IAM tells by its words,
    /// `Policy ARN does not exist or is not attachable.`
    pub fn is_policy_not_found(&self) -> bool {
        self.is_not_found() && self.message().starts_with("Policy ")
    }

    /// Whether an answer came that makes no sense.
    pub fn is_unreadable(&self) -> bool {
        self.0.unreadable
    }

    /// Whether the caller may not do this.
    pub fn is_access_denied(&self) -> bool {
        self.kind() == PortErrorKind::AccessDenied
    }

    /// Whether the same request may succeed a little later, whatever it was.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind(),
            PortErrorKind::Throttled | PortErrorKind::Unavailable
        )
    }

    /// The association that already exists for the subject, which EKS names in its 409.
    pub fn existing_association(&self) -> Option<AssociationId> {
        self.message()
            .strip_prefix("Association already exists: ")
            .and_then(|id| id.trim().parse().ok())
    }
}

/// What EKS says of a role that it does not see.
const ROLE_MISSING: &str = "Role provided in the request does not exist";
/// What EKS says of a role that does not let it in.
const TRUST_INVALID: &str = "Trust policy of the role provided is invalid";

/// The kind of an answered error. Codes and texts are those of the services' models and of recorded
/// answers; IAM throttles with HTTP 400, so codes come before statuses.
fn classify(status: u16, code: &str, message: &str) -> PortErrorKind {
    use PortErrorKind as Kind;
    match code {
        "InvalidParameterException" if message.starts_with(ROLE_MISSING) => Kind::RoleNotPropagated,
        "InvalidParameterException" if message.starts_with(TRUST_INVALID) => {
            Kind::TrustPolicyInvalid
        }
        "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded" => Kind::Throttled,
        "NoSuchEntity" | "ResourceNotFoundException" | "NotFoundException" | "NotFound" => {
            Kind::NotFound
        }
        "EntityAlreadyExists"
        | "ResourceInUseException"
        | "DeleteConflict"
        | "AlreadyExists"
        | "Conflict" => Kind::Conflict,
        "ConcurrentModification" | "EntityTemporarilyUnmodifiable" => Kind::Unavailable,
        "LimitExceeded" | "ResourceLimitExceededException" => Kind::LimitExceeded,
        "AccessDenied"
        | "AccessDeniedException"
        | "Forbidden"
        | "Unauthorized"
        | "InvalidClientTokenId"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "SignatureDoesNotMatch"
        | "MissingAuthenticationToken"
        | "UnrecognizedClientException" => Kind::AccessDenied,
        _ => match status {
            401 | 403 => Kind::AccessDenied,
            // Services name these causes: without a code it is someone else who answers.
            404 | 409 if code.is_empty() => Kind::Invalid,
            404 => Kind::NotFound,
            409 => Kind::Conflict,
            429 => Kind::Throttled,
            400..=499 => Kind::Invalid,
            501 => Kind::Other,
            500..=599 => Kind::Unavailable,
            _ => Kind::Other,
        },
    }
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &self.0;
        write!(f, "{} {} failed", details.service, details.operation)?;
        match (&details.code, details.status) {
            (Some(code), Some(status)) => write!(f, " with {code} ({status})")?,
            (Some(code), None) => write!(f, " with {code}")?,
            (None, Some(status)) => write!(f, " with status {status}")?,
            (None, None) => {}
        }
        write!(f, ": {}", details.message)?;
        if let Some(request_id) = &details.request_id {
            write!(f, " (request id {request_id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for PortError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn eks(status: u16, code: &str, message: &str) -> PortError {
        PortError::answered(
            Service::Eks,
            "CreatePodIdentityAssociation",
            status,
            code,
            message,
        )
    }

    #[test]
    fn role_that_eks_does_not_see_yet_is_told_by_the_exact_message() {
        let error = eks(
            400,
            "InvalidParameterException",
            "Role provided in the request does not exist.",
        );
        assert!(error.is_role_not_propagated());
        let other = eks(
            400,
            "InvalidParameterException",
            "Trust policy of the role provided is invalid.",
        );
        assert!(other.is_trust_policy_invalid());
        let third = eks(
            400,
            "InvalidParameterException",
            "The parameter namespace …",
        );
        assert_eq!(third.kind(), PortErrorKind::Invalid);
    }

    #[test]
    fn throttling_of_iam_is_a_400_and_still_throttling() {
        let error =
            PortError::answered(Service::Iam, "GetRole", 400, "Throttling", "Rate exceeded");
        assert!(error.is_throttled());
        assert!(error.is_transient());
    }

    #[test]
    fn page_of_a_proxy_says_nothing_of_what_exists() {
        for status in [404, 409] {
            assert_eq!(eks(status, "", "<html>").kind(), PortErrorKind::Invalid);
        }
        assert!(eks(404, "ResourceNotFoundException", "no").is_not_found());
    }

    #[test]
    fn missing_operation_is_not_worth_a_retry() {
        let error = eks(501, "NotImplemented", "no such operation");
        assert!(!error.is_transient());
    }

    #[test]
    fn display_tells_service_operation_code_status_and_request() {
        let error = PortError::answered(
            Service::Iam,
            "CreateRole",
            409,
            "EntityAlreadyExists",
            "Role with name my-role already exists.",
        )
        .with_request_id("7b5f");
        assert_eq!(
            error.to_string(),
            "IAM CreateRole failed with EntityAlreadyExists (409): \
             Role with name my-role already exists. (request id 7b5f)"
        );
    }
}

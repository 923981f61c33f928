//! What is known of the codes of errors: their statuses, and AWS's texts.

/// Status and text of a code; what no service has is a mistake of the caller's, without a text.
pub(super) fn answer(service: &str, code: &str) -> (u16, Option<&'static str>) {
    match service {
        "kubernetes" => (kubernetes_status(code), None),
        "agent" => (500, None),
        _ => aws(service, code),
    }
}

/// A code of AWS, as the service models and the lists of common errors have it.
fn aws(service: &str, code: &str) -> (u16, Option<&'static str>) {
    let is_query = matches!(service, "iam" | "sts");
    match code {
        "Throttling" | "ThrottlingException" => {
            (if is_query { 400 } else { 429 }, Some("Rate exceeded"))
        }
        "RequestLimitExceeded" => (503, Some("Request limit exceeded.")),
        "TooManyRequestsException" => (429, Some("Rate exceeded")),
        "InternalFailure"
        | "InternalError"
        | "InternalServerException"
        | "ServiceFailure"
        | "ServiceFailureException"
        | "ServerException" => (
            500,
            Some(
                "The request processing has failed because of an unknown error, exception or failure.",
            ),
        ),
        "ServiceUnavailable" | "ServiceUnavailableException" | "ServiceUnavailableError" => (
            503,
            Some("The request has failed due to a temporary failure of the server."),
        ),
        "RequestTimeout" | "RequestTimeoutException" => (408, None),
        "AccessDenied" | "OptInRequired" | "NotAuthorized" => (403, None),
        // EKS Auth's own error of this name has another status than the common one.
        "AccessDeniedException" if service == "eks-auth" => (400, None),
        "AccessDeniedException"
        | "ExpiredToken"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "RegionDisabledException"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => (403, None),
        "ExpiredTokenException" if service != "eks-auth" => (
            403,
            Some("The security token included in the request is expired"),
        ),
        "NoSuchEntity" | "ResourceNotFoundException" | "NotFoundException" => (404, None),
        "ConcurrentModification"
        | "DeleteConflict"
        | "EntityAlreadyExists"
        | "EntityTemporarilyUnmodifiable"
        | "LimitExceeded"
        | "ResourceInUseException" => (409, None),
        "NotImplemented" => (501, None),
        _ => (400, None),
    }
}

/// The status of a reason that Kubernetes gives.
fn kubernetes_status(reason: &str) -> u16 {
    match reason {
        "BadRequest" => 400,
        "Unauthorized" => 401,
        "Forbidden" => 403,
        "NotFound" => 404,
        "MethodNotAllowed" => 405,
        "NotAcceptable" => 406,
        "AlreadyExists" | "Conflict" => 409,
        "Expired" | "Gone" => 410,
        "RequestEntityTooLarge" => 413,
        "UnsupportedMediaType" => 415,
        "Invalid" => 422,
        "TooManyRequests" => 429,
        "ServiceUnavailable" => 503,
        "Timeout" => 504,
        _ => 500,
    }
}

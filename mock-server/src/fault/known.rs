//! What is known of the codes of errors: their statuses, and AWS's texts.

/// Status and text of a code; what no service has is a mistake of the caller's, without a text.
pub(super) fn answer(service: &str, code: &str) -> (u16, Option<&'static str>) {
    match service {
        "kubernetes" => kubernetes(code),
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
        "AccessDeniedException" | "RegionDisabledException" => (403, None),
        "InvalidClientTokenId" | "UnrecognizedClientException" => (
            403,
            Some("The security token included in the request is invalid."),
        ),
        "MissingAuthenticationToken" | "MissingAuthenticationTokenException" => {
            (403, Some("Request is missing Authentication Token"))
        }
        "InvalidSignatureException" | "SignatureDoesNotMatch" => (
            403,
            Some(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
            ),
        ),
        // STS and EKS Auth have errors of this name about tokens that come in requests' bodies.
        "ExpiredTokenException" if matches!(service, "sts" | "eks-auth") => (400, None),
        "ExpiredToken" | "ExpiredTokenException" => (
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

/// Status and text of a reason that Kubernetes gives.
fn kubernetes(reason: &str) -> (u16, Option<&'static str>) {
    let status = match reason {
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
    };
    let text = match reason {
        "TooManyRequests" => Some("Too many requests, please try again later."),
        "Unauthorized" => Some("Unauthorized"),
        _ => None,
    };
    (status, text)
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn codes_have_the_statuses_and_texts_of_their_services() {
        for (service, code, status, text) in [
            ("iam", "Throttling", 400, "Rate exceeded"),
            ("eks", "ThrottlingException", 429, "Rate exceeded"),
            (
                "sts",
                "ExpiredToken",
                403,
                "The security token included in the request is expired",
            ),
            (
                "eks",
                "ExpiredTokenException",
                403,
                "The security token included in the request is expired",
            ),
            (
                "iam",
                "InvalidClientTokenId",
                403,
                "The security token included in the request is invalid.",
            ),
            (
                "kubernetes",
                "TooManyRequests",
                429,
                "Too many requests, please try again later.",
            ),
        ] {
            assert_eq!(
                answer(service, code),
                (status, Some(text)),
                "{service} {code}"
            );
        }
        assert_eq!(answer("sts", "ExpiredTokenException"), (400, None));
        assert_eq!(answer("eks-auth", "ExpiredTokenException"), (400, None));
    }
}

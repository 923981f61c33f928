//! Why a pod gets no credentials, in the agent's words.

use http::StatusCode;
use thiserror::Error;

use crate::fault;
use crate::protocol::Fault;

/// The causes.
#[derive(Debug, Clone, Error)]
pub(super) enum Refusal {
    #[error("Service account token cannot be empty")]
    NoToken,
    /// It is no JWT.
    #[error("Service account token cannot be parsed: token is malformed: {0}")]
    Unreadable(String),
    #[error("Service account token failed basic claim validations: {0}")]
    Claims(&'static str),
    #[error(
        "Access Denied. Called agent through invalid address, please use either [169.254.170.23 fd00:ec2::23] address not {0}"
    )]
    WrongAddress(String),
    #[error("Too Many Requests")]
    TooManyRequests,
    /// A script has it so.
    #[error("{}", .0.message)]
    Scripted(fault::Refusal),
    /// A script has EKS Auth give no answer that can be read.
    #[error("Unable to fetch credentials: EKS Auth gave no answer that can be read")]
    Unanswered,
    /// EKS Auth refused, in a request of this id.
    #[error("[{request_id}]: ({}): {}, fault: {}", fault.code, fault.message, if fault.status.is_server_error() { "server" } else { "client" })]
    EksAuth {
        request_id: String,
        fault: Box<Fault>,
    },
}

impl Refusal {
    pub(super) fn unreadable(why: impl Into<String>) -> Self {
        Self::Unreadable(why.into())
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NoToken | Self::Unreadable(_) | Self::Claims(_) => StatusCode::BAD_REQUEST,
            Self::WrongAddress(_) => StatusCode::FORBIDDEN,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Scripted(refusal) => refusal.status,
            Self::Unanswered => StatusCode::INTERNAL_SERVER_ERROR,
            Self::EksAuth { fault, .. } => fault.status,
        }
    }

    /// The code of EKS Auth's error, where it is one.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::EksAuth { fault, .. } => &fault.code,
            Self::Scripted(refusal) => &refusal.code,
            _ => "",
        }
    }

    /// The id of EKS Auth's answer, where it is one.
    pub(super) fn request_id(&self) -> &str {
        match self {
            Self::EksAuth { request_id, .. } => request_id,
            _ => "",
        }
    }

    /// Whether asking again cannot help: then credentials that are still good are thrown away, too.
    pub(super) fn is_final(&self) -> bool {
        matches!(
            self.code(),
            "AccessDeniedException"
                | "ExpiredTokenException"
                | "InvalidTokenException"
                | "ResourceNotFoundException"
        )
    }
}

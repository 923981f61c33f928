//! Why a signature is refused, and how AWS says it.

use http::StatusCode;
use jiff::Timestamp;
use thiserror::Error;

use super::date;
use crate::protocol::{CallerCodes, Fault};

/// The causes, with AWS's texts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SignatureError {
    /// What the header lacks, and the hash of what it says: secrets may have got into it.
    #[error("{} (Hashed with SHA-256 and encoded with Base64) Authorization={hash}", lacks.join(" "))]
    Header {
        lacks: Vec<&'static str>,
        hash: String,
    },
    /// The parameters that a presigned address lacks.
    #[error("{} Re-examine the query-string parameters.", lacking(.0))]
    Query(Vec<&'static str>),
    #[error("Unsupported AWS 'algorithm': '{0}'.")]
    Algorithm(String),
    #[error(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{0}'"
    )]
    Credential(String),
    #[error(
        "Date must be in ISO-8601 'basic format'. Got '{0}'. See http://en.wikipedia.org/wiki/ISO_8601"
    )]
    Date(String),
    #[error("X-Amz-Expires must be a number of seconds from 1 to 604800. Got '{0}'.")]
    Expires(String),
    /// What is wrong with the scope, all of it.
    #[error("{}", .0.join(" "))]
    Scope(Vec<String>),
    #[error("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")]
    HostNotSigned,
    #[error("There were headers present in the request which were not signed: {0}")]
    NotSigned(String),
    #[error("Signature expired: {} is now earlier than {} ({} - {allowed}.)", date::write(*date), date::write(*bound), date::write(*now))]
    Expired {
        date: Timestamp,
        bound: Timestamp,
        now: Timestamp,
        allowed: String,
    },
    #[error("Signature not yet current: {} is still later than {} ({} + {allowed}.)", date::write(*date), date::write(*bound), date::write(*now))]
    NotYetCurrent {
        date: Timestamp,
        bound: Timestamp,
        now: Timestamp,
        allowed: String,
    },
    /// A key that nobody has, or one that is inactive, or another session's token.
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    #[error("The security token included in the request is expired")]
    ExpiredToken,
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )]
    Mismatch,
}

fn lacking(names: &[&str]) -> String {
    let one = |name: &&str| format!("AWS query-string parameters must include '{name}'.");
    names.iter().map(one).collect::<Vec<_>>().join(" ")
}

impl SignatureError {
    /// The error as a service's protocol has it.
    pub(crate) fn into_fault(self, codes: &CallerCodes) -> Fault {
        let (status, code) = match self {
            Self::Header { .. }
            | Self::Query(_)
            | Self::Algorithm(_)
            | Self::Credential(_)
            | Self::Date(_)
            | Self::Expires(_) => (StatusCode::BAD_REQUEST, codes.incomplete),
            Self::Scope(_)
            | Self::HostNotSigned
            | Self::NotSigned(_)
            | Self::Expired { .. }
            | Self::NotYetCurrent { .. }
            | Self::Mismatch => (StatusCode::FORBIDDEN, codes.mismatch),
            Self::UnknownKey => (StatusCode::FORBIDDEN, codes.unknown),
            Self::ExpiredToken => (StatusCode::FORBIDDEN, codes.expired),
        };
        Fault::new(status, code, self.to_string())
    }
}

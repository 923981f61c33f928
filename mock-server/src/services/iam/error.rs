//! What can go wrong in IAM, and how IAM says it.

use http::StatusCode;

use crate::protocol::Fault;
use crate::quota::Quota;

/// The causes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum IamError {
    RoleNotFound(String),
    RoleExists(String),
    /// The quota's name and limit.
    QuotaExceeded(Quota, usize),
    DuplicateTagKeys,
    TooManyTags,
    ReservedTagKey,
}

impl From<IamError> for Fault {
    fn from(error: IamError) -> Self {
        use IamError::*;
        let (code, message) = match error {
            RoleNotFound(name) => (
                NO_SUCH_ENTITY,
                format!("The role with name {name} cannot be found."),
            ),
            RoleExists(name) => (
                ENTITY_ALREADY_EXISTS,
                format!("Role with name {name} already exists."),
            ),
            QuotaExceeded(quota, limit) => (
                LIMIT_EXCEEDED,
                format!("Cannot exceed quota for {}: {limit}", quota.name()),
            ),
            DuplicateTagKeys => (
                INVALID_INPUT,
                "Duplicate tag keys found. Please note that Tag keys are case insensitive."
                    .to_owned(),
            ),
            TooManyTags => (
                LIMIT_EXCEEDED,
                "The number of tags has reached the maximum limit.".to_owned(),
            ),
            ReservedTagKey => (
                INVALID_INPUT,
                "System tags, prefixed with aws:, cannot be added, modified or deleted.".to_owned(),
            ),
        };
        Fault::new(code.1, code.0, message)
    }
}

type Code = (&'static str, StatusCode);

const NO_SUCH_ENTITY: Code = ("NoSuchEntity", StatusCode::NOT_FOUND);
const ENTITY_ALREADY_EXISTS: Code = ("EntityAlreadyExists", StatusCode::CONFLICT);
const LIMIT_EXCEEDED: Code = ("LimitExceeded", StatusCode::CONFLICT);
const INVALID_INPUT: Code = ("InvalidInput", StatusCode::BAD_REQUEST);

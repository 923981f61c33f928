//! Why a fault is not taken.

use thiserror::Error;

use super::MAX_FAULTS;
use crate::json_read::ReadError;

/// Why faults are not taken. None of them is, then.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FaultError {
    /// The script is no JSON, or has not the form of a script.
    #[error("{0}")]
    Unreadable(String),
    /// A member's value is not one that it can have: the member, and what is expected.
    #[error("`{0}`: {1}")]
    Invalid(String, String),
    /// Another fault has the id.
    #[error("there is a fault `{0}` already")]
    Exists(String),
    /// The server keeps no more.
    #[error("a server keeps {MAX_FAULTS} faults, and these would be more")]
    TooMany,
}

impl From<ReadError> for FaultError {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl FaultError {
    /// The same of a fault that is one of several.
    pub(super) fn in_list(self, index: usize) -> Self {
        match self {
            Self::Invalid(member, why) => Self::Invalid(format!("faults[{index}].{member}"), why),
            other => other,
        }
    }
}

//! Values that AWS makes up when a step runs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that is known, or will be once the plan has been applied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Later<T> {
    /// AWS has told it.
    Known(T),
    /// AWS makes it up when the plan is applied.
    AfterApply,
}

impl<T> Later<T> {
    /// The value, if AWS has told it.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::AfterApply => None,
        }
    }
}

impl<T: fmt::Display> fmt::Display for Later<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(value) => value.fmt(f),
            Self::AfterApply => f.write_str("(known after apply)"),
        }
    }
}

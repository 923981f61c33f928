//! Reads the JSON of control routes and files, and says which member is wrong.

use serde::de::DeserializeOwned;
use thiserror::Error;

/// Why a JSON text is not what was expected.
#[derive(Debug, Error)]
#[error("{}{why}", at(member))]
pub(crate) struct ReadError {
    /// Where, such as `faults[0].when.nth`; nothing for the whole.
    member: String,
    why: String,
}

fn at(member: &str) -> String {
    match member {
        "" | "." => String::new(),
        member => format!("`{member}`: "),
    }
}

/// Reads a JSON text.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, ReadError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| ReadError {
        member: error.path().to_string(),
        why: error.inner().to_string(),
    })?;
    reader.end().map_err(|error| ReadError {
        member: String::new(),
        why: error.to_string(),
    })?;
    Ok(value)
}

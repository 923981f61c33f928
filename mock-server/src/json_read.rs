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

/// Reads a JSON object. What it may be besides, such as a name for one, is told to who sends something else.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8], besides: &str) -> Result<T, ReadError> {
    // Lists would be taken for the members in their order.
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(ReadError {
            member: String::new(),
            why: format!("expected a JSON object{besides}"),
        });
    }
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

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Asked {
        #[serde(rename = "count")]
        _count: u32,
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let told = |json: &str| {
            let read = read::<Asked>(json.as_bytes(), ", or a name");
            read.map_err(|error| error.to_string()).unwrap_err()
        };
        assert_eq!(told("[1]"), "expected a JSON object, or a name");
        assert!(told(r#"{"count": "x"}"#).starts_with("`count`: invalid type"));
        assert!(told(r#"{"count": 1} x"#).contains("trailing characters"));
    }
}

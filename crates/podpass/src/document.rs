//! A policy document as text, compared by meaning and shown for people.

use std::fmt;

use podpass_policy::PolicyDocument;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A policy document as it is sent to AWS or came from there: JSON text.
///
/// `==` compares the text; [`same_meaning`](Self::same_meaning) compares what it says.
///
/// ```
/// use podpass::Document;
///
/// let one = Document::new(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}]}"#);
/// let other = Document::new(r#"{"Statement":{"Resource":["*"],"Action":"s3:GetObject","Effect":"Allow"},"Version":"2012-10-17"}"#);
/// assert!(one != other);
/// assert!(one.same_meaning(&other));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Document(String);

impl Document {
    /// Takes the text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Writes a JSON value on one line, its keys in the order they were given.
    pub fn from_value(value: &Value) -> Self {
        Self(value.to_string())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many characters IAM counts against its quotas: all but white space.
    pub fn size(&self) -> usize {
        self.0.chars().filter(|c| !c.is_whitespace()).count()
    }

    /// Whether both documents allow and deny the same, whatever their spelling: order of keys and of
    /// lists, one value or a list of one, white space. What cannot be read is compared as text.
    pub fn same_meaning(&self, other: &Self) -> bool {
        if self.0 == other.0 {
            return true;
        }
        match (
            PolicyDocument::parse(&self.0),
            PolicyDocument::parse(&other.0),
        ) {
            (Ok(one), Ok(two)) => one.same_meaning(&two),
            _ => false,
        }
    }

    /// The text indented for reading; what is not JSON stays as it is.
    pub fn to_pretty(&self) -> String {
        serde_json::from_str::<Value>(&self.0)
            .and_then(|value| serde_json::to_string_pretty(&value))
            .unwrap_or_else(|_| self.0.clone())
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Written as the JSON it holds, so that a plan's JSON can be read; text that is not JSON as a string.
impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serde_json::from_str::<Value>(&self.0) {
            Ok(value) => value.serialize(serializer),
            Err(_) => serializer.serialize_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::String(text) => Self(text),
            value => Self::from_value(&value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_documents_are_equal_only_as_text() {
        let broken = Document::new("{not json");
        assert!(broken.same_meaning(&broken.clone()));
        assert!(!broken.same_meaning(&Document::new("{not  json")));
    }

    #[test]
    fn size_leaves_white_space_out() {
        assert_eq!(Document::new("{ \"a\" :\n1 }").size(), 7);
    }

    #[test]
    fn json_form_holds_the_document_itself() {
        let document = Document::new(r#"{"Version":"2012-10-17"}"#);
        let json = serde_json::to_string(&document).unwrap();
        assert_eq!(json, r#"{"Version":"2012-10-17"}"#);
        assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
    }
}

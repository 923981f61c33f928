//! Fields that break rules, in the API server's words.

use serde_json::{Value, json};

/// One field that is not as it must be.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    reason: &'static str,
    field: String,
    message: String,
}

impl Cause {
    /// A value that breaks a rule.
    pub(crate) fn invalid(field: impl Into<String>, value: &Value, rule: &str) -> Cause {
        Cause {
            reason: "FieldValueInvalid",
            field: field.into(),
            message: format!("Invalid value: {value}: {rule}"),
        }
    }

    /// A value that must be there.
    pub(crate) fn required(field: impl Into<String>, why: &str) -> Cause {
        let separator = if why.is_empty() { "" } else { ": " };
        Cause {
            reason: "FieldValueRequired",
            field: field.into(),
            message: format!("Required value{separator}{why}"),
        }
    }

    /// A value that must not be there.
    pub(crate) fn forbidden(field: impl Into<String>, why: &str) -> Cause {
        Cause {
            reason: "FieldValueForbidden",
            field: field.into(),
            message: format!("Forbidden: {why}"),
        }
    }

    /// A value out of a closed set.
    pub(crate) fn unsupported(field: impl Into<String>, value: &str, supported: &[&str]) -> Cause {
        let supported = supported
            .iter()
            .map(|value| format!("\"{value}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let message = format!("Unsupported value: \"{value}\": supported values: {supported}");
        Cause {
            reason: "FieldValueNotSupported",
            field: field.into(),
            message,
        }
    }

    /// A name of something that is not there.
    pub(crate) fn not_found(field: impl Into<String>, value: &str) -> Cause {
        Cause {
            reason: "FieldValueNotFound",
            field: field.into(),
            message: format!("Not found: \"{value}\""),
        }
    }

    /// A value that is there already.
    pub(crate) fn duplicate(field: impl Into<String>, value: &str) -> Cause {
        Cause {
            reason: "FieldValueDuplicate",
            field: field.into(),
            message: format!("Duplicate value: \"{value}\""),
        }
    }

    /// A value that is too long; the limit is in bytes.
    pub(crate) fn too_long(field: impl Into<String>, limit: usize) -> Cause {
        Cause {
            reason: "FieldValueTooLong",
            field: field.into(),
            message: format!("Too long: may not be more than {limit} bytes"),
        }
    }

    fn text(&self) -> String {
        format!("{}: {}", self.field, self.message)
    }

    fn json(&self) -> Value {
        json!({ "reason": self.reason, "message": self.message, "field": self.field })
    }
}

/// What is said of an object whose fields break rules.
pub(super) fn invalid_message(kind: &str, name: &str, causes: &[Cause]) -> String {
    let texts: Vec<String> = causes.iter().map(Cause::text).collect();
    match texts.as_slice() {
        [one] => format!("{kind} \"{name}\" is invalid: {one}"),
        several => format!("{kind} \"{name}\" is invalid: [{}]", several.join(", ")),
    }
}

/// The `details` of such an object.
pub(super) fn invalid_details(group: &str, kind: &str, name: &str, causes: &[Cause]) -> Value {
    let mut details = json!({});
    for (key, value) in [("name", name), ("group", group), ("kind", kind)] {
        if !value.is_empty() {
            details[key] = json!(value);
        }
    }
    details["causes"] = causes.iter().map(Cause::json).collect();
    details
}

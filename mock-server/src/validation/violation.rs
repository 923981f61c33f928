//! Broken constraints, and how AWS's services say them.

use std::fmt::Write as _;

use super::{Bounds, Pattern};

/// Everything that is wrong with one input.
#[derive(Debug, Default)]
pub(crate) struct Violations(pub(crate) Vec<Violation>);

/// One broken constraint.
#[derive(Debug)]
pub(crate) struct Violation {
    /// The path of the member as AWS prints it, such as `tags.1.member.key`.
    pub(crate) member: String,
    /// The value, as AWS prints it where it does; `None` when the member is missing.
    pub(crate) value: Option<String>,
    pub(crate) constraint: Constraint,
}

/// What a value fails to satisfy.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Constraint {
    NotNull,
    MinLength(usize),
    MaxLength(usize),
    Min(i64),
    Max(i64),
    Pattern(Pattern),
    Enum(&'static [&'static str]),
    /// The length of every key of a map.
    MapKeys(Bounds),
    /// The length of every value of a map.
    MapValues(Bounds),
    /// The value has another type than the model says.
    Type(&'static str),
}

impl Violations {
    /// AWS's framework text, which counts the violations and joins them; IAM hides values.
    pub(crate) fn message(&self, show_values: bool) -> String {
        let mut text = match self.0.len() {
            1 => "1 validation error detected: ".to_owned(),
            n => format!("{n} validation errors detected: "),
        };
        for (n, violation) in self.0.iter().enumerate() {
            if n > 0 {
                text.push_str("; ");
            }
            violation.describe(show_values, &mut text);
        }
        text
    }
}

impl Violations {
    /// The same without the value of a member that is a secret, as AWS writes it.
    pub(crate) fn hiding(mut self, member: &str) -> Self {
        for violation in &mut self.0 {
            if violation.member == member && violation.value.is_some() {
                violation.value = Some("***sensitiveInformation***".to_owned());
            }
        }
        self
    }
}

impl Violation {
    fn describe(&self, show_values: bool, text: &mut String) {
        text.push_str("Value ");
        if show_values {
            match &self.value {
                Some(value) => _ = write!(text, "'{value}' "),
                None => text.push_str("null "),
            }
        }
        _ = write!(
            text,
            "at '{}' failed to satisfy constraint: {}",
            self.member,
            self.constraint.phrase(show_values)
        );
    }
}

impl Constraint {
    fn phrase(self, show_values: bool) -> String {
        let must = match self {
            Self::NotNull => "not be null".to_owned(),
            Self::MinLength(n) => format!("have length greater than or equal to {n}"),
            Self::MaxLength(n) => format!("have length less than or equal to {n}"),
            Self::Min(n) => format!("have value greater than or equal to {n}"),
            Self::Max(n) => format!("have value less than or equal to {n}"),
            Self::Pattern(pattern) => {
                format!("satisfy regular expression pattern: {}", pattern.text)
            }
            Self::Enum(words) if show_values => {
                format!("satisfy enum value set: [{}]", words.join(", "))
            }
            Self::Enum(_) => "satisfy enum value set".to_owned(),
            Self::MapKeys(bounds) => return of_each("keys", bounds),
            Self::MapValues(bounds) => return of_each("value", bounds),
            Self::Type(kind) => format!("be of type {kind}"),
        };
        format!("Member must {must}")
    }
}

/// How AWS says what the keys or the values of a map must be.
fn of_each(what: &str, (min, max): Bounds) -> String {
    let [max, min] =
        [Constraint::MaxLength(max), Constraint::MinLength(min)].map(|c| c.phrase(false));
    format!("Map {what} must satisfy constraint: [{max}, {min}]")
}

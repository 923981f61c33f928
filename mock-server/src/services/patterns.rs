//! Patterns that the models of IAM and STS share.

use std::sync::LazyLock;

use regex::Regex;

use crate::validation::Pattern;

/// A policy document.
pub(super) const DOCUMENT: Pattern = Pattern {
    text: r"[\u0009\u000A\u000D\u0020-\u00FF]+",
    accepts: |text| {
        text.chars()
            .all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}'))
    },
    instead: Some("It must contain only printable ASCII characters."),
};

/// The key of a tag.
pub(super) const TAG_KEY: Pattern = Pattern {
    text: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+",
    accepts: is_tag_text,
    instead: None,
};

/// The value of a tag.
pub(super) const TAG_VALUE: Pattern = Pattern {
    text: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*",
    ..TAG_KEY
};

fn is_tag_text(text: &str) -> bool {
    static TAG: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\A[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z").ok());
    TAG.as_ref().is_some_and(|tag| tag.is_match(text))
}

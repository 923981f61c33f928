//! Patterns of scripts, in which `*` stands for any text.

use serde::{Deserialize, Serialize};

/// A text that others are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Pattern(String);

impl Pattern {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for one text only.
    pub(super) fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let start = parts.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(start) else {
            return false;
        };
        let Some(end) = parts.next_back() else {
            return rest.is_empty();
        };
        for part in parts {
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        rest.ends_with(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_and_all_else_for_itself() {
        for (pattern, text) in [
            ("CreateRole", "CreateRole"),
            ("Create*", "CreateRole"),
            ("*Role*", "CreateRolePolicy"),
            ("a*b*c", "aXbYbZc"),
            ("*", ""),
            ("a**b", "ab"),
        ] {
            assert!(Pattern::new(pattern).matches(text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("CreateRole", "CreateRolePolicy"),
            ("Create*", "DeleteRole"),
            ("*Role", "CreateRolePolicy"),
            ("a*b*c", "acb"),
            ("ab*b", "ab"),
            ("", "a"),
        ] {
            assert!(!Pattern::new(pattern).matches(text), "{pattern} {text}");
        }
    }
}

//! Policies that a simulation leaves out, to see what would be without them.

use podpass_policy::{Arn, CompiledPolicy};
use serde::Deserialize;

use super::IamError;
use super::simulation::Policies;

/// Names one or more policies of the simulated entity, in one of three ways.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyExclusion {
    policy_type: Option<String>,
    policy_arn: Option<String>,
    inline_policy_identifier: Option<InlinePolicy>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InlinePolicy {
    policy_name: String,
    attachment_type: String,
    attachment_name: String,
}

impl PolicyExclusion {
    /// Refuses an exclusion that names nothing, or in several ways, or too loosely.
    pub(super) fn check(&self) -> Result<(), IamError> {
        let ways = [
            self.policy_type.is_some(),
            self.policy_arn.is_some(),
            self.inline_policy_identifier.is_some(),
        ];
        let is_loose = |pattern: &str| pattern.matches('*').count() > 1;
        let arn_is_wrong = self
            .policy_arn
            .as_deref()
            .is_some_and(|arn| arn.parse::<Arn>().is_err() || is_loose(arn));
        let name_is_wrong = self
            .inline_policy_identifier
            .as_ref()
            .is_some_and(|inline| is_loose(&inline.attachment_name));
        match ways.iter().filter(|way| **way).count() == 1 && !arn_is_wrong && !name_is_wrong {
            true => Ok(()),
            false => Err(IamError::InvalidInput(
                "Invalid Policy Identifier in PolicyExclusionList.".to_owned(),
            )),
        }
    }

    /// Takes out of an entity's policies what the exclusion names.
    pub(super) fn apply(&self, entity: &Arn, policies: &mut Policies) {
        policies
            .identity
            .retain(|policy| !self.names(entity, policy));
        if self.policy_type.as_deref() == Some("permission-boundary") {
            policies.boundary = None;
        }
    }

    fn names(&self, entity: &Arn, policy: &CompiledPolicy) -> bool {
        // Managed policies are compiled under their ARNs, inline ones under their names.
        let arn: Option<Arn> = policy.name().parse().ok();
        let by_type = self.policy_type.as_deref().is_some_and(|kind| match &arn {
            None => kind == "inline",
            Some(arn) if arn.account() == "aws" => kind == "aws-managed",
            Some(_) => kind == "user-managed",
        });
        let by_arn = self.policy_arn.as_deref().zip(arn.as_ref());
        let by_name = self
            .inline_policy_identifier
            .as_ref()
            .filter(|_| arn.is_none());
        by_type
            || by_arn.is_some_and(|(pattern, arn)| is_like(pattern, arn.as_str()))
            || by_name.is_some_and(|inline| {
                inline.policy_name == policy.name()
                    && inline.attachment_type == entity.resource_type()
                    && is_like(&inline.attachment_name, entity.resource_name())
            })
    }
}

/// Whether a text matches a pattern with one `*` at most, and any number of `?`.
fn is_like(pattern: &str, text: &str) -> bool {
    let same = |pattern: &[u8], text: &[u8]| {
        let mut pairs = pattern.iter().zip(text);
        pattern.len() == text.len() && pairs.all(|(wanted, byte)| *wanted == b'?' || wanted == byte)
    };
    let text = text.as_bytes();
    let Some((front, back)) = pattern.split_once('*') else {
        return same(pattern.as_bytes(), text);
    };
    let Some(rest) = text.len().checked_sub(back.len()) else {
        return false;
    };
    front.len() <= rest
        && same(front.as_bytes(), &text[..front.len()])
        && same(back.as_bytes(), &text[rest..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_and_a_question_mark_for_one_character() {
        for (pattern, text) in [
            ("a", "a"),
            ("a*", "a"),
            ("*", ""),
            ("a*c", "abc"),
            ("a?c", "abc"),
            ("?*", "x"),
        ] {
            assert!(is_like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a", "b"),
            ("a", "ab"),
            ("ab*bc", "abc"),
            ("?", ""),
            ("a?c", "ac"),
        ] {
            assert!(!is_like(pattern, text), "{pattern} {text}");
        }
    }
}

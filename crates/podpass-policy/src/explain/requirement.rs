//! A condition and what the request holds against it, in words.

use std::fmt;

use serde::Serialize;

use super::quoted;
use crate::{
    Condition, Context,
    condition::{Comparison, Family, Operator, SetOperator, StringKind},
};

/// What a condition requires, and what the request has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// The operator as written.
    pub operator: String,
    /// The context key as written.
    pub key: String,
    /// The values as written.
    pub values: Vec<String>,
    /// The values of the request; none when the key is missing.
    pub found: Option<Vec<String>>,
}

impl Requirement {
    pub(super) fn of(condition: &Condition, context: &Context) -> Self {
        Self {
            operator: condition.operator.clone(),
            key: condition.key.clone(),
            values: condition.values.clone(),
            found: context
                .find(&condition.key)
                .map(|value| value.values().to_vec()),
        }
    }

    /// What is required: `` `aws:RequestTag/team` = `a` or `b` ``.
    pub(super) fn wanted(&self) -> String {
        let key = &self.key;
        let Some(operator) = Operator::parse(&self.operator) else {
            return format!(
                "`{}` of `{key}`, an operator that IAM does not know",
                self.operator
            );
        };
        if operator.family == Family::Null {
            let absent = self
                .values
                .iter()
                .any(|value| value.eq_ignore_ascii_case("true"));
            return format!(
                "`{key}` to be {}",
                if absent { "absent" } else { "present" }
            );
        }
        let each = match operator.set {
            None => "",
            Some(SetOperator::ForAllValues) => "each of ",
            Some(SetOperator::ForAnyValue) => "any of ",
        };
        let if_exists = if operator.if_exists {
            ", if present,"
        } else {
            ""
        };
        let join = if operator.negated { "and" } else { "or" };
        let relation = relation(operator);
        format!(
            "{each}`{key}`{if_exists} {relation} {}",
            quoted(&self.values, join)
        )
    }
}

fn relation(operator: Operator) -> &'static str {
    let negated = operator.negated;
    let either = |plain, not| if negated { not } else { plain };
    match operator.family {
        Family::String(StringKind::Like) | Family::Arn => either("like", "not like"),
        Family::String(StringKind::EqualsIgnoreCase) => {
            either("= (in any case)", "!= (in any case)")
        }
        Family::Ip => either("in", "not in"),
        Family::Numeric(comparison) | Family::Date(comparison) => match comparison {
            Comparison::Equal => either("=", "!="),
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        },
        Family::String(StringKind::Equals) | Family::Bool | Family::Binary | Family::Null => {
            either("=", "!=")
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.to_ascii_lowercase();
        let of_session = key.starts_with("aws:requesttag/") || key == "aws:tagkeys";
        let subject = if of_session {
            "the session sends"
        } else {
            "the request has"
        };
        write!(f, "{}, {subject} ", self.wanted())?;
        match self.found.as_deref() {
            None | Some([]) => f.write_str("none"),
            Some(values) => f.write_str(&quoted(values, "and")),
        }
    }
}

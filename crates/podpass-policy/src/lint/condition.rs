//! Conditions that cannot work, or not as meant.

use std::collections::HashSet;

use super::{
    Lint, LintCode, Place, Severity, Subject, condition_path,
    knowledge::{self, Action, KeyType, Scalar, Service},
};
use crate::{
    Clause, Condition, Effect,
    condition::{
        Family, Network, Operator, SetOperator, StringKind, instant, is_number, looks_like_arn,
    },
};

pub(super) fn check(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    for place in subject.statements() {
        let known = Known::of(place);
        for condition in &place.statement.conditions {
            let at = condition_path(condition);
            let Some(operator) = Operator::parse(&condition.operator) else {
                found.push(place.lint(
                    LintCode::UnknownOperator,
                    Severity::Error,
                    at,
                    format!("IAM has no condition operator `{}`", condition.operator),
                    "look it up under \"IAM JSON policy elements: Condition operators\"",
                ));
                continue;
            };
            let problems = [
                wildcard_under_equals(condition, operator),
                key_without_action(known.as_ref(), condition),
                mismatched_type(condition, operator),
                unreadable_value(condition, operator),
                list_without_set_operator(condition, operator),
            ];
            let warnings = problems
                .into_iter()
                .zip(std::iter::repeat(Severity::Warning));
            let note = (
                absent_key_allowed(place, condition, operator),
                Severity::Note,
            );
            for (problem, severity) in warnings.chain([note]) {
                if let Some((code, message, remedy)) = problem {
                    found.push(place.lint(code, severity, &at, message, remedy));
                }
            }
        }
    }
}

type Problem = Option<(LintCode, String, String)>;

fn wildcard_under_equals(condition: &Condition, operator: Operator) -> Problem {
    let Family::String(StringKind::Equals | StringKind::EqualsIgnoreCase) = operator.family else {
        return None;
    };
    // An escape such as `${*}` is a literal character on purpose.
    let value = condition.values.iter().find(|value| {
        let plain = value.replace("${*}", "").replace("${?}", "");
        plain.contains(['*', '?'])
    })?;
    let like = condition
        .operator
        .replace("EqualsIgnoreCase", "Equals")
        .replace("Equals", "Like");
    Some((
        LintCode::WildcardUnderEquals,
        format!(
            "`{}` compares `{value}` literally: its wildcards match themselves only",
            condition.operator
        ),
        format!("use `{like}`"),
    ))
}

/// What a statement's actions are; nothing when it speaks of more than is known.
struct Known(Vec<(&'static Service, &'static Action)>);

impl Known {
    fn of(place: Place<'_>) -> Option<Self> {
        let Some(Clause::Only(patterns)) = &place.statement.action else {
            return None;
        };
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        for pattern in patterns {
            let (prefix, name) = pattern.split_once(':')?;
            let service = knowledge::service(prefix)?;
            let actions = service.matching(name).into_iter();
            let fresh =
                actions.filter(|action| seen.insert((prefix.to_ascii_lowercase(), action.name)));
            all.extend(fresh.map(|action| (service, action)));
        }
        Some(Self(all))
    }

    fn have_key(&self, key: &str) -> bool {
        self.0
            .iter()
            .any(|(service, action)| service.has_key(action, key))
    }
}

fn key_without_action(known: Option<&Known>, condition: &Condition) -> Problem {
    let key = &condition.key;
    if knowledge::global_key_type(key).is_some() {
        return None;
    }
    let (prefix, _) = key.split_once(':')?;
    // Keys of identity providers start with their host names; keys of services unknown here pass.
    if prefix.contains(['.', '/']) || (prefix != "aws" && knowledge::service(prefix).is_none()) {
        return None;
    }
    (!known?.have_key(key)).then(|| {
        (
            LintCode::UnknownConditionKey,
            format!("none of the statement's actions has the condition key `{key}`"),
            "without the key the condition fails, but for negated operators and `IfExists`"
                .to_owned(),
        )
    })
}

fn type_of(key: &str) -> Option<KeyType> {
    knowledge::global_key_type(key).or_else(|| {
        let (prefix, _) = key.split_once(':')?;
        // Of the keys of identity providers, STS knows some.
        let owner = if prefix.contains('.') { "sts" } else { prefix };
        knowledge::service(owner)?.key_type(key)
    })
}

fn mismatched_type(condition: &Condition, operator: Operator) -> Problem {
    let kind = type_of(&condition.key)?.scalar;
    let fits = match operator.family {
        Family::Null => true,
        // ARNs and booleans are text too, and commonly compared so.
        Family::String(_) => matches!(kind, Scalar::String | Scalar::Arn | Scalar::Bool),
        Family::Numeric(_) => matches!(kind, Scalar::Numeric | Scalar::Date),
        Family::Date(_) => kind == Scalar::Date,
        Family::Bool => matches!(kind, Scalar::Bool | Scalar::String),
        Family::Binary => matches!(kind, Scalar::Binary | Scalar::String),
        Family::Ip => kind == Scalar::Ip,
        Family::Arn => matches!(kind, Scalar::Arn | Scalar::String),
    };
    (!fits).then(|| {
        let (noun, family) = match kind {
            Scalar::String => ("a string", "String"),
            Scalar::Arn => ("an ARN", "Arn"),
            Scalar::Bool => ("a boolean", "Bool"),
            Scalar::Date => ("a date", "Date"),
            Scalar::Numeric => ("a number", "Numeric"),
            Scalar::Ip => ("an IP address", "IpAddress"),
            Scalar::Binary => ("binary", "Binary"),
        };
        (
            LintCode::MismatchedType,
            format!(
                "`{}` is {noun}, which `{}` does not compare",
                condition.key, condition.operator
            ),
            format!("use an operator of the family `{family}`"),
        )
    })
}

fn unreadable_value(condition: &Condition, operator: Operator) -> Problem {
    let readable = |value: &String| match operator.family {
        Family::Numeric(_) => is_number(value),
        Family::Date(_) => instant(value).is_some(),
        Family::Ip => Network::parse(value).is_some(),
        Family::Bool | Family::Null => {
            value.contains("${")
                || ["true", "false"]
                    .iter()
                    .any(|b| value.eq_ignore_ascii_case(b))
        }
        Family::Arn => value.contains("${") || looks_like_arn(value),
        Family::String(_) | Family::Binary => true,
    };
    let value = condition.values.iter().find(|value| !readable(value))?;
    Some((
        LintCode::MismatchedType,
        format!("`{}` cannot read the value `{value}`", condition.operator),
        "correct the value: this one never matches".to_owned(),
    ))
}

fn list_without_set_operator(condition: &Condition, operator: Operator) -> Problem {
    let is_list = type_of(&condition.key)?.is_list;
    (is_list && operator.set.is_none() && operator.family != Family::Null).then(|| {
        (
            LintCode::ListWithoutSetOperator,
            format!(
                "`{}` is a list: AWS does not say how it compares as a whole",
                condition.key
            ),
            format!(
                "use `ForAnyValue:{0}` or `ForAllValues:{0}`",
                condition.operator
            ),
        )
    })
}

/// `ForAllValues` holds of no values at all, which under an Allow is often more than was meant.
fn absent_key_allowed(place: Place<'_>, condition: &Condition, operator: Operator) -> Problem {
    let asks_presence = |other: &Condition| {
        let is_presence = Operator::parse(&other.operator)
            .is_some_and(|operator| operator.family == Family::Null);
        is_presence
            && other.key.eq_ignore_ascii_case(&condition.key)
            && other
                .values
                .iter()
                .any(|value| value.eq_ignore_ascii_case("false"))
    };
    let holds_of_none = operator.set == Some(SetOperator::ForAllValues)
        && operator.family != Family::Null
        && place.statement.effect == Effect::Allow
        && !place.statement.conditions.iter().any(asks_presence);
    holds_of_none.then(|| {
        let key = &condition.key;
        (
            LintCode::AbsentKeyAllowed,
            format!(
                "`{}` holds as well where a request has no `{key}`",
                condition.operator
            ),
            format!("if the key has to be there, add `\"Null\": {{\"{key}\": \"false\"}}`"),
        )
    })
}

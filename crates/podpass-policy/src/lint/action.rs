//! Actions that do not exist.

use super::{Lint, LintCode, Severity, Subject, entry, knowledge};

pub(super) fn check(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    for place in subject.statements() {
        let Some(clause) = &place.statement.action else {
            continue;
        };
        let element = if clause.is_not() {
            "NotAction"
        } else {
            "Action"
        };
        let actions = clause.listed();
        for (index, action) in actions.iter().enumerate() {
            let at = entry(element, index, actions.len());
            let Some((prefix, name)) = action.split_once(':') else {
                continue;
            };
            if prefix.contains(['*', '?']) {
                continue;
            }
            if !knowledge::is_service(prefix) {
                found.push(place.lint(
                    LintCode::UnknownService,
                    Severity::Warning,
                    at,
                    format!("AWS has no service with the prefix `{prefix}`"),
                    "look the prefix up in the service authorization reference",
                ));
            } else if let Some(service) = knowledge::service(prefix)
                && service.matching(name).is_empty()
            {
                found.push(place.lint(
                    LintCode::UnknownAction,
                    Severity::Warning,
                    at,
                    format!("`{prefix}` has no action `{name}`"),
                    suggestion(service, prefix, name),
                ));
            }
        }
    }
}

/// An action that the author may have meant: the one that shares the longest beginning.
fn suggestion(service: &knowledge::Service, prefix: &str, name: &str) -> String {
    let common = |other: &str| {
        let pairs = name.bytes().zip(other.bytes());
        pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    };
    let nearest = service
        .matching("*")
        .into_iter()
        .max_by_key(|action| (common(action.name), std::cmp::Reverse(action.name.len())));
    match nearest {
        Some(action) if common(action.name) >= 3 => {
            format!("did you mean `{prefix}:{}`?", action.name)
        }
        _ => "look it up in the service authorization reference".to_owned(),
    }
}

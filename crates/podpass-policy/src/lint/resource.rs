//! Resources that the actions cannot apply to.

use super::{
    Lint, LintCode, Place, Severity, Subject, entry,
    knowledge::{self, Service},
    overlap::overlaps,
};
use crate::{Clause, Effect};

pub(super) fn check(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    for place in subject.statements() {
        let Some(Clause::Only(resources)) = &place.statement.resource else {
            continue;
        };
        for (index, resource) in resources.iter().enumerate() {
            if resource != "*" && !resource.starts_with("arn:") {
                found.push(place.lint(
                    LintCode::InvalidArn,
                    Severity::Error,
                    entry("Resource", index, resources.len()),
                    format!("`{resource}` is neither an ARN nor `*`"),
                    "write the ARN of the resource",
                ));
            }
        }
        let Some(Clause::Only(actions)) = &place.statement.action else {
            continue;
        };
        check_star(place, actions, resources, found);
        let whole: Vec<_> = resources
            .iter()
            .map(|r| subject.kind.completed(r))
            .collect();
        for (index, action) in actions.iter().enumerate() {
            if let Some((prefix, name)) = action.split_once(':')
                && let Some(service) = knowledge::service(prefix)
                && let Some(mismatch) = mismatch(service, name, &whole)
            {
                found.push(lint(
                    place,
                    &entry("Action", index, actions.len()),
                    action,
                    mismatch,
                ));
            }
        }
    }
}

/// `*` where every action could be held to certain resources. A Deny is as wide as it is meant to be.
fn check_star(place: Place<'_>, actions: &[String], resources: &[String], found: &mut Vec<Lint>) {
    let narrowable = |action: &String| {
        let known = action.split_once(':').and_then(|(prefix, name)| {
            let actions = knowledge::service(prefix)?.matching(name);
            Some(!actions.is_empty() && actions.iter().all(|action| !action.types.is_empty()))
        });
        known.unwrap_or_default()
    };
    let allows = place.statement.effect == Effect::Allow;
    if allows && resources.iter().any(|r| r == "*") && actions.iter().all(narrowable) {
        found.push(place.lint(
            LintCode::ResourceStar,
            Severity::Note,
            "Resource",
            "the actions are allowed on all resources, of all regions and of every account that lets them",
            "name the resources",
        ));
    }
}

/// What the resources should have been.
struct Mismatch {
    /// ARN templates; none when the action takes only `*`.
    templates: Vec<&'static str>,
    /// A resource as it was probably meant.
    meant: Option<String>,
}

/// Why no action of the pattern applies to any of the resources.
fn mismatch(service: &Service, pattern: &str, resources: &[impl AsRef<str>]) -> Option<Mismatch> {
    let actions = service.matching(pattern);
    if actions.is_empty() || resources.iter().any(|r| r.as_ref() == "*") {
        return None;
    }
    let mut templates: Vec<&str> = actions
        .iter()
        .flat_map(|action| &action.types)
        .filter_map(|kind| Some(service.resource(kind)?.template))
        .collect();
    templates.sort_unstable();
    templates.dedup();
    let applies = |resource: &str| {
        templates
            .iter()
            .any(|template| overlaps(resource, template))
    };
    if resources.iter().any(|resource| applies(resource.as_ref())) {
        return None;
    }
    let meant = resources
        .iter()
        .map(|resource| format!("{}/*", resource.as_ref().trim_end_matches('/')))
        .find(|longer| applies(longer));
    Some(Mismatch { templates, meant })
}

fn lint(place: Place<'_>, at: &str, action: &str, mismatch: Mismatch) -> Lint {
    let listed = place
        .statement
        .resource
        .as_ref()
        .map_or(&[][..], |clause| clause.listed());
    let resources = listed
        .iter()
        .map(|r| format!("`{r}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let remedy = match (&mismatch.meant, mismatch.templates.is_empty()) {
        (Some(meant), _) => format!("write `{meant}`"),
        (None, true) => format!("move `{action}` to a statement with `\"Resource\": \"*\"`"),
        (None, false) => format!("it works on {}", readable(&mismatch.templates)),
    };
    place.lint(
        LintCode::ResourceMismatch,
        Severity::Warning,
        at,
        format!("`{action}` cannot apply to {resources}"),
        remedy,
    )
}

/// The first few templates, written as policies write them.
fn readable(templates: &[&str]) -> String {
    const SHOWN: usize = 3;
    let written = templates
        .iter()
        .map(|t| format!("`{}`", t.replacen('~', "aws", 1).replace('~', "*")));
    let mut text = written.take(SHOWN).collect::<Vec<_>>().join(", ");
    if templates.len() > SHOWN {
        text.push_str(" and others");
    }
    text
}

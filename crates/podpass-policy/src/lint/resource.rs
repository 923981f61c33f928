//! Resources that the actions cannot apply to.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

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
        if resources.iter().any(|resource| resource == "*") {
            continue;
        }
        let mut cover = Cover {
            resources: resources
                .iter()
                .map(|r| subject.kind.completed(r))
                .collect(),
            compared: HashMap::new(),
        };
        for (index, action) in actions.iter().enumerate() {
            if let Some((prefix, name)) = action.split_once(':')
                && let Some(service) = knowledge::service(prefix)
                && let Some(templates) = uncovered(service, name, &mut cover)
            {
                let at = entry("Action", index, actions.len());
                found.push(mismatch(place, &at, action, &templates, &mut cover));
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

/// How the resources of a statement meet the templates of ARNs; each template is compared once.
struct Cover<'a> {
    resources: Vec<Cow<'a, str>>,
    compared: HashMap<&'static str, Meeting>,
}

/// How resources meet a template.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meeting {
    /// One of them can be an ARN of the template.
    Met,
    /// The one with this index could, with `/*` behind it.
    Nearly(usize),
    Missed,
}

impl Cover<'_> {
    fn meeting(&mut self, template: &'static str) -> Meeting {
        let resources = &self.resources;
        *self.compared.entry(template).or_insert_with(|| {
            if resources
                .iter()
                .any(|resource| overlaps(resource, template))
            {
                return Meeting::Met;
            }
            let nearly = |resource: &Cow<'_, str>| overlaps(&with_objects(resource), template);
            resources
                .iter()
                .position(nearly)
                .map_or(Meeting::Missed, Meeting::Nearly)
        })
    }
}

/// The resource and what is below it.
fn with_objects(resource: &str) -> String {
    format!("{}/*", resource.trim_end_matches('/'))
}

/// The templates of the actions of a pattern, when none of them is met; they are none when the actions
/// take only `*`.
fn uncovered(service: &Service, pattern: &str, cover: &mut Cover<'_>) -> Option<Vec<&'static str>> {
    let actions = service.matching(pattern);
    if actions.is_empty() {
        return None;
    }
    let kinds = actions.iter().flat_map(|action| &action.types);
    let templates = kinds.filter_map(|kind| Some(service.resource(kind)?.template));
    let templates: Vec<&str> = templates.collect::<BTreeSet<_>>().into_iter().collect();
    let met = templates
        .iter()
        .any(|template| cover.meeting(template) == Meeting::Met);
    (!met).then_some(templates)
}

fn mismatch(
    place: Place<'_>,
    at: &str,
    action: &str,
    templates: &[&'static str],
    cover: &mut Cover<'_>,
) -> Lint {
    let nearly = templates
        .iter()
        .find_map(|template| match cover.meeting(template) {
            Meeting::Nearly(index) => Some(index),
            Meeting::Met | Meeting::Missed => None,
        });
    let remedy = match nearly {
        Some(index) => format!("write `{}`", with_objects(&cover.resources[index])),
        None if templates.is_empty() => {
            format!("move `{action}` to a statement with `\"Resource\": \"*\"`")
        }
        None => {
            let readable = templates
                .iter()
                .map(|t| t.replacen('~', "aws", 1).replace('~', "*"));
            format!("it works on {}", first_few(readable))
        }
    };
    let listed = place.statement.resource.iter().flat_map(Clause::listed);
    place.lint(
        LintCode::ResourceMismatch,
        Severity::Warning,
        at,
        format!("`{action}` cannot apply to {}", first_few(listed)),
        remedy,
    )
}

/// The first few of many, in backticks.
fn first_few(items: impl Iterator<Item = impl std::fmt::Display>) -> String {
    const SHOWN: usize = 3;
    let mut items = items.map(|item| format!("`{item}`"));
    let mut text = items.by_ref().take(SHOWN).collect::<Vec<_>>().join(", ");
    if items.next().is_some() {
        text.push_str(" and others");
    }
    text
}

//! Explaining a denial: what can stand in the way (here), how it is found (`search`), and how conditions
//! are put into words (`requirement`).

mod requirement;
mod search;

use std::fmt;

use serde::Serialize;

pub use requirement::Requirement;

use crate::{Decision, Layer, Span};

/// A decision and, for a denial, the smallest set of reasons that a person can act on: once all of them
/// are gone, the request is allowed, as far as that can be told beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The reasons of a denial; none when the request is allowed.
    pub reasons: Vec<Reason>,
}

/// One thing that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// The layer that denies or fails to allow.
    pub layer: Layer,
    /// The statement that denies, or the one that comes nearest to allowing.
    pub statement: Option<StatementPlace>,
    /// What about it.
    pub cause: Cause,
}

/// Where a statement stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementPlace {
    /// The name or ARN of its policy; empty when it was given none.
    pub policy: String,
    /// Its place in the document, from 0.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// Where it stands in the document's text.
    pub span: Span,
}

/// Why a layer denies, or does not allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Cause {
    /// The statement denies.
    #[serde(rename_all = "camelCase")]
    Denies {
        /// What was asked for.
        action: String,
        /// On what.
        resource: String,
        /// The conditions of the statement, all of which hold.
        since: Vec<Requirement>,
    },
    /// There is no policy at all where one must allow.
    NoPolicy,
    /// No statement speaks of the action.
    NoStatement {
        /// The action.
        action: String,
    },
    /// The statement names other resources.
    OtherResource {
        /// The resources it names, `NotResource` marked by a leading `all but`.
        named: Vec<String>,
        /// The resource of the request.
        resource: String,
    },
    /// The statement names other principals.
    OtherPrincipal {
        /// The principals it names.
        named: Vec<String>,
        /// The principal of the request.
        principal: String,
    },
    /// A condition does not hold.
    Condition(Requirement),
    /// An account's root user cannot assume roles.
    RootCannotAssumeRoles,
}

/// Items in backticks, with commas.
fn quoted(items: &[String], or: &str) -> String {
    let items: Vec<_> = items.iter().map(|item| format!("`{item}`")).collect();
    match items.as_slice() {
        [front @ .., last] if !front.is_empty() => format!("{} {or} {last}", front.join(", ")),
        items => items.join(""),
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = self.layer.noun();
        if let Some(place) = &self.statement {
            match (self.layer, place.policy.as_str()) {
                (Layer::Trust, _) => f.write_str("the trust policy's ")?,
                (_, "") => write!(f, "the {noun}'s ")?,
                (_, name) => write!(f, "the {noun} `{name}`'s ")?,
            }
            write!(f, "statement {} ", place.index + 1)?;
        }
        match &self.cause {
            Cause::Denies {
                action,
                resource,
                since,
            } => {
                write!(f, "denies `{action}` on `{resource}`")?;
                for (index, requirement) in since.iter().enumerate() {
                    let join = if index == 0 { ", since" } else { " and" };
                    write!(f, "{join} {}", requirement.wanted())?;
                }
                Ok(())
            }
            Cause::NoPolicy => write!(f, "there is no {noun}, and one must allow it"),
            Cause::NoStatement { action } => write!(f, "no {noun} allows `{action}`"),
            Cause::OtherResource { named, .. } if named.is_empty() => {
                f.write_str("names no resource")
            }
            Cause::OtherResource { named, resource } => {
                write!(f, "is about {}, not `{resource}`", quoted(named, "and"))
            }
            Cause::OtherPrincipal { named, .. } if named.is_empty() => {
                f.write_str("names no principal")
            }
            Cause::OtherPrincipal { named, principal } => {
                write!(f, "is for {}, not `{principal}`", quoted(named, "and"))
            }
            Cause::Condition(requirement) => write!(f, "requires {requirement}"),
            Cause::RootCannotAssumeRoles => {
                f.write_str("an account's root user cannot assume roles, whatever they trust")
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! The answer, with its reasons.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Effect, Request, Span, message};

/// The result of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// The request goes through.
    Allowed,
    /// A statement forbids it.
    ExplicitDeny,
    /// Nothing allows it where something must.
    ImplicitDeny,
}

/// The layers of policies that take part in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Resource control policies of the resource's account.
    ResourceControl,
    /// Service control policies of the principal's account.
    ServiceControl,
    /// The policy of a resource other than a role.
    Resource,
    /// The trust policy of a role.
    Trust,
    /// The principal's own policies.
    Identity,
    /// The principal's permissions boundary.
    Boundary,
    /// The policies given when the session began.
    Session,
}

impl Layer {
    /// The layer as AWS's messages name it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::ResourceControl => "resource control policy",
            Self::ServiceControl => "service control policy",
            Self::Resource => "resource-based policy",
            Self::Trust => "role trust policy",
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        }
    }

    /// The noun with its article, as in `with an explicit deny in a permissions boundary`.
    pub(crate) fn with_article(self) -> String {
        let article = match self {
            Self::Identity => "an",
            Self::Trust => "the",
            _ => "a",
        };
        format!("{article} {}", self.noun())
    }
}

/// What was decided, and where; made without allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The result.
    pub outcome: Outcome,
    /// The layer that decided: that of the Deny, of the missing Allow, or of the Allow.
    pub layer: Layer,
}

/// What was decided, where, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The result.
    pub outcome: Outcome,
    /// The layer that decided: that of the Deny, of the missing Allow, or of the Allow.
    pub layer: Layer,
    /// The statements that match, in the order of the layers; of a denial, the denying ones come first.
    pub matched: Vec<MatchedStatement>,
    /// The context keys, as the policies write them, that conditions asked for in vain.
    pub missing_keys: Vec<String>,
    /// AWS's own sentence for a denial.
    pub message: Option<String>,
}

impl Decision {
    /// Whether the request goes through.
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }

    /// AWS's sentence for a denial, in which the resource has another name: of a role, IAM says `role my-role`
    /// where a call names it so.
    pub fn message_naming(&self, request: &Request, resource: &str) -> Option<String> {
        let (result, first) = ((self.outcome, self.layer), self.matched.first());
        (!self.is_allowed()).then(|| message::access_denied(request, Some(resource), result, first))
    }
}

/// A statement that matches the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MatchedStatement {
    /// The layer of its policy.
    pub layer: Layer,
    /// The name or ARN of its policy.
    pub policy: String,
    /// The statement's place in the document, from 0.
    pub index: usize,
    /// The statement's `Sid`.
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Where it stands in the document's text.
    pub span: Span,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitly denied",
            Self::ImplicitDeny => "not allowed",
        })
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun())
    }
}

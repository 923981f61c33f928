//! What `policy explain` answers.

use std::fmt::{self, Display, Formatter};

use podpass_policy::{AssumeRole, Explanation, Request};
use serde::Serialize;

use super::{decision, style};

/// Everything that was explained.
#[derive(Serialize)]
pub(crate) struct ExplainedView {
    pub(crate) explanations: Vec<Explained>,
}

/// A decision beside the request that it is about.
#[derive(Serialize)]
pub(crate) struct Explained {
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    principal: String,
    action: String,
    resource: String,
    #[serde(flatten)]
    explanation: Explanation,
    sentences: Vec<String>,
}

impl Explained {
    /// Of a request.
    pub(crate) fn of_request(request: &Request, explanation: Explanation) -> Self {
        Self {
            description: String::new(),
            principal: request.principal.to_string(),
            action: request.action.clone(),
            resource: request.resource.clone(),
            sentences: explanation
                .reasons
                .iter()
                .map(ToString::to_string)
                .collect(),
            explanation,
        }
    }

    /// Of a call that begins a session.
    pub(crate) fn of_call(call: &AssumeRole, explanation: Explanation) -> Self {
        let request = Request::new(call.principal.clone(), "sts:AssumeRole", call.role.as_str());
        Self::of_request(call.requests().first().unwrap_or(&request), explanation)
    }

    /// With what the case says of itself.
    pub(crate) fn described(mut self, description: String) -> Self {
        self.description = description;
        self
    }
}

impl Display for ExplainedView {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = (self.explanations.iter())
            .map(|explained| explained.to_string().trim_end().to_owned())
            .collect();
        f.write_str(&texts.join("\n\n"))
    }
}

impl Display for Explained {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let strong = style::STRONG;
        if !self.description.is_empty() {
            writeln!(f, "{strong}{}{strong:#}", self.description)?;
        }
        let Self {
            principal,
            action,
            resource,
            ..
        } = self;
        write!(f, "{principal}, {action} on {resource}: ")?;
        decision::outcome(f, &self.explanation.decision)?;
        writeln!(f)?;
        decision::details(f, &self.explanation.decision)?;
        self.sentences
            .iter()
            .try_for_each(|sentence| decision::reason(f, sentence, None))
    }
}

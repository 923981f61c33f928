//! What `can-i` answers: yes or no, the steps on the way, and why not.

use std::fmt::{self, Display, Formatter};

use podpass::{Access, AccessQuestion, AccessStage, AccessStep, Subject};
use serde::Serialize;

use super::{decision, style};

/// An answer beside its question.
#[derive(Serialize)]
pub(crate) struct AccessView<'a> {
    subject: &'a Subject,
    action: &'a str,
    resource: &'a str,
    #[serde(flatten)]
    access: &'a Access,
    explanations: Vec<Explanation>,
}

#[derive(Serialize)]
struct Explanation {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl<'a> AccessView<'a> {
    /// Of an answer.
    pub(crate) fn new(
        subject: &'a Subject,
        question: &'a AccessQuestion,
        access: &'a Access,
    ) -> Self {
        let explanations = access.reasons.iter().map(|reason| Explanation {
            message: reason.to_string(),
            remedy: reason.remedy(),
        });
        Self {
            subject,
            action: &question.action,
            resource: &question.resource,
            access,
            explanations: explanations.collect(),
        }
    }

    fn step(&self, f: &mut Formatter<'_>, step: &AccessStep) -> fmt::Result {
        let role = step.role.name();
        match step.stage {
            AccessStage::AssumeRole => write!(f, "EKS assumes role `{role}`: ")?,
            AccessStage::AssumeTargetRole => {
                write!(f, "its session assumes target role `{role}`: ")?
            }
            AccessStage::Act => write!(f, "`{role}` does {} on {}: ", self.action, self.resource)?,
        }
        decision::outcome(f, &step.decision)?;
        writeln!(f)?;
        decision::details(f, &step.decision)
    }
}

impl Display for AccessView<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (color, word) = if self.access.allowed {
            (style::GOOD, "yes")
        } else {
            (style::BAD, "no")
        };
        writeln!(f, "{color}{word}{color:#}")?;
        for step in &self.access.steps {
            self.step(f, step)?;
        }
        for Explanation { message, remedy } in &self.explanations {
            decision::reason(f, message, remedy.as_deref())?;
        }
        let strong = style::STRONG;
        let can = if self.access.allowed { "can" } else { "cannot" };
        write!(
            f,
            "{strong}Pods of {}{strong:#} {can} {} on {}.",
            self.subject, self.action, self.resource
        )
    }
}

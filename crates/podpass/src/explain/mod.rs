//! Explaining why the pods of a service account get credentials, or do not: link by link.
//!
//! `look` asks the world what it can tell, `link` judges each link of the chain, purely, in a file of its own.

mod claims;
mod link;
mod look;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;

pub use look::{PodPath, Probe, Session, look};

use crate::can_i::AccessQuestion;
use crate::subject::Subject;

/// The links from a service account to what its pods do, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkName {
    /// The service account is there, and the pod runs as it.
    ServiceAccount,
    /// It has an association.
    Association,
    /// The webhook led the pod to the agent, and the agent answers.
    Agent,
    /// The pod's token is good.
    Token,
    /// EKS may assume the role.
    TrustPolicy,
    /// EKS Auth hands out credentials for the token, through the target role if there is one.
    Session,
    /// Policies allow what the pod wants to do.
    Policies,
}

impl fmt::Display for LinkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ServiceAccount => "service account",
            Self::Association => "association",
            Self::Agent => "agent",
            Self::Token => "token",
            Self::TrustPolicy => "trust policy",
            Self::Session => "session",
            Self::Policies => "policies",
        })
    }
}

/// How it is with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkState {
    /// It holds.
    Holds,
    /// It is broken.
    Broken,
    /// It cannot be seen from here.
    Unseen,
    /// A link before it is broken, so that there is nothing to look at.
    NotReached,
}

/// A link, and how it is with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Which link.
    pub link: LinkName,
    /// How it is with it.
    pub state: LinkState,
    /// What was seen there, in a sentence.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// All links, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Chain {
    /// One for each [`LinkName`].
    pub links: Vec<Link>,
}

impl Chain {
    /// The first link that is broken: where to begin.
    pub fn broken(&self) -> Option<&Link> {
        let mut links = self.links.iter();
        links.find(|link| link.state == LinkState::Broken)
    }

    /// A link.
    pub fn link(&self, name: LinkName) -> Option<&Link> {
        self.links.iter().find(|link| link.link == name)
    }
}

/// Judges every link of what was seen. Without a question the last link tells only which policies there are.
///
/// Links that hold although one before them is broken, such as a token that is good for nothing, are told as well.
pub fn explain(path: &PodPath, question: Option<&AccessQuestion>) -> Chain {
    Chain {
        links: link::judge(path, question),
    }
}

impl PodPath {
    fn subject(&self) -> &Subject {
        &self.subject
    }
}

//! The links, one file each: how each is judged, what is told of it, and what to do when it is broken.

mod agent;
mod association;
mod policies;
mod service_account;
mod session;
mod token;
mod trust_policy;

use super::{Link, LinkName, LinkState, PodPath};
use crate::can_i::{AccessQuestion, AccessReason};
use crate::port::PortError;

/// Judges all links.
pub(super) fn judge(path: &PodPath, question: Option<&AccessQuestion>) -> Vec<Link> {
    use LinkName::*;
    vec![
        service_account::judge(path).of(ServiceAccount),
        association::judge(path).of(Association),
        agent::judge(path).of(Agent),
        token::judge(path).of(Token),
        trust_policy::judge(path).of(TrustPolicy),
        session::judge(path).of(Session),
        policies::judge(path, question).of(Policies),
    ]
}

/// What a link's file says of it.
struct Verdict {
    state: LinkState,
    message: String,
    remedy: Option<String>,
}

impl Verdict {
    fn new(state: LinkState, message: impl Into<String>) -> Self {
        Self {
            state,
            message: message.into(),
            remedy: None,
        }
    }

    fn holds(message: impl Into<String>) -> Self {
        Self::new(LinkState::Holds, message)
    }

    fn broken(message: impl Into<String>) -> Self {
        Self::new(LinkState::Broken, message)
    }

    fn unseen(message: impl Into<String>) -> Self {
        Self::new(LinkState::Unseen, message)
    }

    fn not_reached(message: impl Into<String>) -> Self {
        Self::new(LinkState::NotReached, message)
    }

    /// What the caller was not let see.
    fn unasked(error: &PortError) -> Self {
        Self {
            remedy: error.hint().map(str::to_owned),
            ..Self::unseen(error.to_string())
        }
    }

    /// What stands in the way by these reasons, of which the first that has a remedy tells it.
    fn denied(reasons: &[AccessReason]) -> Self {
        let told: Vec<_> = reasons.iter().map(ToString::to_string).collect();
        Self {
            remedy: reasons.iter().find_map(AccessReason::remedy),
            ..Self::broken(told.join("; "))
        }
    }

    /// The same with what to do about it.
    fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    fn of(self, link: LinkName) -> Link {
        let Self {
            state,
            message,
            remedy,
        } = self;
        Link {
            link,
            state,
            message,
            remedy,
        }
    }
}

//! The session, which EKS Auth begins for the token.

use super::{PodPath, Verdict, agent, token};
use crate::explain::Session;
use crate::port::{PortError, PortErrorKind};

pub(super) fn judge(path: &PodPath) -> Verdict {
    match &path.session {
        None => Verdict::not_reached("there was no token to exchange"),
        Some(Ok(Session { arn, expiration })) => {
            Verdict::holds(format!("the agent hands out `{arn}` until {expiration}"))
        }
        Some(Err(error)) if token::is_about(error) => {
            Verdict::not_reached("the token was not good for one")
        }
        Some(Err(error)) if agent::is_of_agent(error) && error.status().is_none() => {
            Verdict::not_reached("the agent was not reached")
        }
        Some(Err(error)) if agent::is_of_agent(error) => {
            Verdict::not_reached("the agent refused to ask for one")
        }
        Some(Err(error)) => refused(error),
    }
}

fn refused(error: &PortError) -> Verdict {
    let verdict = Verdict::broken(told(error));
    match (error.code(), error.kind()) {
        (_, PortErrorKind::NotFound) => verdict.remedy(
            "EKS Auth sees no association; one that was made a moment ago takes seconds to show",
        ),
        (_, PortErrorKind::AccessDenied) => verdict.remedy(
            "EKS could not assume the role: what the policies say above, or a control policy of the organisation; \
             changes take seconds to show",
        ),
        (_, PortErrorKind::Throttled) => verdict.remedy("try again later"),
        _ => verdict,
    }
}

/// An error in the words of who refused, which are those that the program sees.
pub(super) fn told(error: &PortError) -> String {
    match error.code() {
        Some(code) => format!("{code}: {}", error.message()),
        None => error.message().to_owned(),
    }
}

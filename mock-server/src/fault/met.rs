//! A fault that a call has met.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, StatusCode, header};

use super::effect::{Action, ErrorAnswer, Moment};
use super::known;
use super::spoil::{How, Spoiled};
use crate::ledger::NOT_DONE;
use crate::protocol::{Fault, Response};

/// What happens to one call.
#[derive(Debug)]
pub(crate) struct Met {
    pub(super) id: String,
    pub(super) delay: Duration,
    pub(super) delay_answer: Duration,
    pub(super) action: Option<Action>,
}

/// What comes instead of what the call would have done.
#[derive(Debug)]
pub(crate) enum Instead {
    /// An error, to be said as the service says errors.
    Error(Refusal),
    /// An answer as it is.
    Answer(Response),
}

/// An error that a script wants.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Fault::new(refusal.status, refusal.code, refusal.message)
    }
}

impl Met {
    /// The fault's id, for the ledger.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Waits for as long as the fault says, in real time.
    pub(crate) async fn wait(&self) {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
    }

    /// What comes instead of a call to a service, if anything does.
    pub(crate) fn instead(&self, service: &str) -> Option<Instead> {
        match self.action.as_ref()? {
            Action::Error(error) => Some(Instead::Error(self.refusal(service, error))),
            Action::Status(status) => Some(Instead::Answer(bare(*status))),
            Action::Drop(Moment::Before) => Some(Instead::Answer(Response::new(Body::empty()))),
            Action::Drop(Moment::After) | Action::Truncate(_) | Action::Garbage => None,
        }
    }

    fn refusal(&self, service: &str, error: &ErrorAnswer) -> Refusal {
        let (status, text) = known::answer(service, &error.code);
        let message = match (&error.message, text) {
            (Some(message), _) => message.clone(),
            (None, Some(text)) => text.to_owned(),
            (None, None) => format!("the scripted fault `{}` answers", self.id),
        };
        let status = StatusCode::from_u16(error.status.unwrap_or(status));
        Refusal {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code: error.code.clone(),
            message,
        }
    }

    /// The status that the ledger tells: none of a call that was dropped before it was done.
    pub(crate) fn status(&self, answered: StatusCode) -> u16 {
        match self.action {
            Some(Action::Drop(Moment::Before)) => NOT_DONE,
            _ => answered.as_u16(),
        }
    }

    /// Whether the client gets an answer that it can read, whenever that is.
    pub(crate) fn is_readable(&self) -> bool {
        matches!(self.action, None | Some(Action::Error(_)))
    }

    /// Marks an answer with what is to happen to it on its way out.
    pub(crate) fn spoil(&self, response: &mut Response) {
        let how = match self.action {
            Some(Action::Drop(_)) => Some(How::Drop),
            Some(Action::Truncate(bytes)) => Some(How::Truncate(bytes)),
            Some(Action::Garbage) => Some(How::Garbage),
            Some(Action::Error(_) | Action::Status(_)) | None => None,
        };
        if how.is_some() || !self.delay_answer.is_zero() {
            response.extensions_mut().insert(Spoiled {
                delay: self.delay_answer,
                how,
            });
        }
    }
}

/// An answer of a load balancer, which knows no protocol of the service: a page, as AWS's are.
fn bare(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let html = HeaderValue::from_static("text/html");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response
}

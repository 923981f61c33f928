//! What a fault does to a call.

use serde::{Deserialize, Serialize};

use super::delay::Delay;

/// What is done: at most one thing beside delays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Effect {
    /// An error of the service's, in its own form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<ErrorAnswer>,
    /// A bare status, as of a load balancer that finds no server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    /// No answer at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) drop: Option<Moment>,
    /// Only so many bytes of the answer's body, and then the connection ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) truncate: Option<usize>,
    /// A body that is nothing in any protocol.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) garbage: bool,
    /// How long the call waits before it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) delay: Option<Delay>,
    /// How long its answer waits once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) delay_answer: Option<Delay>,
}

/// An error to answer with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorAnswer {
    pub(super) code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
}

/// When a connection is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Moment {
    /// Before the call took effect.
    Before,
    /// After it did: it is done, and nobody is told.
    After,
}

/// What an effect comes to, beside delays.
#[derive(Debug, Clone)]
pub(super) enum Action {
    Error(ErrorAnswer),
    Status(u16),
    Drop(Moment),
    Truncate(usize),
    Garbage,
}

impl Effect {
    /// The things that are to be done.
    pub(super) fn actions(&self) -> Vec<Action> {
        [
            self.error.clone().map(Action::Error),
            self.status.map(Action::Status),
            self.drop.map(Action::Drop),
            self.truncate.map(Action::Truncate),
            self.garbage.then_some(Action::Garbage),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

//! Progress, told to a Python callable.

use podpass::Progress;
use pyo3::prelude::*;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::event::Event;

/// Calls what the user wants called with events, if anything.
pub(crate) struct Listener {
    callable: Option<Py<PyAny>>,
    raised: UnboundedSender<PyErr>,
}

impl Listener {
    /// The listener, and where what the callable raises comes out.
    pub(crate) fn new(callable: Option<Py<PyAny>>) -> (Self, UnboundedReceiver<PyErr>) {
        let (raised, exceptions) = unbounded_channel();
        (Self { callable, raised }, exceptions)
    }
}

impl Progress for Listener {
    fn event(&self, event: &podpass::Event<'_>) {
        let Some(callable) = &self.callable else {
            return;
        };
        let called = Python::attach(|py| callable.call1(py, (Event::from(event),)).map(drop));
        if let Err(exception) = called {
            // Nobody receives it when the work has ended for an earlier exception.
            _ = self.raised.send(exception);
        }
    }
}

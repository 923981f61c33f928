//! `Clock`: the time of a mock server.

use std::time::Duration;

use jiff::Timestamp;
use podpass_mock::Clock as MockClock;
use pyo3::prelude::*;

/// The time of a mock server: the world's, the same moved, or one that is held.
#[pyclass(frozen, module = "podpass.mock")]
pub(crate) struct Clock(MockClock);

impl From<MockClock> for Clock {
    fn from(clock: MockClock) -> Self {
        Self(clock)
    }
}

#[pymethods]
impl Clock {
    /// The server's present: a `datetime` in UTC.
    #[getter]
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// Whether the time stands still.
    #[getter]
    fn held(&self) -> bool {
        self.0.is_held()
    }

    /// Moves the time forward by a `timedelta`.
    fn advance(&self, by: Duration) {
        self.0.advance(by);
    }

    /// Makes it this time, a `datetime` that knows its zone; a clock that runs goes on from there. It may go back.
    fn set(&self, time: Timestamp) {
        self.0.set(time);
    }

    /// Lets the time stand still.
    fn hold(&self) {
        self.0.hold();
    }

    /// Lets the time run again, from where it was held.
    fn release(&self) {
        self.0.release();
    }

    fn __repr__(&self) -> String {
        let held = if self.0.is_held() { "True" } else { "False" };
        format!("Clock(now='{}', held={held})", self.0.now())
    }
}

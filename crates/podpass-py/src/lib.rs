//! The Python module `podpass._core`: the engine, the mock and the command line, converted.
//!
//! Nothing is decided here. Each file wraps one type (those of the policy language stand in their own
//! folder), and four hold what they share: `verb` is what
//! Python asks the engine for, `runtime` where Python waits for it, `error` maps every error to its
//! place in the tree of `podpass.errors`, `json` and `repr` turn values into plain ones and text.

mod access;
mod access_reason;
mod access_step;
mod aio;
mod applied;
mod blocking;
mod clock;
mod command;
mod conflict;
mod error;
mod event;
mod fault;
mod filter;
mod finding;
mod json;
mod manifest;
mod mock_server;
mod plan;
mod policy;
mod problem;
mod progress;
mod propagation;
mod report;
mod repr;
mod request;
mod running;
mod runtime;
mod session;
mod step;
mod throttle;
mod verb;

/// The compiled half of the `podpass` package. Import from `podpass`, not from here.
#[pyo3::pymodule]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::access::Access;
    #[pymodule_export]
    use crate::access_reason::AccessReason;
    #[pymodule_export]
    use crate::access_step::AccessStep;
    #[pymodule_export]
    use crate::aio::{apply_async, can_i_async, destroy_async, plan_async, verify_async};
    #[pymodule_export]
    use crate::applied::Applied;
    #[pymodule_export]
    use crate::blocking::{apply, can_i, destroy, plan, verify};
    #[pymodule_export]
    use crate::clock::Clock;
    #[pymodule_export]
    use crate::command::main;
    #[pymodule_export]
    use crate::conflict::Conflict;
    #[pymodule_export]
    use crate::event::Event;
    #[pymodule_export]
    use crate::fault::{Fault, FaultReport};
    #[pymodule_export]
    use crate::finding::Finding;
    #[pymodule_export]
    use crate::manifest::Manifest;
    #[pymodule_export]
    use crate::mock_server::MockServer;
    #[pymodule_export]
    use crate::plan::Plan;
    #[pymodule_export]
    use crate::policy::verb::{authorize, explain, lint, validate};
    #[pymodule_export]
    use crate::policy::{
        AssumeRole, Decision, Explanation, Lint, MatchedStatement, PolicyDocument, PolicySet,
        Principal, Reason, Statement,
    };
    #[pymodule_export]
    use crate::problem::Problem;
    #[pymodule_export]
    use crate::report::Report;
    #[pymodule_export]
    use crate::request::Request;
    #[pymodule_export]
    use crate::session::Session;
    #[pymodule_export]
    use crate::step::Step;

    /// The version of podpass.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    /// Requests to decide upon share their name with the mock's, which took it first.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let request = module.py().get_type::<crate::policy::Request>();
        module.add("PolicyRequest", request)
    }
}

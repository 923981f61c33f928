//! The gate that a call goes through: what is checked depends on the server's mode, and so does whether a
//! refusal is final.

use serde::Serialize;

use crate::auth::mode::Auth;
use crate::ledger::Entry;
use crate::protocol::Fault;

/// What was decided about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// The caller is who it says, and may do it.
    Allowed,
    /// One of both is not so; with [`Auth::Simulate`], the call went on all the same.
    Denied,
}

/// What the checks of one call came to.
#[derive(Debug)]
pub(crate) struct Gate {
    mode: Auth,
    decision: Option<Decision>,
    /// What the client was told, or would have been.
    reason: Option<String>,
    /// What the call is about, as far as it came to that.
    resources: Vec<String>,
}

impl Gate {
    pub(crate) fn new(mode: Auth) -> Self {
        Self {
            mode,
            decision: None,
            reason: None,
            resources: Vec::new(),
        }
    }

    /// Whether the mode has any checks.
    pub(crate) fn is_open(&self) -> bool {
        self.mode == Auth::Off
    }

    /// Notes what the call is about: the resources of what it takes to make it.
    pub(crate) fn asks_for(&mut self, resources: impl Iterator<Item = String>) {
        for resource in resources {
            // With a star it stands for many, or for one that has no name yet.
            let is_one = !resource.is_empty() && !resource.contains('*');
            if is_one && !self.resources.contains(&resource) {
                self.resources.push(resource);
            }
        }
    }

    /// Makes a check, if the mode has any, and passes a refusal on if the mode has it so. The first refusal
    /// of a call is the one that counts.
    pub(crate) fn check(&mut self, check: impl FnOnce() -> Result<(), Fault>) -> Result<(), Fault> {
        match self.mode {
            Auth::Off => Ok(()),
            Auth::Simulate | Auth::Enforce => self.check_always(check),
        }
    }

    /// The same for what is checked in every mode.
    pub(crate) fn check_always(
        &mut self,
        check: impl FnOnce() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let Err(fault) = check() else {
            return Ok(());
        };
        self.deny(&fault);
        match self.mode {
            Auth::Simulate => Ok(()),
            Auth::Off | Auth::Enforce => Err(fault),
        }
    }

    /// Notes that nothing is left to check.
    pub(crate) fn passed(&mut self) {
        if self.mode != Auth::Off {
            self.decision.get_or_insert(Decision::Allowed);
        }
    }

    /// Notes a refusal, unless there was one before.
    pub(crate) fn deny(&mut self, fault: &Fault) {
        if self.decision == Some(Decision::Denied) {
            return;
        }
        self.decision = Some(Decision::Denied);
        let reason = fault.reason.as_ref().unwrap_or(&fault.message);
        self.reason = Some(reason.clone());
    }

    /// An entry of the ledger with what was decided about the call, and what it is about.
    pub(crate) fn note(self, entry: Entry) -> Entry {
        Entry {
            decision: self.decision,
            reason: self.reason,
            ..entry.about(self.resources)
        }
    }
}

//! Faults by script: calls that go wrong on purpose, repeatably.
//!
//! A [`Fault`] says which calls it matches, when of them it is met, and what happens then. [`Faults`] are those of a
//! server; the front of each service asks them about every call that it knows and whose caller it believes, and
//! gets back what was [`Met`]. Errors come from there; what happens to connections, `server.rs` carries out.

mod check;
mod delay;
mod effect;
mod error;
mod known;
mod met;
mod pattern;
mod script;
mod spoil;
#[cfg(test)]
mod tests;
mod when;

use std::cell::OnceCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

pub use self::error::FaultError;
pub(crate) use self::met::{Instead, Met, Refusal};
pub use self::script::Fault;
pub(crate) use self::spoil::{Dropped, carry_out};
use crate::id::Ids;

/// How many faults a server keeps.
const MAX_FAULTS: usize = 1_000;

/// A fault of a server, and what it has done so far.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FaultReport {
    /// How it is told apart.
    pub id: String,
    /// What it says.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many calls matched it.
    pub matched: u64,
    /// How many of them met it.
    pub fired: u64,
}

/// A call that may meet a fault.
pub(crate) struct Meeting<'c> {
    pub(crate) service: &'static str,
    pub(crate) operation: &'c str,
    pub(crate) account: &'c str,
    pub(crate) region: &'c str,
    pub(crate) caller: &'c str,
    /// What the call is about; only asked for where a fault looks at it.
    pub(crate) resources: &'c dyn Fn() -> Vec<String>,
}

/// The faults of a server.
#[derive(Debug)]
pub(crate) struct Faults {
    /// Whether there are any: without, no call costs more than a look here.
    any: AtomicBool,
    kept: Mutex<Kept>,
    /// Those that the server was started with.
    initial: Vec<Fault>,
    seed: Option<u64>,
}

#[derive(Debug)]
struct Kept {
    faults: Vec<Scripted>,
    /// How many got an id from here.
    numbered: u64,
    chance: Ids,
}

#[derive(Debug)]
struct Scripted {
    report: FaultReport,
    /// Its own: what one fault leaves to chance does not depend on others.
    chance: Ids,
}

impl Faults {
    /// The faults that a server starts with, and comes back to.
    ///
    /// # Errors
    ///
    /// When one cannot be taken.
    pub(crate) fn new(initial: Vec<Fault>, seed: Option<u64>) -> Result<Self, FaultError> {
        let faults = Self {
            initial,
            ..Self::none(seed)
        };
        faults.add(faults.initial.clone())?;
        Ok(faults)
    }

    /// No faults, to begin with.
    pub(crate) fn none(seed: Option<u64>) -> Self {
        Self {
            any: AtomicBool::new(false),
            kept: Mutex::new(Kept::new(seed)),
            initial: Vec::new(),
            seed,
        }
    }

    /// Whether there are any.
    pub(crate) fn any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    /// Adds faults after those that are there, all or none, and tells their ids.
    ///
    /// # Errors
    ///
    /// When one cannot be taken.
    pub(crate) fn add(&self, faults: Vec<Fault>) -> Result<Vec<String>, FaultError> {
        check_all(&faults)?;
        let mut kept = self.lock();
        if kept.faults.len() + faults.len() > MAX_FAULTS {
            return Err(FaultError::TooMany);
        }
        for (index, fault) in faults.iter().enumerate() {
            let Some(id) = &fault.id else { continue };
            let mut before = faults.iter().take(index).map(|before| before.id.as_ref());
            if kept.find(id).is_some() || before.any(|before| before == Some(id)) {
                return Err(FaultError::Exists(id.clone()));
            }
        }
        let given: Vec<_> = faults.iter().filter_map(|fault| fault.id.clone()).collect();
        let ids = faults
            .into_iter()
            .map(|fault| kept.keep(fault, &given))
            .collect();
        self.any.store(!kept.faults.is_empty(), Ordering::Relaxed);
        Ok(ids)
    }

    /// The faults in the order in which calls are held against them.
    pub(crate) fn list(&self) -> Vec<FaultReport> {
        let kept = self.lock();
        kept.faults.iter().map(|it| it.report.clone()).collect()
    }

    /// Removes a fault, and tells what it has done; nothing if there is none of the id.
    pub(crate) fn remove(&self, id: &str) -> Option<FaultReport> {
        let mut kept = self.lock();
        let at = kept.find(id)?;
        let removed = kept.faults.remove(at);
        self.any.store(!kept.faults.is_empty(), Ordering::Relaxed);
        Some(removed.report)
    }

    /// Removes all faults.
    pub(crate) fn clear(&self) {
        let mut kept = self.lock();
        kept.faults.clear();
        self.any.store(false, Ordering::Relaxed);
    }

    /// Brings back those that the server was started with, as they were then.
    pub(crate) fn reset(&self) {
        let mut kept = self.lock();
        *kept = Kept::new(self.seed);
        let given: Vec<_> = self.initial.iter().filter_map(|it| it.id.clone()).collect();
        for fault in &self.initial {
            kept.keep(fault.clone(), &given);
        }
        self.any.store(!kept.faults.is_empty(), Ordering::Relaxed);
    }

    /// Holds a call against the faults. Each that matches counts it, and the first that is due is met.
    pub(crate) fn meet(&self, call: &Meeting<'_>) -> Option<Met> {
        let resources = OnceCell::new();
        let mut met = None;
        for scripted in &mut self.lock().faults {
            if !scripted.matches(call, &resources) {
                continue;
            }
            scripted.report.matched += 1;
            if met.is_none() {
                met = scripted.meet();
            }
        }
        met
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses faults that cannot be taken.
fn check_all(faults: &[Fault]) -> Result<(), FaultError> {
    for (index, fault) in faults.iter().enumerate() {
        check::check(fault).map_err(|error| error.in_list(index))?;
    }
    Ok(())
}

impl Kept {
    fn new(seed: Option<u64>) -> Self {
        Self {
            faults: Vec::new(),
            numbered: 0,
            // A stream of its own: faults must not change the ids of what calls make.
            chance: Ids::new(seed.map(|seed| seed.rotate_left(32) ^ (u64::MAX / 3))),
        }
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.faults.iter().position(|it| it.report.id == id)
    }

    /// Keeps a fault; `given` are ids that must be left to others.
    fn keep(&mut self, fault: Fault, given: &[String]) -> String {
        let id = match &fault.id {
            Some(id) => id.clone(),
            None => loop {
                self.numbered += 1;
                let id = format!("f-{}", self.numbered);
                if self.find(&id).is_none() && !given.contains(&id) {
                    break id;
                }
            },
        };
        let report = FaultReport {
            id: id.clone(),
            // The id stands in the report.
            fault: Fault { id: None, ..fault },
            matched: 0,
            fired: 0,
        };
        let chance = self.chance.fork();
        self.faults.push(Scripted { report, chance });
        id
    }
}

impl Scripted {
    fn matches(&self, call: &Meeting<'_>, resources: &OnceCell<Vec<String>>) -> bool {
        let calls = &self.report.fault.calls;
        [
            (&calls.service, call.service),
            (&calls.operation, call.operation),
            (&calls.account, call.account),
            (&calls.region, call.region),
            (&calls.caller, call.caller),
        ]
        .into_iter()
        .all(|(pattern, text)| pattern.as_ref().is_none_or(|it| it.matches(text)))
            && calls.resource.as_ref().is_none_or(|pattern| {
                let resources = resources.get_or_init(|| (call.resources)());
                resources.iter().any(|resource| pattern.matches(resource))
            })
    }

    /// What a call that matches meets.
    fn meet(&mut self) -> Option<Met> {
        let FaultReport { matched, fired, .. } = self.report;
        let Fault { when, effect, .. } = &self.report.fault;
        if !when.holds(matched, fired, &mut self.chance) {
            return None;
        }
        self.report.fired += 1;
        let chance = &mut self.chance;
        let mut of_call = |delay: Option<delay::Delay>| {
            delay.map_or(Duration::ZERO, |delay| delay.of_call(chance))
        };
        Some(Met {
            id: self.report.id.clone(),
            delay: of_call(effect.delay),
            delay_answer: of_call(effect.delay_answer),
            action: effect.actions().pop(),
        })
    }
}

//! Applying: the interpreter of a plan that asks the world.
//!
//! `schedule` runs steps side by side as far as none needs another; `step` carries one step out and waits
//! where AWS is slow to see what was just made; `association` deals with what EKS has its own mind about.

mod association;
mod error;
mod iam;
mod progress;
mod schedule;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use futures::StreamExt;
use futures::stream::FuturesUnordered;

pub use error::{ApplyError, FailedStep, StepError};
pub use progress::{Event, Progress};
use schedule::Schedule;
use step::Worker;

use crate::id::AssociationId;
use crate::plan::{Plan, Step};
use crate::port::World;
use crate::run::Run;
use crate::subject::Subject;

/// What an apply has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The steps, in the order in which they ended.
    pub done: Vec<Step>,
    /// The associations that were created or changed.
    pub associations: BTreeMap<Subject, AssociationId>,
}

/// Carries out a plan. Steps run side by side as far as none needs another, as many as
/// [`Run::concurrency`] allows. After a failure, or once [`Progress::is_stopped`] says so, nothing new is
/// begun; what is under way is finished.
///
/// A step that finds its work done already (something to delete is gone, something to create is there
/// exactly as wished) succeeds, so that a run cut short is finished by planning and applying again.
///
/// # Errors
/// [`ApplyError`] tells what was done, what failed and what is left.
pub async fn apply<W: World>(
    run: &Run<W>,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<Applied, ApplyError> {
    let worker = Worker::new(run, plan, progress);
    let mut schedule = Schedule::new(&plan.steps);
    let mut running = FuturesUnordered::new();
    let mut applied = Applied::default();
    let mut failed = Vec::new();
    loop {
        while failed.is_empty() && !progress.is_stopped() && running.len() < run.concurrency() {
            let Some(index) = schedule.next() else { break };
            let step = &plan.steps[index];
            progress.event(&Event::Started { index, step });
            let worker = &worker;
            running.push(async move { (index, worker.perform(index, step).await) });
        }
        let Some((index, outcome)) = running.next().await else {
            break;
        };
        let step = &plan.steps[index];
        match outcome {
            Ok(association) => {
                progress.event(&Event::Finished { index, step });
                schedule.finish(index);
                applied.associations.extend(association);
                applied.done.push(step.clone());
            }
            Err(error) => {
                progress.event(&Event::Failed {
                    index,
                    step,
                    error: &error,
                });
                failed.push((index, error));
            }
        }
    }
    let left: Vec<_> = schedule
        .unfinished()
        .filter(|index| failed.iter().all(|(other, _)| other != index))
        .map(|index| plan.steps[index].clone())
        .collect();
    if failed.is_empty() && left.is_empty() {
        return Ok(applied);
    }
    let failed = failed
        .into_iter()
        .map(|(index, error)| FailedStep {
            step: plan.steps[index].clone(),
            error,
        })
        .collect();
    Err(ApplyError {
        done: applied,
        failed,
        left,
    })
}

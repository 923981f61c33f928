//! What `apply` and `destroy` share: show the plan, ask, carry it out, tell what was done.

use clap::Args;
use podpass::{Plan, apply};

use crate::args::OutputArgs;
use crate::confirm::confirm;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::interrupt::{Stop, second_signal};
use crate::output::{AppliedView, Console, Format, PlanView};
use crate::progress::StepProgress;
use crate::session::Session;

pub(super) const AFTER_LONG_HELP: &str = "\
Exit status: 0 when all is done, 1 otherwise; run it again to go on from where it stopped.

Without a terminal to ask on, `--yes` is needed unless there is nothing to do. Ctrl-C stops between steps and tells what \
is done and what is left; a second one stops at once.

The answer as json or yaml: `totals` (`create`, `change`, `delete`: how many steps of each kind are done), `done` \
(steps, in the order in which they ended), `failed` (each a `step`, its `error` and perhaps `help`), `left` (steps \
that were not begun), `kept` (each `what` a removal leaves alone, and `why`), `associations` (those created or \
changed, each a `subject` and an `associationId`). It is written after a failure as well.";

/// Whether to ask.
#[derive(Debug, Args)]
pub(super) struct ConsentArgs {
    /// Go ahead without asking, and without showing the plan in full
    #[arg(short, long)]
    yes: bool,
}

/// A command that changes things, in words.
pub(super) struct Intent<'a> {
    /// Its name, as it is typed.
    pub(super) command: &'static str,
    /// What is asked before it begins.
    pub(super) question: &'static str,
    /// What it wants to do.
    pub(super) view: PlanView<'a>,
}

/// Shows the plan, asks unless told not to, carries it out and tells what was done.
pub(super) async fn carry_out(
    session: &Session,
    plan: &Plan,
    intent: Intent<'_>,
    consent: &ConsentArgs,
    output: &OutputArgs,
    console: &mut Console,
) -> Result<ExitCode, CliError> {
    let format = output.output;
    if consent.yes || plan.is_empty() {
        console.show(format, intent.view.brief())?;
    } else {
        console.show(format, intent.view)?;
        confirm(intent.command, intent.question)?;
    }
    let outcome = with_progress(session, plan, console).await?;
    let view = AppliedView::new(plan, &outcome);
    match format {
        Format::Table if plan.is_empty() => {}
        Format::Table => console.line(&view)?,
        format => console.data(format, &view)?,
    }
    match outcome {
        Ok(_) => Ok(ExitCode::Success),
        Err(error) => Err(CliError::Apply(Box::new(error))),
    }
}

async fn with_progress(
    session: &Session,
    plan: &Plan,
    console: &Console,
) -> Result<Result<podpass::Applied, podpass::ApplyError>, CliError> {
    let stop = Stop::default();
    let progress = StepProgress::new(plan.steps.len(), stop.clone(), console.is_quiet());
    let outcome = tokio::select! {
        outcome = apply(&session.run, plan, &progress) => Ok(outcome),
        signal = second_signal(&stop, || progress.stopping()) => {
            Err(signal.map_or_else(CliError::Signals, |()| CliError::Interrupted))
        }
    };
    progress.finish();
    outcome
}

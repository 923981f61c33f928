//! `podpass apply`.

use clap::Args;
use podpass::Depth;

use super::carry_out::{AFTER_LONG_HELP, ConsentArgs, Intent, carry_out};
use super::plan::AdoptArgs;
use crate::args::{OutputArgs, TargetArgs};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{Console, PlanView};
use crate::session::Session;

/// What can be typed after `podpass apply`.
#[derive(Debug, Args)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    adopt: AdoptArgs,

    #[command(flatten)]
    consent: ConsentArgs,

    #[command(flatten)]
    pub(super) target: TargetArgs,
}

/// Plans, asks and applies.
pub(super) async fn perform(
    args: &ApplyArgs,
    session: &Session,
    console: &mut Console,
) -> Result<ExitCode, CliError> {
    let (desired, observed) = session.look(Depth::Plan).await?;
    let plan = podpass::plan(&desired, &observed, (&args.adopt).into())?;
    let intent = Intent {
        command: "apply",
        question: "Apply this plan?",
        view: PlanView::new(&plan),
    };
    carry_out(session, &plan, intent, &args.consent, &args.output, console).await
}

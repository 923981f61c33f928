//! `podpass destroy`.

use clap::Args;
use podpass::Depth;

use super::carry_out::{AFTER_LONG_HELP, ConsentArgs, Intent, carry_out};
use crate::args::{OutputArgs, TargetArgs};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{Console, PlanView};
use crate::session::Session;

/// What can be typed after `podpass destroy`.
#[derive(Debug, Args)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct DestroyArgs {
    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    consent: ConsentArgs,

    #[command(flatten)]
    pub(super) target: TargetArgs,
}

/// Plans the removal, asks and carries it out.
pub(super) async fn perform(
    args: &DestroyArgs,
    session: &Session,
    console: &mut Console,
) -> Result<ExitCode, CliError> {
    let (desired, observed) = session.look(Depth::Destroy).await?;
    let plan = podpass::destroy(&desired, &observed);
    let intent = Intent {
        command: "destroy",
        question: "Delete all of this?",
        view: PlanView::removal(&plan),
    };
    carry_out(session, &plan, intent, &args.consent, &args.output, console).await
}

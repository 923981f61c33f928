//! `podpass plan`.

use clap::Args;
use podpass::{Depth, PlanOptions};

use crate::args::{OutputArgs, TargetArgs};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{Console, Format, PlanView};
use crate::session::Session;

/// What can be typed after `podpass plan`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status: 0 when there is nothing to do, 2 when there is something to do, 1 for an error.

The answer as json or yaml: `totals` (`create`, `change`, `delete`: how many steps of each kind), `steps` (each with \
its `action` and what belongs to it, in the order in which they are carried out), `options` (`adopt`).")]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    adopt: AdoptArgs,

    #[command(flatten)]
    pub(super) target: TargetArgs,
}

/// Whether things that podpass did not make may be taken over.
#[derive(Debug, Args)]
pub(super) struct AdoptArgs {
    /// Take over roles, policies and associations that exist without podpass's ownership tag: tag them and
    /// bring them in line with the manifest; tags that it does not name stay
    #[arg(long)]
    adopt: bool,
}

impl From<&AdoptArgs> for PlanOptions {
    fn from(args: &AdoptArgs) -> Self {
        Self { adopt: args.adopt }
    }
}

/// Plans and shows the plan.
pub(super) async fn perform(
    args: &PlanArgs,
    session: &Session,
    console: &mut Console,
) -> Result<ExitCode, CliError> {
    let (desired, observed) = session.look(Depth::Plan).await?;
    let plan = podpass::plan(&desired, &observed, (&args.adopt).into())?;
    let view = PlanView::new(&plan);
    match args.output.output {
        Format::Table => console.line(view)?,
        format => console.data(format, &view)?,
    }
    Ok(if plan.is_empty() {
        ExitCode::Success
    } else {
        ExitCode::Changes
    })
}

//! `podpass verify`.

use clap::Args;
use podpass::Depth;

use crate::args::{OutputArgs, TargetArgs};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{Console, Format, VerifiedView};
use crate::session::Session;

/// What can be typed after `podpass verify`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status: 0 when pods get the credentials that the manifest promises, 1 when a finding is an error, and for errors. \
With `--strict` a warning counts as an error does; a note, of what could not be judged, never does.

The answer as json or yaml: `ok` (as the exit status tells), `totals` (`errors`, `warnings`), `associations` (each with its `subject`, `roleArn`, \
`associationId` if there is one, and its own `errors` and `warnings`), `findings` (each with `code`, \
`severity`: `error`, `warning` or `note`, `subject`, `explanation`, `remedy`).")]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    output: OutputArgs,

    /// Let warnings fail as well
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    pub(super) target: TargetArgs,
}

/// Verifies and tells what was found.
pub(super) async fn perform(
    args: &VerifyArgs,
    session: &Session,
    console: &mut Console,
) -> Result<ExitCode, CliError> {
    let (desired, observed) = session.look(Depth::Verify).await?;
    let report = podpass::verify(&desired, &observed);
    let view = VerifiedView::new(&desired, &observed, &report, args.strict);
    let ok = view.is_ok();
    match args.output.output {
        Format::Table => console.line(view)?,
        format => console.data(format, &view)?,
    }
    Ok(if ok {
        ExitCode::Success
    } else {
        ExitCode::Failure
    })
}

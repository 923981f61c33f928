//! `podpass can-i`.

use std::path::PathBuf;

use clap::Args;
use podpass::{AccessQuestion, Document, Run, can_i, observe_service_account};

use crate::args::{AwsArgs, OutputArgs, SubjectArgs};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{AccessView, Console, Format};
use crate::policy_file::PolicyFile;
use crate::request_args::{self, ContextArgs};
use crate::session;

/// What can be typed after `podpass can-i`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status, as `kubectl auth can-i` has it: 0 for yes, 1 for no, and for errors.

What is collected from AWS: the association, its role and target role with trust policies, permissions policies \
(managed and inline) and permissions boundaries, and the session policy. EKS's session tags and external id are \
sent as EKS sends them. Organisations' control policies are not read, nor the resource's own policy. What cannot be \
read or is not known never allows.

The answer as json or yaml: `allowed`, `subject`, `action`, `resource`, `steps` (each with its `stage`, `role` and \
`decision`), `reasons` (as data), `explanations` (each with its `message` and perhaps a `remedy`).")]
pub(crate) struct CanIArgs {
    /// What pods are to do, such as `s3:GetObject`
    #[arg(value_name = "ACTION", value_parser = request_args::action)]
    action: String,

    /// On what: an ARN, or `*` for actions without a resource
    #[arg(value_name = "RESOURCE", value_parser = request_args::resource)]
    resource: String,

    #[command(flatten)]
    subject: SubjectArgs,

    #[command(flatten)]
    context: ContextArgs,

    /// The resource's own policy, such as a bucket's; needed where the resource is in another account
    #[arg(long, value_name = "FILE")]
    resource_policy: Option<PathBuf>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    aws: AwsArgs,
}

/// Collects what applies to the service account, decides, and tells why.
pub(super) async fn run(args: CanIArgs, console: &mut Console) -> Result<ExitCode, CliError> {
    let question = AccessQuestion {
        context: args.context.to_context(),
        resource_policy: resource_policy(&args)?,
        ..AccessQuestion::new(args.action, args.resource)
    };
    let run = Run::new(session::world(&args.aws, None).await?);
    let subject = session::subject(&run, &args.subject).await?;
    let observed = observe_service_account(&run, &subject).await?;
    let access = can_i(&observed, &subject, &question);
    let view = AccessView::new(&subject, &question, &access);
    match args.output.output {
        Format::Table => console.line(view)?,
        format => console.data(format, &view)?,
    }
    Ok(if access.allowed {
        ExitCode::Success
    } else {
        ExitCode::Failure
    })
}

fn resource_policy(args: &CanIArgs) -> Result<Option<Document>, CliError> {
    let read = |path: &PathBuf| Ok(Document::new(PolicyFile::read(path)?.text));
    args.resource_policy.as_ref().map(read).transpose()
}

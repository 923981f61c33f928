//! The commands, one file each: what can be typed after its name, and what it then does. `carry_out` is what
//! `apply` and `destroy` share.

mod apply;
mod can_i;
mod carry_out;
mod completions;
mod demo;
mod destroy;
mod explain;
mod mock;
mod plan;
mod pod;
mod policy;
mod schema;
mod verify;

use clap::Subcommand;

use crate::args::{Cli, TargetArgs};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::Console;
use crate::session::Session;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Verb(Verb),
    /// Ask whether the pods of a service account may do something, and why not
    CanI(can_i::CanIArgs),
    /// Explain link by link why the pods of a service account get credentials, or do not
    Explain(Box<explain::ExplainArgs>),
    /// Be a pod on this machine
    #[command(subcommand)]
    Pod(pod::PodCommand),
    /// Check and explain policies in files, without AWS
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Run a mock of AWS (IAM, STS, EKS) and Kubernetes, the same as `podpass-mock`
    Mock(Box<mock::MockCommandArgs>),
    /// Show it all on an embedded mock: no AWS, no Docker, no cluster
    Demo,
    /// Print the JSON Schema of manifests
    Schema,
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
}

/// What to do with a manifest.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show what has to be done so that everything is as the manifest says
    Plan(plan::PlanArgs),
    /// Do it: create and change what the plan says
    ///
    /// An association that is taken out of the manifest is not deleted: podpass keeps no record of what the manifest
    /// said before. `podpass destroy` with the old manifest, or with one that names only what shall go, deletes it.
    Apply(apply::ApplyArgs),
    /// Check that pods will get the credentials that the manifest means, and say why not
    Verify(verify::VerifyArgs),
    /// Delete what the manifest speaks of, as far as podpass owns it
    ///
    /// A role stays, and the answer says why, when an association uses it that is not deleted: one of the manifest that
    /// podpass does not own, or any other in the clusters of the manifest's accounts and regions. Other regions and
    /// accounts are not looked at. Where the caller may not list the clusters and their associations
    /// (eks:ListClusters, eks:ListPodIdentityAssociations, eks:DescribePodIdentityAssociation), roles stay as well.
    Destroy(destroy::DestroyArgs),
}

/// Runs the command that was typed.
pub(crate) async fn run(cli: Cli, console: &mut Console) -> Result<ExitCode, CliError> {
    // The mock has a logger of its own, which `--log` is for.
    if !matches!(cli.command, Command::Mock(_)) {
        crate::log(cli.global.verbose);
    }
    match cli.command {
        Command::Verb(verb) => {
            let session = Session::open(verb.target()).await?;
            verb.perform(&session, console).await
        }
        Command::CanI(args) => can_i::run(args, console).await,
        Command::Explain(args) => explain::run(*args, console).await,
        Command::Pod(command) => pod::run(command, console).await,
        Command::Policy(command) => policy::run(&command, console),
        Command::Mock(args) => mock::run(*args).await,
        Command::Demo => demo::run(console).await,
        Command::Schema => schema::run(console),
        Command::Completions(args) => completions::run(&args, console),
    }
}

impl Verb {
    fn target(&self) -> &TargetArgs {
        match self {
            Self::Plan(args) => &args.target,
            Self::Apply(args) => &args.target,
            Self::Verify(args) => &args.target,
            Self::Destroy(args) => &args.target,
        }
    }

    async fn perform(
        &self,
        session: &Session,
        console: &mut Console,
    ) -> Result<ExitCode, CliError> {
        match self {
            Self::Plan(args) => plan::perform(args, session, console).await,
            Self::Apply(args) => apply::perform(args, session, console).await,
            Self::Verify(args) => verify::perform(args, session, console).await,
            Self::Destroy(args) => destroy::perform(args, session, console).await,
        }
    }
}

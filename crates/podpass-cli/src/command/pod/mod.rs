//! `podpass pod`: a program on this machine as if it ran in a pod.

mod env;
mod run;

use clap::{Args, Subcommand};
use podpass::port::{Pod, PodName};
use podpass::{PodEnvironment, PodIdentity, Run, Subject};
use podpass_aws::World;

use crate::args::{AwsArgs, KubernetesArgs, SubjectArgs};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{Console, style};
use crate::pod::agent::AgentArgs;
use crate::pod::{self, Folder, PREFIX, Signals};
use crate::session;

/// What can be typed after `podpass pod`.
#[derive(Debug, Subcommand)]
pub(crate) enum PodCommand {
    /// Run a program as if it ran in a pod of a service account: with the pod's environment and token
    Run(Box<run::PodRunArgs>),
    /// Print a pod's environment for a shell: `eval "$(podpass pod env …)"`
    Env(Box<env::PodEnvArgs>),
}

/// Which pod, and how it gets its credentials. Flattened last: its headings would go on over what follows.
#[derive(Debug, Args)]
struct PodArgs {
    #[command(flatten)]
    subject: SubjectArgs,

    /// How the pod is called [default: `podpass-` and what no other pod has]
    #[arg(long, value_name = "NAME")]
    pod_name: Option<String>,

    #[command(flatten)]
    agent: AgentArgs,

    #[command(flatten)]
    aws: AwsArgs,

    #[command(flatten)]
    kubernetes: KubernetesArgs,
}

/// Runs the command that was typed.
pub(super) async fn run(command: PodCommand, console: &mut Console) -> Result<ExitCode, CliError> {
    match command {
        PodCommand::Run(args) => run::run(*args, console).await,
        PodCommand::Env(args) => env::run(*args, console).await,
    }
}

/// A pod that was created to act as.
struct OpenPod<'r> {
    subject: &'r Subject,
    identity: PodIdentity<'r, World>,
    environment: PodEnvironment,
    folder: Folder,
    signals: Signals,
}

/// Creates the pod, and acts as it. From the creation on no signal ends this process, so that nothing stays of which
/// nobody knows: who acts listens for signals, and deletes the pod or tells of it.
async fn with_pod(
    args: &PodArgs,
    console: &mut Console,
    act: impl AsyncFnOnce(OpenPod<'_>, &mut Console) -> Result<ExitCode, CliError>,
) -> Result<ExitCode, CliError> {
    let run = Run::new(session::world(&args.aws, Some(&args.kubernetes)).await?);
    let subject = session::subject(&run, &args.subject).await?;
    let folder = Folder::create().map_err(CliError::PodFolder)?;
    let mut signals = Signals::listen().map_err(CliError::Signals)?;
    let name = args.name();
    let creation = PodIdentity::create(&run, &subject, &name);
    let identity = match pod::created(creation, &mut signals, console).await {
        Ok(created) => created?,
        Err(interrupted) => return Ok(interrupted),
    };
    let pod = OpenPod {
        environment: args.environment(run.world(), identity.pod(), &folder),
        subject: &subject,
        identity,
        folder,
        signals,
    };
    act(pod, console).await
}

impl PodArgs {
    fn name(&self) -> PodName {
        match &self.pod_name {
            Some(name) => PodName::Exactly(name.clone()),
            None => PodName::StartingWith(PREFIX),
        }
    }

    /// The environment of the pod's container on this machine.
    fn environment(&self, world: &World, pod: &Pod, folder: &Folder) -> PodEnvironment {
        let endpoint = world.endpoint_url();
        let container = pod.containers.first().cloned().unwrap_or_default();
        let agent = self.agent.url(endpoint);
        let mut environment = PodEnvironment::of(&container, folder.path(), &agent);
        let set = &mut environment.set;
        // The user's own configuration is out of sight by now: what it said of the place is handed down.
        if let Some(endpoint) = endpoint {
            set.insert("AWS_ENDPOINT_URL".to_owned(), endpoint.to_owned());
        }
        if let Some(region) = world.region() {
            set.entry("AWS_REGION".to_owned())
                .or_insert_with(|| region.to_string());
        }
        environment
    }
}

/// Warns that a pod has no way to credentials.
fn warn(console: &mut Console, subject: &Subject) {
    let (warning, help) = (style::WARNING, style::HELP);
    let Subject {
        cluster,
        namespace,
        service_account,
    } = subject;
    console.note(format_args!(
        "{warning}warning:{warning:#} the webhook gave the pod no way to credentials: service account `{subject}` has \
         no association\n{help}help:{help:#} `podpass explain --cluster {cluster} --namespace {namespace} \
         --service-account {service_account}` tells more"
    ));
}

//! `podpass explain`.

use std::path::{Path, PathBuf};

use clap::Args;
use podpass::port::{PodName, PortError};
use podpass::{AccessQuestion, PodIdentity, PodPath, Probe, Run, Subject, explain, look};
use podpass_aws::World;

use crate::args::{AwsArgs, KubernetesArgs, OutputArgs, SubjectArgs};
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{ChainView, Console, Format};
use crate::pod::agent::AgentArgs;
use crate::pod::{self, Signals};
use crate::{request_args, session, text_file};

/// What can be typed after `podpass explain`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
The links, in order: the service account; its association; the agent, to which the webhook leads pods; the pod's \
token; the trust policy of the role; the session that EKS Auth begins for the token, through the target role if there \
is one; the policies. A link can be broken, not reached because of one before it, or not to be seen from here.

A pod is created to look at, which no scheduler takes, and deleted afterwards; `--pod` looks at one that is there \
instead. A token is requested for it, and exchanged.

Exit status: 0 when no link is broken, 1 when one is, and for errors.

The answer as json or yaml: `ok`, `subject`, `broken` (the name of the first broken link, or null), `links` (each with \
`link`, `state`: `holds`, `broken`, `notReached` or `unseen`, `message` and perhaps `remedy`).")]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    subject: SubjectArgs,

    /// A pod to look at, instead of a new one
    #[arg(long, value_name = "NAME")]
    pod: Option<String>,

    /// A token to exchange, as it stands in its file, instead of a new one
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,

    /// What the pod is to do, such as `s3:GetObject`
    #[arg(long, value_name = "ACTION", requires = "resource", value_parser = request_args::action)]
    action: Option<String>,

    /// On what: an ARN, or `*` for actions without a resource
    #[arg(long, value_name = "RESOURCE", requires = "action", value_parser = request_args::resource)]
    resource: Option<String>,

    #[command(flatten)]
    agent: AgentArgs,

    #[command(flatten)]
    output: OutputArgs,

    /// The same as `--output json`
    #[arg(long, conflicts_with = "output")]
    json: bool,

    #[command(flatten)]
    aws: AwsArgs,

    #[command(flatten)]
    kubernetes: KubernetesArgs,
}

/// Looks at the chain, and tells of every link.
pub(super) async fn run(args: ExplainArgs, console: &mut Console) -> Result<ExitCode, CliError> {
    let token = args.token_file.as_deref().map(read_token).transpose()?;
    let run = Run::new(session::world(&args.aws, Some(&args.kubernetes)).await?);
    let subject = session::subject(&run, &args.subject).await?;
    // From here on no signal ends this process, so that the pod is deleted whatever happens.
    let mut signals = Signals::listen().map_err(CliError::Signals)?;
    let identity = match identity(&args, &run, &subject, &mut signals, console).await {
        Ok(identity) => identity,
        Err(interrupted) => return Ok(interrupted),
    };
    let looked = tokio::select! {
        path = look_at(&args, &run, &subject, &identity, token) => Ok(path),
        signal = signals.next() => Err(ExitCode::Program(signal.status())),
    };
    if args.pod.is_none()
        && let Ok(Some(created)) = &identity
    {
        pod::delete(created, console).await;
    }
    let path = match looked {
        Ok(path) => path,
        Err(interrupted) => return Ok(interrupted),
    };
    let question = args.action.zip(args.resource);
    let question = question.map(|(action, resource)| AccessQuestion::new(action, resource));
    let chain = explain(&path, question.as_ref());
    let view = ChainView::new(&subject, question.as_ref(), &chain);
    let format = if args.json {
        Format::Json
    } else {
        args.output.output
    };
    match format {
        Format::Table => console.line(view)?,
        format => console.data(format, &view)?,
    }
    Ok(if chain.broken().is_none() {
        ExitCode::Success
    } else {
        ExitCode::Failure
    })
}

type Identity<'r> = Result<Option<PodIdentity<'r, World>>, PortError>;

async fn identity<'r>(
    args: &ExplainArgs,
    run: &'r Run<World>,
    subject: &Subject,
    signals: &mut Signals,
    console: &mut Console,
) -> Result<Identity<'r>, ExitCode> {
    match &args.pod {
        Some(name) => tokio::select! {
            found = PodIdentity::of(run, subject, name) => Ok(found),
            signal = signals.next() => Err(ExitCode::Program(signal.status())),
        },
        None => {
            let name = PodName::StartingWith(pod::PREFIX);
            let creation = PodIdentity::create(run, subject, &name);
            let created = pod::created(creation, signals, console).await?;
            Ok(created.map(Some))
        }
    }
}

async fn look_at(
    args: &ExplainArgs,
    run: &Run<World>,
    subject: &Subject,
    identity: &Identity<'_>,
    token: Option<String>,
) -> PodPath {
    let endpoint = run.world().endpoint_url();
    let probe = Probe {
        pod: identity.as_ref().map(Option::as_ref).map_err(Clone::clone),
        token,
        agent: args.agent.url(endpoint),
        agent_expected: args.agent.is_expected(endpoint),
    };
    look(run, subject, probe).await
}

fn read_token(path: &Path) -> Result<String, CliError> {
    let (name, text) = text_file::read(path);
    text.map_err(|source| CliError::ReadToken { name, source })
}

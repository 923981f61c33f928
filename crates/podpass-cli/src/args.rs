//! What can be typed, as far as several commands share it.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser};
use podpass::{ClusterName, Namespace, Region, ServiceAccountName};

use crate::command::Command;
use crate::output::Format;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Let Kubernetes service accounts assume IAM roles through EKS Pod Identity: plan it, apply it, verify it,
/// and test it without AWS
#[derive(Debug, Parser)]
#[command(
    name = "podpass",
    version,
    styles = STYLES,
    max_term_width = 100,
    after_help = "Start with `podpass demo`: everything on an embedded mock, without AWS, Docker or a cluster.",
    after_long_help = AFTER_LONG_HELP,
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_LONG_HELP: &str = "\
Start with `podpass demo`: everything on an embedded mock, without AWS, Docker or a cluster.

Exit status: 0 for success, 1 for an error, wrong usage included. `podpass plan` answers 2 when there is \
something to do, `podpass can-i` 1 for a no, `podpass explain` 1 for a broken link; `podpass pod run` answers what the program answers.

Answers go to standard output, everything else to standard error. Colours and progress bars are for \
terminals only; NO_COLOR switches colours off.";

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Use no colours, as with NO_COLOR in the environment
    #[arg(long, global = true)]
    pub(crate) no_color: bool,

    /// Tell nothing but the answer and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Tell more on standard error; -vv and -vvv tell still more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// Which manifest, and where AWS and the clusters are. Flattened last: its headings would go on over what follows.
#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// The manifest, in YAML or JSON; `-` reads standard input
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "podpass.yaml",
        display_order = 0
    )]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) aws: AwsArgs,

    #[command(flatten)]
    pub(crate) kubernetes: KubernetesArgs,
}

/// Which service account.
#[derive(Debug, Args)]
pub(crate) struct SubjectArgs {
    /// The EKS cluster
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: ClusterName,

    /// The namespace of the service account
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    pub(crate) namespace: Namespace,

    /// The service account
    #[arg(long, value_name = "NAME")]
    pub(crate) service_account: ServiceAccountName,
}

/// Where AWS is, as the AWS CLI has it.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS options")]
pub(crate) struct AwsArgs {
    /// The profile of the AWS configuration [default: AWS_PROFILE, else `default`]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// The region of clusters whose manifest entry names none [default: AWS_REGION, AWS_DEFAULT_REGION, else
    /// the profile's]
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<Region>,

    /// Send AWS requests there [default: AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_EKS, …, else the profile's, else AWS]
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
}

/// Where the clusters' API servers are, as kubectl has it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Kubernetes options")]
pub(crate) struct KubernetesArgs {
    /// The kubeconfig [default: KUBECONFIG, else ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,

    /// The context of the kubeconfig for clusters whose manifest entry names none [default: the one that
    /// speaks of the cluster]
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
}

/// How the answer is written.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// How to write the answer on standard output; json and yaml keep their shape
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) output: Format,
}

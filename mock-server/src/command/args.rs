//! The arguments, and how their texts are read.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use tracing_subscriber::filter::LevelFilter;

use crate::account::AccountId;
use crate::auth::keys::{self, AdminKey};
use crate::auth::mode::Auth;
use crate::clock;
use crate::delay::{EksDelay, UnknownEksDelay};
use crate::propagation::PropagationArgument;
use crate::quota::{Quota, UnknownQuota};
use crate::throttle::{Rate, ThrottleClass, ThrottleError};

/// What the command line says.
#[derive(Debug, Clone, Args)]
pub struct MockArgs {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4566")]
    pub listen: SocketAddr,

    /// Address and port to speak TLS at as well: there clusters tell their callers apart, and there their
    /// endpoints and the kubeconfig point
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub tls_listen: Option<SocketAddr>,

    /// Address and port at which the EKS Pod Identity Agent answers alone, beside /v1/credentials of the server
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub agent_listen: Option<SocketAddr>,

    /// Requests per second that the agent takes at each address, and half as many at once; 0 for any number
    #[arg(long, value_name = "N", default_value_t = crate::agent::RATE)]
    pub agent_rate: u32,

    /// Address and port for the agent's metrics and probes: /metrics, /healthz and /readyz
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub agent_metrics_listen: Option<SocketAddr>,

    /// Allow an address that other machines can reach; all who reach it act as administrators
    #[arg(long)]
    pub allow_remote: bool,

    /// Account of callers whose access key is not itself a 12-digit account id
    #[arg(long, value_name = "ID", default_value_t = AccountId::EXAMPLE)]
    pub account: AccountId,

    /// Region of the clusters given here, and of callers who name none
    #[arg(long, value_name = "REGION", default_value = "us-west-2")]
    pub region: String,

    /// Cluster that is active from the start (repeatable)
    #[arg(long = "cluster", value_name = "NAME")]
    pub clusters: Vec<String>,

    /// Set a service quota, such as RolesPerAccount=50; AWS's defaults otherwise (repeatable)
    #[arg(long = "quota", value_name = "NAME=N", value_parser = parse_quota)]
    pub quotas: Vec<(Quota, usize)>,

    /// Add managed policies of AWS from a folder of JSON files, such as AmazonBedrockReadOnly.json, which hold a
    /// policy's document or what `aws iam get-policy-version` answers; folders in it are policies' paths
    #[arg(long, value_name = "DIR")]
    pub managed_policies: Option<PathBuf>,

    /// Sign the service account tokens of all clusters with this RSA key (PEM); each cluster makes one otherwise
    #[arg(long, value_name = "FILE")]
    pub issuer_key: Option<PathBuf>,

    /// Let a cluster stand for a real one: accept the tokens of its issuer, whose keys are in the file, as
    /// `kubectl get --raw /openid/v1/jwks` prints them (repeatable)
    #[arg(long = "issuer", value_name = "CLUSTER=URL,jwks=FILE", value_parser = parse_issuer)]
    pub issuers: Vec<(String, String, PathBuf)>,

    /// Whether to check signatures and permissions: off, simulate (refuse nothing, but tell in the ledger what
    /// would be refused) or enforce
    #[arg(long, value_name = "MODE", default_value_t = Auth::Off)]
    pub auth: Auth,

    /// Let EKS take its time, such as nodegroup=90s: cluster, nodegroup, fargate-profile, addon,
    /// capability, update or deletion; it takes none otherwise (repeatable)
    #[arg(long = "eks-delay", value_name = "WHAT=DURATION", value_parser = parse_eks_delay)]
    pub eks_delays: Vec<(EksDelay, Duration)>,

    /// Let news take their time through AWS: aws for about as long as there, or iam-eks=10s; iam-eks, iam-sts,
    /// association-auth, association-webhook or delete-create; none otherwise (repeatable)
    #[arg(long = "propagation", value_name = "aws|WHAT=DURATION")]
    pub propagation: Vec<PropagationArgument>,

    /// Hold the clock at a time, such as 2026-01-01T00:00:00Z: it stands until it is moved by /_podpass/clock
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub clock: Option<Timestamp>,

    /// Make ids, and what faults leave to chance, the same in every run of the same calls
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Have calls go wrong on purpose, as a JSON file says: an object whose member `faults` lists them (repeatable)
    #[arg(long, value_name = "FILE")]
    pub faults: Vec<PathBuf>,

    /// Throttle calls: `aws` for about what AWS takes, or such as iam-write=5 or iam-write=5/20 for 5 per second
    /// and 20 at once; of iam-read, iam-write, sts, eks-read, eks-write and eks-auth (repeatable)
    #[arg(long, value_name = "aws|CLASS=RATE[/BURST]", value_parser = parse_throttle)]
    pub throttle: Vec<Throttling>,

    /// Access key of the default account's administrator; test:test otherwise
    #[arg(long, value_name = "ID:SECRET", value_parser = parse_admin_key)]
    pub admin_key: Option<AdminKey>,

    /// Keep everything in this file, made if it is not there: what was answered survives kill -9. It holds secrets
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,

    /// Begin with the state in this file, as GET /_podpass/state answers it
    #[arg(long, value_name = "FILE")]
    pub load: Option<PathBuf>,

    /// How much to log on standard error: off, error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    pub log: LevelFilter,

    /// Print the environment for a shell, and exit: eval "$(podpass-mock --env)"
    #[arg(long)]
    pub env: bool,

    /// Write a kubeconfig for the clusters, readable by you only; with --env, name it
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
}

/// A throttling that the command line asks for.
#[derive(Debug, Clone, Copy)]
pub enum Throttling {
    /// About AWS's.
    Aws,
    /// A class's own.
    Of(ThrottleClass, Rate),
}

fn parse_throttle(text: &str) -> Result<Throttling, String> {
    if text == "aws" {
        return Ok(Throttling::Aws);
    }
    let (class, rate) = text
        .split_once('=')
        .ok_or("expected `aws` or CLASS=RATE[/BURST]")?;
    let class = class
        .parse()
        .map_err(|error: ThrottleError| error.to_string())?;
    let rate = rate
        .parse()
        .map_err(|error: ThrottleError| error.to_string())?;
    Ok(Throttling::Of(class, rate))
}

fn parse_issuer(text: &str) -> Result<(String, String, PathBuf), String> {
    const FORM: &str = "expected CLUSTER=URL,jwks=FILE";
    let (cluster, rest) = text.split_once('=').ok_or(FORM)?;
    let (url, file) = rest.split_once(",jwks=").ok_or(FORM)?;
    Ok((cluster.to_owned(), url.to_owned(), file.into()))
}

fn parse_admin_key(text: &str) -> Result<AdminKey, String> {
    match text.split_once(':') {
        Some((id, secret)) if keys::is_key_id(id) && !secret.is_empty() => {
            Ok(AdminKey::new(id, secret))
        }
        _ => Err("expected ID:SECRET, the id of letters, digits and underscores".to_owned()),
    }
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    let time = clock::read(text);
    time.ok_or_else(|| {
        format!("`{text}` is no time such as `2026-01-01T00:00:00Z`, not before 1970")
    })
}

fn parse_quota(text: &str) -> Result<(Quota, usize), String> {
    let (name, limit) = text.split_once('=').ok_or("expected NAME=N")?;
    let quota = name
        .parse()
        .map_err(|error: UnknownQuota| error.to_string())?;
    let limit = limit
        .parse()
        .map_err(|_| format!("`{limit}` is not a whole number"))?;
    Ok((quota, limit))
}

fn parse_eks_delay(text: &str) -> Result<(EksDelay, Duration), String> {
    let (name, duration) = text.split_once('=').ok_or("expected WHAT=DURATION")?;
    let delay = name
        .parse()
        .map_err(|error: UnknownEksDelay| error.to_string())?;
    let duration = duration
        .parse::<SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok());
    let duration = duration.ok_or("the duration is not one such as `90s` or `2m`")?;
    Ok((delay, duration))
}

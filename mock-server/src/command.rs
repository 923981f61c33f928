//! The command line of the server, for `podpass-mock` and `podpass mock` alike.

use std::borrow::Cow;
use std::fs::{OpenOptions, Permissions};
use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use thiserror::Error;
use tracing_subscriber::filter::LevelFilter;

use crate::account::AccountId;
use crate::auth::keys::{self, AdminKey};
use crate::auth::mode::Auth;
use crate::auth::secret::Secret;
use crate::delay::{EksDelay, UnknownEksDelay};
use crate::mock_server::{MockServer, MockServerBuilder, StartError};
use crate::quota::{Quota, UnknownQuota};

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

    /// Access key of the default account's administrator; test:test otherwise
    #[arg(long, value_name = "ID:SECRET", value_parser = parse_admin_key)]
    pub admin_key: Option<AdminKey>,

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

/// Why the command failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The kubeconfig could not be written.
    #[error("cannot write the kubeconfig `{}`", .0.display())]
    Kubeconfig(PathBuf, #[source] io::Error),
    /// A free port is only known once a server listens on it.
    #[error(
        "`--env` needs a port: it prints the environment of a server that listens at `--listen`"
    )]
    PortUnknown,
    /// Standard output was closed, or signals could not be listened to.
    #[error("cannot talk to the process's surroundings")]
    Process(#[source] io::Error),
}

impl RunError {
    /// What to do about it, where there is something to say.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            RunError::Start(error) => error.help(),
            _ => None,
        }
    }
}

/// Runs a server as the arguments say until SIGINT or SIGTERM, or prints its environment.
///
/// One line on standard output says when it is ready, and where.
///
/// # Errors
///
/// When the server does not start, or its kubeconfig cannot be written.
pub async fn run(args: MockArgs) -> Result<(), RunError> {
    let mut builder = MockServer::builder()
        .listen(args.listen)
        .allow_remote(args.allow_remote)
        .account(args.account)
        .auth(args.auth)
        .agent_rate(args.agent_rate)
        .region(args.region);
    builder = args
        .clusters
        .into_iter()
        .fold(builder, MockServerBuilder::cluster);
    if let Some(key) = args.admin_key {
        builder = builder.admin_key(key.id, key.secret.reveal());
    }
    for (quota, limit) in args.quotas {
        builder = builder.quota(quota, limit);
    }
    for (delay, duration) in args.eks_delays {
        builder = builder.eks_delay(delay, duration);
    }
    if let Some(folder) = args.managed_policies {
        builder = builder.managed_policies(folder);
    }
    if let Some(address) = args.agent_listen {
        builder = builder.agent_listen(address);
    }
    if let Some(address) = args.agent_metrics_listen {
        builder = builder.agent_metrics_listen(address);
    }
    if let Some(file) = args.issuer_key {
        builder = builder.issuer_key(file);
    }
    for (cluster, url, key_set) in args.issuers {
        builder = builder.issuer(cluster, url, key_set);
    }
    if let Some(address) = args.tls_listen {
        builder = builder.tls_listen(address);
    }
    if args.env {
        builder.check()?;
        return match args.listen.port() {
            0 => Err(RunError::PortUnknown),
            _ => print(&shell_environment(&builder, args.kubeconfig.as_deref())?),
        };
    }
    // A program that embeds this command may have a subscriber of its own.
    _ = tracing_subscriber::fmt()
        .with_max_level(args.log)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .try_init();

    let signal = Signals::new().map_err(RunError::Process)?;
    let server = builder.start().await?;
    if let Some(path) = args.kubeconfig {
        write_private(&path, &server.kubeconfig())
            .map_err(|error| RunError::Kubeconfig(path, error))?;
    }
    print(&format!("podpass-mock listening on {}\n", server.uri()))?;
    signal.received().await;
    server.shutdown().await;
    Ok(())
}

fn parse_issuer(text: &str) -> Result<(String, String, PathBuf), String> {
    const FORM: &str = "expected CLUSTER=URL,jwks=FILE";
    let (cluster, rest) = text.split_once('=').ok_or(FORM)?;
    let (url, file) = rest.split_once(",jwks=").ok_or(FORM)?;
    Ok((cluster.to_owned(), url.to_owned(), file.into()))
}

fn parse_admin_key(text: &str) -> Result<AdminKey, String> {
    match text.split_once(':') {
        Some((id, secret)) if keys::is_key_id(id) && !secret.is_empty() => Ok(AdminKey {
            id: id.to_owned(),
            secret: Secret::new(secret),
        }),
        _ => Err("expected ID:SECRET, the id of letters, digits and underscores".to_owned()),
    }
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

/// What a shell evaluates to find the server; the kubeconfig is the one that the server writes.
fn shell_environment(
    builder: &MockServerBuilder,
    kubeconfig: Option<&Path>,
) -> Result<String, RunError> {
    let mut script = String::from("unset AWS_PROFILE AWS_SESSION_TOKEN\n");
    for (name, value) in builder.environment() {
        script.push_str(&format!("export {name}={}\n", quoted(&value)));
    }
    if let Some(path) = kubeconfig {
        // The shell may change its directory before kubectl reads the variable.
        let path = std::path::absolute(path)
            .map_err(|error| RunError::Kubeconfig(path.to_owned(), error))?;
        let path = path.display().to_string();
        script.push_str(&format!("export KUBECONFIG={}\n", quoted(&path)));
    }
    Ok(script)
}

/// A word that a shell takes as it is.
fn quoted(value: &str) -> Cow<'_, str> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@".contains(&b);
    match !value.is_empty() && value.bytes().all(is_plain) {
        true => value.into(),
        false => format!("'{}'", value.replace('\'', r"'\''")).into(),
    }
}

fn print(text: &str) -> Result<(), RunError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(RunError::Process)
}

/// Writes a file that only its owner can read, also when it was there before.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600))?;
    file.write_all(text.as_bytes())
}

/// SIGINT and SIGTERM, listened to from the moment this exists.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn received(self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "cannot listen for Ctrl-C");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_a_shell_would_interpret_is_quoted() {
        assert_eq!(quoted("http://127.0.0.1:4566"), "http://127.0.0.1:4566");
        assert_eq!(quoted("$(touch x)"), "'$(touch x)'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}

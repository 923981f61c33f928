//! The command line of the server, for `podpass-mock` and `podpass mock` alike.

mod args;
mod signals;

use std::borrow::Cow;
use std::fs::{OpenOptions, Permissions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use args::{MockArgs, Throttling};
use signals::Signals;

use crate::clock::Clock;
use crate::fault::Fault;
use crate::mock_server::{MockServer, MockServerBuilder, StartError};
use crate::propagation::Propagations;
use crate::throttle::Rates;

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
    /// The file of faults cannot be used.
    #[error("cannot use the faults of `{}`", .0.display())]
    Faults(PathBuf, #[source] Box<dyn std::error::Error + Send + Sync>),
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
    let propagation = args.propagation.into_iter();
    let delays = Propagations::none();
    builder = builder.propagation(propagation.fold(delays, |delays, said| said.add_to(delays)));
    if let Some(time) = args.clock {
        builder = builder.clock(Clock::stopped_at(time));
    }
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
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
    if let Some(file) = args.state {
        builder = builder.state(file);
    }
    if let Some(file) = args.load {
        builder = builder.load(file);
    }
    for file in args.faults {
        let script = read_faults(&file).map_err(|error| RunError::Faults(file, error))?;
        builder = builder.faults(script);
    }
    builder = builder.throttle(rates(&args.throttle));
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

/// Reads a script of faults.
fn read_faults(file: &Path) -> Result<Vec<Fault>, Box<dyn std::error::Error + Send + Sync>> {
    let script = std::fs::read_to_string(file)?;
    Ok(Fault::read_script(&script)?)
}

/// AWS's rates, if they are asked for, with those that are asked for by name.
fn rates(asked: &[Throttling]) -> Rates {
    let is_aws = |it: &Throttling| matches!(it, Throttling::Aws);
    let start = match asked.iter().any(is_aws) {
        true => Rates::aws(),
        false => Rates::none(),
    };
    asked.iter().fold(start, |rates, asked| match asked {
        Throttling::Aws => rates,
        Throttling::Of(class, rate) => rates.with(*class, *rate),
    })
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

//! `podpass pod env`.

use std::fmt::{self, Display, Formatter};
use std::path::Path;

use clap::Args;
use podpass::{PodEnvironment, PodIdentity, Subject};
use podpass_aws::World;

use super::{OpenPod, PodArgs};
use crate::args::KubernetesArgs;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::Console;
use crate::pod::{self, Folder};

/// What can be typed after `podpass pod env`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
What is printed is for the shells sh, bash and zsh: it sets what `podpass pod run` sets, and unsets what that takes \
away. Nobody replaces the token, which is good for a day as a rule. The pod and the token's file stay; how to remove \
them, from another shell, is told on standard error.")]
pub(crate) struct PodEnvArgs {
    #[command(flatten)]
    pod: PodArgs,
}

/// Creates the pod, writes its token, and prints its environment.
pub(super) async fn run(args: PodEnvArgs, console: &mut Console) -> Result<ExitCode, CliError> {
    let PodEnvArgs { pod: args } = args;
    super::with_pod(&args, console, async |pod, console| {
        hand_over(pod, &args.kubernetes, console).await
    })
    .await
}

/// Gives the shell the pod's environment, unless a signal comes before it has it.
async fn hand_over(
    pod: OpenPod<'_>,
    kubernetes: &KubernetesArgs,
    console: &mut Console,
) -> Result<ExitCode, CliError> {
    let OpenPod {
        subject,
        identity,
        environment,
        folder,
        mut signals,
    } = pod;
    let told = tokio::select! {
        told = tell(&identity, &environment, &folder, console) => told,
        signal = signals.next() => Ok(ExitCode::Program(signal.status())),
    };
    if !matches!(told, Ok(ExitCode::Success)) {
        pod::delete(&identity, console).await;
        return told;
    }
    if !environment.has_credentials() {
        super::warn(console, subject);
    }
    console.note(CleanUp {
        subject,
        pod: &identity.pod().name,
        kubernetes,
        folder: &folder.keep(),
    });
    told
}

/// Writes the pod's tokens, and prints its environment.
async fn tell(
    identity: &PodIdentity<'_, World>,
    environment: &PodEnvironment,
    folder: &Folder,
    console: &mut Console,
) -> Result<ExitCode, CliError> {
    folder.prepare(environment).map_err(CliError::PodFolder)?;
    pod::request(identity, environment).await?;
    console.line(Exports(environment))?;
    Ok(ExitCode::Success)
}

/// An environment, as shells read it. Every line ends with a semicolon, so that it does not matter whether quotes kept
/// the lines apart.
struct Exports<'a>(&'a PodEnvironment);

impl Display for Exports<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("unset")?;
        for name in &self.0.removed {
            write!(f, " {name}")?;
        }
        f.write_str(";")?;
        for (name, value) in &self.0.set {
            write!(f, "\nexport {name}={};", Quoted(value))?;
        }
        Ok(())
    }
}

/// A word that shells take as it is.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.replace('\'', r"'\''"))
    }
}

/// How to remove what stays. A kubectl that signs in by AWS credentials is the pod in the shell that took its environment.
struct CleanUp<'a> {
    subject: &'a Subject,
    pod: &'a str,
    kubernetes: &'a KubernetesArgs,
    folder: &'a Path,
}

impl Display for CleanUp<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "# to clean up, from another shell: kubectl --namespace {}",
            self.subject.namespace
        )?;
        let KubernetesArgs {
            kubeconfig,
            context,
        } = self.kubernetes;
        if let Some(kubeconfig) = kubeconfig {
            write!(f, " --kubeconfig {}", Quoted(&kubeconfig.to_string_lossy()))?;
        }
        if let Some(context) = context {
            write!(f, " --context {}", Quoted(context))?;
        }
        let folder = self.folder.to_string_lossy();
        write!(f, " delete pod {}; rm -r {}", self.pod, Quoted(&folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_so_that_shells_take_them_as_they_are() {
        assert_eq!(Quoted("$HOME `x` \"y\"").to_string(), "'$HOME `x` \"y\"'");
        assert_eq!(Quoted("it's").to_string(), r"'it'\''s'");
    }
}

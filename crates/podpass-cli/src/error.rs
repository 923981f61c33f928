//! Why a command fails, and what a person can do about it.

use std::io;

use podpass::port::{PortError, PortErrorKind, Service};
use podpass::{ApplyError, ManifestError, PlanError};
use podpass_policy::ParseError;
use thiserror::Error;

/// Why a command failed.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    #[error("cannot read the manifest from `{name}`")]
    ReadManifest {
        name: String,
        #[source]
        source: io::Error,
    },
    #[error("the manifest `{name}` cannot be used")]
    Manifest {
        name: String,
        text: String,
        error: ManifestError,
    },
    #[error("cannot read a policy from `{name}`")]
    ReadPolicy {
        name: String,
        #[source]
        source: io::Error,
    },
    #[error("cannot read a token from `{name}`")]
    ReadToken {
        name: String,
        #[source]
        source: io::Error,
    },
    #[error("`{name}` is no policy document")]
    Policy {
        name: String,
        #[source]
        error: Box<ParseError>,
    },
    #[error("`{name}` holds no cases")]
    Cases {
        name: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("it is not known in which region the cluster is")]
    NoRegion,
    #[error(transparent)]
    Endpoint(#[from] podpass_aws::InvalidEndpoint),
    #[error(transparent)]
    Port(#[from] PortError),
    #[error("the manifest cannot be planned")]
    Plan(#[from] PlanError),
    #[error("not everything was done")]
    Apply(#[from] Box<ApplyError>),
    #[error("interrupted while steps were under way: they may or may not be done")]
    Interrupted,
    #[error("`podpass {0}` asks before it changes anything, and there is no terminal to ask on")]
    CannotAsk(&'static str),
    #[error("nothing was changed")]
    Declined,
    #[error("cannot ask on the terminal")]
    Terminal(#[source] io::Error),
    #[error(transparent)]
    Mock(#[from] podpass_mock::command::RunError),
    #[error(transparent)]
    MockStart(#[from] podpass_mock::StartError),
    #[error("the demonstration could not be set up")]
    Demo(#[source] io::Error),
    #[error("cannot write the pod's files")]
    PodFolder(#[source] io::Error),
    #[error("cannot run `{program}`")]
    Program {
        program: String,
        #[source]
        source: io::Error,
    },
    #[error("cannot start the asynchronous runtime")]
    Runtime(#[source] io::Error),
    #[error("cannot listen for signals")]
    Signals(#[source] io::Error),
    #[error("cannot write the answer")]
    Output(#[source] io::Error),
}

impl CliError {
    /// Whether nobody reads the answer any more, as after `podpass plan | head -1`.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        let error = match self {
            Self::Output(error) | Self::Mock(podpass_mock::command::RunError::Process(error)) => {
                error
            }
            _ => return false,
        };
        error.kind() == io::ErrorKind::BrokenPipe
    }

    /// What to do about it, where there is something to say.
    pub(crate) fn help(&self) -> Option<String> {
        let help = match self {
            Self::ReadManifest { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                "name the manifest with `--file FILE`; `podpass demo` shows one"
            }
            Self::Policy { error, .. } => return error.hint.clone(),
            Self::NoRegion => "pass `--region REGION`, or set AWS_REGION",
            Self::Port(error) => return port_help(error),
            Self::Apply(_) | Self::Interrupted => {
                "run the same command again: it goes on from where this one stopped"
            }
            Self::CannotAsk(_) => "pass `--yes` to go ahead without being asked",
            Self::Mock(error) => return error.help().map(str::to_owned),
            Self::MockStart(error) => return error.help().map(str::to_owned),
            _ => return None,
        };
        Some(help.to_owned())
    }
}

/// What to do about a request that failed: the adapter's own hint, or one that fits the kind of failure.
pub(crate) fn port_help(error: &PortError) -> Option<String> {
    if let Some(hint) = error.hint() {
        return Some(hint.to_owned());
    }
    let help = match (error.kind(), error.service()) {
        (PortErrorKind::Unreachable, Service::Kubernetes) => {
            "check `--kubeconfig` and `--context`, and that the API server can be reached from here"
        }
        (PortErrorKind::Unreachable, _) => {
            "check the endpoint (`--endpoint-url`, AWS_ENDPOINT_URL), the region and the network"
        }
        (PortErrorKind::AccessDenied, Service::Kubernetes) => {
            "let the caller into the cluster: `aws eks create-access-entry`"
        }
        (PortErrorKind::AccessDenied, _) => {
            return Some(format!(
                "the caller needs permission for {}",
                error.operation()
            ));
        }
        (PortErrorKind::Throttled, _) => "too many requests at once: try again in a minute",
        (PortErrorKind::Unavailable, _) if error.code().is_some() => {
            "the service cannot do it at this moment: try again in a minute"
        }
        _ if error.code().is_none() && error.status().is_some() => {
            "a proxy may have answered in the service's place: try again, and if it stays, check what stands between"
        }
        (PortErrorKind::LimitExceeded, _) => "ask for a higher quota, or delete what is not needed",
        _ => return None,
    };
    Some(help.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(status: u16, code: &str) -> String {
        let error = PortError::answered(Service::Eks, "DescribeCluster", status, code, "no");
        port_help(&error).unwrap()
    }

    #[test]
    fn what_passes_by_itself_is_told_with_when_to_try_again() {
        for (status, code) in [
            (400, "Throttling"),
            (429, ""),
            (500, "ServerException"),
            (503, ""),
        ] {
            let help = help(status, code);
            assert!(help.contains("try again"), "{status} {code}: {help}");
        }
    }

    #[test]
    fn answer_without_a_code_may_be_a_proxys() {
        for status in [400, 502, 503] {
            assert!(help(status, "").contains("proxy"), "{status}");
        }
        assert!(!help(500, "ServerException").contains("proxy"));
    }
}

//! Why a server did not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

use crate::fault::FaultError;
use crate::managed_policies::ManagedPolicyError;
use crate::oidc::IssuerFileError;
use crate::persist::{ImportError, StateFileError};
use crate::tls::TlsError;

/// Why a server did not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// Another program listens on the address.
    #[error("cannot listen on `{0}`: the port is in use")]
    PortInUse(SocketAddr),
    /// The address is reachable from other machines, and that was not asked for.
    #[error(
        "`{0}` can be reached from other machines, and anyone who reaches this server acts as an administrator"
    )]
    NotLoopback(SocketAddr),
    /// The text does not have the form of an AWS region.
    #[error("`{0}` is not a region: small letters, digits and hyphens are allowed")]
    InvalidRegion(String),
    /// The name is not one that EKS accepts for a cluster.
    #[error(
        "`{0}` is not a cluster name: letters, digits, hyphens and underscores are allowed, up to 100, not beginning with a hyphen or underscore"
    )]
    InvalidClusterName(String),
    /// The folder of managed policies cannot be used.
    #[error(transparent)]
    ManagedPolicies(#[from] ManagedPolicyError),
    /// A key or the issuer of a real cluster cannot be used.
    #[error(transparent)]
    Issuer(#[from] IssuerFileError),
    /// The state file cannot be used.
    #[error(transparent)]
    StateFile(#[from] StateFileError),
    /// There is no state to begin with in a file.
    #[error("cannot load the state in `{}`", .0.display())]
    Load(PathBuf, #[source] ImportError),
    /// A fault cannot be taken.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// There is no TLS to listen with.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The operating system refused.
    #[error("cannot listen on `{0}`")]
    Listen(SocketAddr, #[source] io::Error),
}

impl StartError {
    /// What to do about it, where there is something to say.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            StartError::PortInUse(_) => Some(
                "another podpass-mock, LocalStack or moto may hold it: stop that, or pass --listen with another port (port 0 takes a free one)",
            ),
            StartError::StateFile(StateFileError::NotNew(_)) => Some(
                "leave out one of the two, or import into the running server with PUT /_podpass/state",
            ),
            StartError::StateFile(StateFileError::InUse(_)) => {
                Some("stop that server, or give this one a file of its own")
            }
            StartError::StateFile(StateFileError::Version { .. }) => Some(
                "use the version of podpass that wrote it; its GET /_podpass/state exports the state",
            ),
            StartError::NotLoopback(_) => Some("pass --allow-remote if that is what you want"),
            _ => None,
        }
    }
}

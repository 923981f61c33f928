//! What can go wrong in EKS, and how EKS says it.

use http::StatusCode;

use crate::protocol::Fault;

/// The causes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum EksError {
    ClusterNotFound(String),
    ClusterExists(String),
}

impl From<EksError> for Fault {
    fn from(error: EksError) -> Self {
        use EksError::*;
        match error {
            ClusterNotFound(name) => {
                let message = format!("No cluster found for name: {name}.");
                fault(RESOURCE_NOT_FOUND, message).with("clusterName", name)
            }
            ClusterExists(name) => {
                let message = format!("Cluster already exists with name: {name}");
                fault(RESOURCE_IN_USE, message).with("clusterName", name)
            }
        }
    }
}

fn fault((code, status): Code, message: String) -> Fault {
    Fault::new(status, code, message)
}

type Code = (&'static str, StatusCode);

const RESOURCE_NOT_FOUND: Code = ("ResourceNotFoundException", StatusCode::NOT_FOUND);
const RESOURCE_IN_USE: Code = ("ResourceInUseException", StatusCode::CONFLICT);

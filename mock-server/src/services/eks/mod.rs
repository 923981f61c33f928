//! Amazon Elastic Kubernetes Service.

mod error;
mod known;
mod members;
mod view;

use http::StatusCode;

pub(crate) use error::EksError;

use crate::operation::{Registered, Service, operations};
use crate::protocol::Fault;
use crate::protocol::rest_json::RestJson;
use crate::validation::Violations;

operations![
    create_cluster::CreateCluster,
    describe_cluster::DescribeCluster
];

pub(crate) static SERVICE: Registered = Registered::of::<Eks>(OPERATIONS, known::KNOWN);

/// The service.
pub(crate) struct Eks;

impl Service for Eks {
    const NAME: &'static str = "eks";
    const VERSION: &'static str = "2017-11-01";
    type Protocol = RestJson;

    fn refuse(violations: Violations) -> Fault {
        Fault::new(
            StatusCode::BAD_REQUEST,
            "InvalidParameterException",
            violations.message(true),
        )
    }
}

/// Whether EKS accepts this name for a cluster.
pub(crate) fn is_cluster_name(name: &str) -> bool {
    let named = serde_json::json!({ "name": name });
    crate::validation::check(&[members::NEW_CLUSTER_NAME], &named).is_ok()
}

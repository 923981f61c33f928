//! AWS Security Token Service.

mod known;

use http::StatusCode;

use crate::operation::{Registered, Service, operations};
use crate::protocol::Fault;
use crate::protocol::aws_query::AwsQuery;
use crate::validation::Violations;

operations![get_caller_identity::GetCallerIdentity];

pub(crate) static SERVICE: Registered = Registered::of::<Sts>(OPERATIONS, known::KNOWN);

/// The service.
pub(crate) struct Sts;

impl Service for Sts {
    const NAME: &'static str = "sts";
    const VERSION: &'static str = "2011-06-15";
    const XMLNS: &'static str = "https://sts.amazonaws.com/doc/2011-06-15/";
    type Protocol = AwsQuery;

    fn refuse(violations: Violations) -> Fault {
        Fault::new(
            StatusCode::BAD_REQUEST,
            "ValidationError",
            violations.message(true),
        )
    }
}

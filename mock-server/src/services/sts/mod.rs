//! AWS Security Token Service.

pub(crate) mod assume;
mod credentials;
mod error;
mod known;
mod members;
mod session_policy;

use http::StatusCode;

pub(crate) use credentials::{Credentials, Wanted};
pub(crate) use error::StsError;

use crate::operation::{Registered, Service, operations};
use crate::protocol::Fault;
use crate::protocol::aws_query::AwsQuery;
use crate::validation::Violations;

operations![
    get_caller_identity::GetCallerIdentity,
    assume_role::AssumeRole,
    assume_role_with_web_identity::AssumeRoleWithWebIdentity,
    get_session_token::GetSessionToken,
    get_federation_token::GetFederationToken,
    get_access_key_info::GetAccessKeyInfo,
    decode_authorization_message::DecodeAuthorizationMessage,
];

pub(crate) static SERVICE: Registered = Registered::of::<Sts>(OPERATIONS, known::KNOWN);

/// The service.
///
/// `PackedPolicySize` is an estimate, since AWS does not tell how it packs: policies and tags that are far
/// below or above the limit are told apart as AWS does.
///
/// Regions are never disabled: `RegionDisabledException` is not answered.
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

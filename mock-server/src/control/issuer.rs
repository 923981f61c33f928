//! `POST /_podpass/clusters/NAME/issuer/rotate`: a new key for a cluster's issuer.

use http::StatusCode;
use serde_json::json;

use super::json_response;
use crate::dispatch::Shared;
use crate::oidc::{RotateError, SignError};
use crate::protocol::Response;

/// The cluster that a route is about, if it is this one: by name, or `NAME.REGION.ACCOUNT`.
pub(super) fn cluster(route: &str) -> Option<&str> {
    route
        .strip_prefix("clusters/")?
        .strip_suffix("/issuer/rotate")
}

/// Answers with the id of the key that signs from now on.
pub(super) fn rotate(shared: &Shared, cluster: &str) -> Response {
    match shared.store.rotate_issuer_key(cluster) {
        Ok(key) => json_response(StatusCode::OK, &json!({ "keyId": key })),
        Err(error) => {
            let status = match error {
                RotateError::NoCluster(_) => StatusCode::NOT_FOUND,
                RotateError::Sign(SignError::External) => StatusCode::CONFLICT,
                RotateError::Sign(_) => StatusCode::INTERNAL_SERVER_ERROR,
            };
            json_response(status, &json!({ "message": error.to_string() }))
        }
    }
}

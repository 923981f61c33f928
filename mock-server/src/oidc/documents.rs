//! The documents at `/oidc/id/ID`: discovery and keys, as EKS serves them under an issuer's URL.
//!
//! Unlike EKS's, the discovery document names the address of the keys at this server: an issuer's own URL leads to
//! AWS, which knows nothing of it.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode};
use serde_json::{Value, json};

use super::{Issuer, SignError};
use crate::control::json_response;
use crate::dispatch::Shared;
use crate::protocol::Response;

/// The path under which issuers lie, each by the id in its URL.
pub(crate) const PREFIX: &str = "/oidc/id/";

/// Answers a request for a document.
pub(crate) fn answer(shared: &Shared, target: &str, request: &Request<Bytes>) -> Response {
    let (id, document) = target.split_once('/').unwrap_or((target, ""));
    let Some(issuer) = shared.store.issuer_with_id(id) else {
        return refuse(StatusCode::NOT_FOUND, "no issuer has this id");
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "issuers answer GET only");
    }
    let document = match document {
        ".well-known/openid-configuration" => {
            let keys = format!("{}{PREFIX}{id}/keys", shared.store.settings().uri);
            Ok(discovery(&issuer, &keys))
        }
        "keys" => issuer.key_set(),
        _ => return refuse(StatusCode::NOT_FOUND, "issuers have no such document"),
    };
    document.map_or_else(
        |error: SignError| refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        |document| {
            let mut response = json_response(StatusCode::OK, &document);
            let headers = response.headers_mut();
            headers.insert(
                CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=3600"),
            );
            if request.uri().path().ends_with("/keys") {
                let key_set = HeaderValue::from_static("application/jwk-set+json");
                headers.insert(CONTENT_TYPE, key_set);
            }
            response
        },
    )
}

fn discovery(issuer: &Issuer, keys: &str) -> Value {
    json!({
        "issuer": issuer.url(),
        "jwks_uri": keys,
        "authorization_endpoint": "urn:kubernetes:programmatic_authorization",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss"],
    })
}

fn refuse(status: StatusCode, message: &str) -> Response {
    json_response(status, &json!({ "message": message }))
}

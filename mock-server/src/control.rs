//! The server's own routes under `/_podpass/`: unsigned, and out of reach for web pages.

mod authorize;
mod clock;
mod faults;
mod issuer;
mod propagation;
mod requests;
pub(crate) mod state;
mod throttle;

use std::fmt::Display;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use serde_json::{Value, json};

use crate::dispatch::Shared;
use crate::operation::Registered;
use crate::protocol::Response;
use crate::services::SERVICES;
use crate::validation::Member;

/// The path under which these routes lie.
pub(crate) const PREFIX: &str = "/_podpass/";

/// Answers a control request.
pub(crate) fn answer(shared: &Shared, request: &Request<Bytes>) -> Response {
    if !is_local(request.headers()) {
        return json_response(
            StatusCode::FORBIDDEN,
            &json!({ "message": "control routes refuse foreign Host and Origin headers" }),
        );
    }
    let route = request
        .uri()
        .path()
        .strip_prefix(PREFIX)
        .unwrap_or_default();
    // What HEAD would answer is GET's, of which the server sends no body.
    let method = match *request.method() {
        Method::HEAD => &Method::GET,
        ref method => method,
    };
    if let (&Method::POST, Some(cluster)) = (method, issuer::cluster(route)) {
        return issuer::rotate(shared, cluster);
    }
    let query = request.uri().query().unwrap_or_default();
    if let Some(id) = faults::target(route)
        && let Some(response) = faults::answer(shared, method, id, request.body())
    {
        return response;
    }
    match (method, route) {
        (&Method::GET, "health") => json_response(
            StatusCode::OK,
            &json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }),
        ),
        (&Method::POST, "reset") => {
            shared.reset();
            no_content()
        }
        (&Method::GET, "clock") => clock::tell(shared),
        (&Method::POST, "clock") => clock::change(shared, request.body()),
        (&Method::GET | &Method::PUT, "state") => state::answer(shared, method, request),
        (&Method::GET, "throttle") => throttle::tell(shared),
        (&Method::PUT, "throttle") => throttle::change(shared, request.body()),
        (&Method::GET, "propagation") => propagation::tell(shared),
        (&Method::PUT, "propagation") => propagation::change(shared, request.body()),
        (&Method::POST, "authorize") => authorize::answer(shared, request.body()),
        (&Method::GET, "requests") => requests::list(shared, query),
        (&Method::DELETE, "requests") => requests::clear(shared),
        (&Method::GET, "requests/summary") => requests::summary(shared),
        (&Method::POST, "requests/assert") => requests::check(shared, request.body()),
        (&Method::GET, "operations") => json_response(StatusCode::OK, &operations()),
        _ => json_response(
            StatusCode::NOT_FOUND,
            &json!({ "message": format!("no control route answers {} {}", request.method(), request.uri().path()) }),
        ),
    }
}

/// Every operation that is built: what the documentation and the walk over AWS's service models read.
fn operations() -> Value {
    let of_service = |service: &'static Registered| {
        service.operations.iter().map(|operation| {
            json!({
                "service": service.name,
                "operation": operation.name,
                "method": operation.route.method,
                "path": operation.route.path,
                "errors": operation.errors,
                "input": operation.input.iter().map(Member::describe).collect::<Vec<_>>(),
            })
        })
    };
    json!({ "operations": SERVICES.iter().flat_map(|service| of_service(service)).collect::<Vec<_>>() })
}

/// Whether the request was addressed to an IP address or `localhost`, and by no page of another origin.
pub(crate) fn is_local(headers: &HeaderMap) -> bool {
    is_to_here(headers) && is_from_here(headers)
}

/// Whether the request was addressed to an IP address or `localhost`: a name that an attacker's DNS points
/// here shows in `Host`.
pub(crate) fn is_to_here(headers: &HeaderMap) -> bool {
    let Some(host) = text(headers, HOST) else {
        return false;
    };
    // Most clients come by address, which is told without taking the text apart.
    host.parse::<SocketAddr>().is_ok()
        || host
            .parse::<Authority>()
            .is_ok_and(|host| is_local_name(host.host()))
}

/// Whether no page of another site sent the request: it would show in `Origin`, or where browsers leave that
/// out, as for pictures, in `Sec-Fetch-Site`.
pub(crate) fn is_from_here(headers: &HeaderMap) -> bool {
    match text(headers, ORIGIN) {
        Some(origin) => origin
            .parse::<Uri>()
            .is_ok_and(|origin| origin.host().is_some_and(is_local_name)),
        None => text(headers, SEC_FETCH_SITE) != Some("cross-site"),
    }
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let value = headers.get(name)?;
    Some(HeaderValue::to_str(value).unwrap_or("?"))
}

fn is_local_name(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok()
        || bare.parse::<Ipv6Addr>().is_ok()
}

/// Says that something is not as it should be.
fn refuse(status: StatusCode, message: impl Display) -> Response {
    json_response(status, &json!({ "message": message.to_string() }))
}

/// Says that something was done.
fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A JSON answer.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &'static str, origin: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        headers
    }

    #[test]
    fn foreign_names_and_origins_are_refused() {
        assert!(is_local(&headers("127.0.0.1:4566", None)));
        assert!(is_local(&headers(
            "[::1]:4566",
            Some("http://localhost:3000")
        )));
        assert!(!is_local(&headers("rebound.example:4566", None)));
        assert!(!is_local(&headers(
            "127.0.0.1:4566",
            Some("https://evil.example")
        )));
        assert!(!is_local(&headers("127.0.0.1:4566", Some("null"))));
        assert!(!is_local(&HeaderMap::new()));
        let mut picture = headers("127.0.0.1:4566", None);
        picture.insert(SEC_FETCH_SITE, HeaderValue::from_static("cross-site"));
        assert!(!is_local(&picture));
    }
}

//! Requests to clusters: to their Kubernetes APIs, and to their webhooks.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures::StreamExt as _;
use http::header::CONTENT_TYPE;
use http::{Method, Request, StatusCode};

use super::{Shared, admits, plain};
use crate::auth::cluster as auth;
use crate::oidc::Issuer;
use crate::protocol::Response;
use crate::server::OverTls;
use crate::state::eks::Association;
use crate::store::Store;
use crate::webhook::review;
use crate::{control, kubernetes};

/// EKS around one cluster, for its control plane.
#[derive(Debug)]
struct EksOf<'a> {
    store: &'a Store,
    address: &'a str,
}

impl kubernetes::Eks for EksOf<'_> {
    fn region(&self) -> String {
        let region = self
            .store
            .cluster(self.address, |cluster| cluster.region.clone());
        region.unwrap_or_default()
    }

    fn issuer(&self) -> Option<Arc<Issuer>> {
        self.store
            .cluster(self.address, |cluster| Arc::clone(&cluster.issuer))
    }

    fn has_association(&self, namespace: &str, service_account: &str) -> bool {
        let key = Association::key(namespace, service_account);
        let found = self.store.cluster(self.address, |cluster| {
            cluster.associations.row(&key).is_some()
        });
        found.unwrap_or_default()
    }
}

/// Answers the API server of a real cluster, as the webhook of the mock's cluster of that name.
pub(super) fn answer_webhook(shared: &Shared, target: &str, request: &Request<Bytes>) -> Response {
    if !admits(shared, request.headers()) {
        return plain(
            StatusCode::FORBIDDEN,
            "webhooks refuse foreign Host and Origin headers",
        );
    }
    let (name, route) = target.split_once('/').unwrap_or((target, ""));
    let Some((cluster, _)) = shared.store.kubernetes(name) else {
        return plain(StatusCode::NOT_FOUND, "no cluster of that name exists");
    };
    if (request.method(), route) != (&Method::POST, review::ROUTE) {
        return plain(
            StatusCode::NOT_FOUND,
            "webhooks answer POST /webhook/CLUSTER/mutate",
        );
    }
    let eks = EksOf {
        store: &shared.store,
        address: name,
    };
    let content_type = request.headers().get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    match review::answer(&eks, &cluster, content_type, request.body()) {
        Ok(review) => control::json_response(StatusCode::OK, &review),
        Err(error) => plain(error.status(), format!("{error}\n")),
    }
}

/// Hands a request to the Kubernetes API of a cluster; over plain HTTP its creator is who asks.
pub(super) fn answer(shared: &Shared, target: &str, request: &Request<Bytes>) -> Response {
    if !control::is_local(request.headers()) {
        return plain(
            StatusCode::FORBIDDEN,
            "clusters refuse foreign Host and Origin headers",
        );
    }
    let (name, path) = target.split_once('/').unwrap_or((target, ""));
    let Some((cluster, creator)) = shared.store.kubernetes(name) else {
        return plain(StatusCode::NOT_FOUND, "no cluster of that name exists");
    };
    let caller = match request.extensions().get::<OverTls>() {
        Some(OverTls) => auth::caller(shared, name, request.headers()),
        None => Some(kubernetes::Caller::from(&creator)),
    };
    let Some(caller) = caller else {
        return http_response(kubernetes::unauthorized(request.headers()));
    };
    let request = kubernetes::Request {
        method: request.method().clone(),
        path: format!("/{path}"),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request.headers().clone(),
        body: request.body().clone(),
        caller,
    };
    let eks = EksOf {
        store: &shared.store,
        address: name,
    };
    let answered = kubernetes::handle(&cluster, &eks, &request);
    let status = answered.status.as_u16();
    tracing::debug!(cluster = name, method = %request.method, path = request.path, status);
    http_response(answered)
}

fn http_response(answered: kubernetes::Response) -> Response {
    let mut response = Response::new(match answered.body {
        kubernetes::Body::Full(body) => Body::from(body),
        kubernetes::Body::Stream(events) => Body::from_stream(events.map(Ok::<_, Infallible>)),
    });
    *response.status_mut() = answered.status;
    *response.headers_mut() = answered.headers;
    response
}

//! Requests to clusters: to their Kubernetes APIs, and to their webhooks.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures::StreamExt as _;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};

use super::{Shared, admits, plain};
use crate::auth::cluster as auth;
use crate::auth::gate::Decision;
use crate::fault::{Instead, Meeting, Met, Refusal};
use crate::kubernetes::Failure;
use crate::ledger::{Entry, Held, Trail};
use crate::oidc::Issuer;
use crate::persist::Keeper;
use crate::propagation::Propagation;
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
        let moment = self.store.moment(Propagation::AssociationToWebhook);
        let found = self.store.cluster(self.address, |cluster| {
            cluster.associations.row_at(&key, moment).is_some()
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
pub(super) async fn answer(shared: &Shared, target: &str, request: &Request<Bytes>) -> Response {
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
    let over_tls = request.extensions().get::<OverTls>().is_some();
    let caller = match over_tls {
        true => auth::caller(shared, name, request.headers()),
        false => Some(kubernetes::Caller::from(&creator)),
    };
    let is_known = caller.is_some();
    let came = request;
    let request = kubernetes::Request {
        method: request.method().clone(),
        path: format!("/{path}"),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request.headers().clone(),
        body: request.body().clone(),
        caller: caller.unwrap_or_default(),
    };
    let eks = EksOf {
        store: &shared.store,
        address: name,
    };
    let place = shared.store.cluster(name, |cluster| {
        (cluster.account.to_string(), cluster.region.clone())
    });
    let (account, region) = place.unwrap_or_default();
    let met = match is_known {
        true => meet(shared, name, (&account, &region), &request),
        false => None,
    };
    if let Some(met) = &met {
        met.wait().await;
    }
    let (mut response, operation, failure) = match met.as_ref().and_then(|it| it.instead(SERVICE)) {
        Some(Instead::Answer(response)) => (response, kubernetes::operation(&request), None),
        instead => {
            let answered = match instead {
                Some(Instead::Error(error)) => kubernetes::refuse(scripted(error), &request),
                _ if !is_known => kubernetes::refuse(Failure::Unauthorized, &request),
                _ => kubernetes::handle(&cluster, &eks, &request),
            };
            let response = http_response(answered.response, shared.store.keeper());
            (response, answered.operation, answered.failure)
        }
    };
    let status = match &met {
        Some(met) => met.status(response.status()),
        None => response.status().as_u16(),
    };
    tracing::debug!(cluster = name, method = %request.method, path = request.path, status);
    let audit_id = shared.request_id();
    if let Ok(id) = HeaderValue::from_str(&audit_id) {
        response.headers_mut().insert(AUDIT_ID, id);
    }
    let refusal = failure.as_ref().and_then(Failure::refused_caller);
    let reason = failure.as_ref().and_then(Failure::reason);
    let entry = Entry {
        operation: operation.map(Cow::Owned),
        resource: Some(came.uri().path().to_owned()),
        account,
        region,
        status,
        error_code: reason.map(|reason| Cow::Owned(reason.to_owned())),
        request_id: audit_id,
        caller: match is_known {
            true => request.caller.username,
            false => "anonymous".to_owned(),
        },
        decision: match refusal {
            Some(_) => Some(Decision::Denied),
            None => over_tls.then_some(Decision::Allowed),
        },
        reason: refusal,
        fault: met.as_ref().map(|met| met.id().to_owned()),
        ..Entry::new(shared.store.clock().now(), SERVICE).sent_by(came)
    };
    let trail = Trail {
        held: Held::fingerprint(came),
        ..Trail::default()
    };
    shared.ledger.record(entry, trail);
    if let Some(met) = &met {
        met.spoil(&mut response);
    }
    response
}

/// How scripts and the ledger name the clusters' APIs.
const SERVICE: &str = "kubernetes";

/// What a script has for a request to a cluster.
fn meet(
    shared: &Shared,
    cluster: &str,
    (account, region): (&str, &str),
    request: &kubernetes::Request,
) -> Option<Met> {
    if !shared.faults.any() {
        return None;
    }
    shared.faults.meet(&Meeting {
        service: SERVICE,
        operation: &kubernetes::operation(request).unwrap_or_default(),
        account,
        region,
        caller: &request.caller.username,
        resources: &|| {
            let mut names = kubernetes::names(request);
            names.push(cluster.to_owned());
            names
        },
    })
}

/// The header with the id by which a cluster's audit knows a request.
const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");

/// A script's error, as clusters say errors.
fn scripted(refusal: Refusal) -> Failure {
    Failure::Scripted(refusal.status, refusal.code, refusal.message)
}

fn http_response(answered: kubernetes::Response, keeper: Option<Arc<Keeper>>) -> Response {
    let mut response = Response::new(match answered.body {
        kubernetes::Body::Full(body) => Body::from(body),
        kubernetes::Body::Stream(events) => match keeper {
            None => Body::from_stream(events.map(Ok::<_, Infallible>)),
            // What a watch shows is kept, like what an answer tells.
            Some(keeper) => Body::from_stream(events.then(move |event| {
                let keeper = Arc::clone(&keeper);
                async move { keeper.kept().await.map(|()| event) }
            })),
        },
    });
    *response.status_mut() = answered.status;
    *response.headers_mut() = answered.headers;
    response
}

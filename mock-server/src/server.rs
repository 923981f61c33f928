//! The HTTP side: connections and their limits, and the dispatch of each request.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::StreamExt;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use crate::auth::caller::{Caller, Credential};
use crate::control;
use crate::id::Ids;
use crate::kubernetes;
use crate::ledger::{self, Ledger};
use crate::operation::{Call, Registered};
use crate::protocol::{Fault, Response};
use crate::services;
use crate::store::{Scope, Store};

/// Larger than any request that AWS and Kubernetes accept of the operations here.
const MAX_BODY: usize = 4 * 1024 * 1024;
const MAX_HEADERS: usize = 100;
const MAX_HEADER_BYTES: usize = 64 * 1024;
const MAX_CONNECTIONS: usize = 1024;
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) ledger: Ledger,
    request_ids: Mutex<Ids>,
}

impl Shared {
    pub(crate) fn new(store: Store) -> Self {
        // A stream of its own: how many requests were made must not change the ids of what they make.
        let seed = store.settings().seed.map(|seed| !seed);
        Self {
            store,
            ledger: Ledger::default(),
            request_ids: Mutex::new(Ids::new(seed)),
        }
    }

    pub(crate) fn reset(&self) {
        self.store.reset();
        self.ledger.clear();
    }

    fn request_id(&self) -> String {
        self.request_ids
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .uuid()
    }
}

/// Accepts connections until told to stop, then lets open requests finish.
pub(crate) async fn run(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else {
            break;
        };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file descriptors, or a connection that went away: neither ends the server.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
            () = stopped(&mut stop) => break,
        };
        let (shared, stop) = (Arc::clone(&shared), stop.clone());
        tokio::spawn(async move {
            serve_connection(stream, shared, stop).await;
            drop(permit);
        });
    }
    // Every connection holds a permit until it ends.
    _ = connections.acquire_many(MAX_CONNECTIONS as u32).await;
}

/// Waits until the server is told to stop, or is dropped.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    _ = stop.wait_for(|stop| *stop).await;
}

async fn serve_connection(stream: TcpStream, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(answer(&shared, request).await) }
    });
    let connection = http1::Builder::new()
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER_BYTES)
        .header_read_timeout(HEADER_TIMEOUT)
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            // A watch never ends by itself.
            match tokio::time::timeout(Duration::from_millis(200), connection).await {
                Ok(served) => served,
                Err(_) => return,
            }
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Response {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            return plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the request's body is too large",
            );
        }
    };
    let request = Request::from_parts(parts, body);
    let path = request.uri().path();
    if path.starts_with(control::PREFIX) {
        return control::answer(shared, &request);
    }
    if let Some(target) = path.strip_prefix(kubernetes::PREFIX) {
        return answer_kubernetes(shared, target, &request);
    }
    match service_of(&request) {
        Some((service, credential)) => answer_aws(shared, service, credential, &request),
        None => plain(
            StatusCode::NOT_FOUND,
            "no service answers here: AWS requests are told by the service in their signature",
        ),
    }
}

/// The life of an AWS request: route, authenticate, and then what its operation does.
fn answer_aws(
    shared: &Shared,
    service: &'static Registered,
    credential: Option<Credential>,
    request: &Request<Bytes>,
) -> Response {
    let scope = authenticate(shared, credential.as_ref());
    let found =
        check_expiration(shared, service, &scope).and_then(|()| (service.find)(service, request));
    let operation = found.as_ref().ok().map(|found| found.entry.name);
    let answered: Result<Response, Fault> = found.and_then(|found| {
        let call = Call {
            scope: &scope,
            labels: found.labels,
            body: request.body(),
        };
        (found.entry.serve)(shared, call)
    });
    let error_code = answered.as_ref().err().map(|fault| fault.code);
    let response = answered.unwrap_or_else(|fault| (service.refuse)(&fault, &scope.request_id));

    tracing::debug!(
        service = service.name,
        operation,
        status = response.status().as_u16(),
        error_code
    );
    shared.ledger.record(ledger::Entry {
        time: shared.store.clock().now(),
        service: service.name,
        operation,
        account: scope.account.to_string(),
        region: scope.region,
        status: response.status().as_u16(),
        error_code,
        request_id: scope.request_id,
    });
    response
}

/// Hands a request to the Kubernetes API of a cluster; over plain HTTP its creator is who asks.
fn answer_kubernetes(shared: &Shared, target: &str, request: &Request<Bytes>) -> Response {
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
    let request = kubernetes::Request {
        method: request.method().clone(),
        path: format!("/{path}"),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request.headers().clone(),
        body: request.body().clone(),
        caller: kubernetes::Caller::from(&creator),
    };
    let answered = kubernetes::handle(&cluster, &request);
    let status = answered.status.as_u16();
    tracing::debug!(cluster = name, method = %request.method, path = request.path, status);
    let mut response = Response::new(match answered.body {
        kubernetes::Body::Full(body) => Body::from(body),
        kubernetes::Body::Stream(events) => Body::from_stream(events.map(Ok::<_, Infallible>)),
    });
    *response.status_mut() = answered.status;
    *response.headers_mut() = answered.headers;
    response
}

/// The service that a request is for: its signature says so, or else what it looks like.
fn service_of(request: &Request<Bytes>) -> Option<(&'static Registered, Option<Credential>)> {
    if let Some(credential) = Credential::of(request) {
        return Some((services::service(&credential.service)?, Some(credential)));
    }
    // Some operations of STS are called without a signature; versions tell the services apart.
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let mut parameters =
        form_urlencoded::parse(query).chain(form_urlencoded::parse(request.body()));
    let version = parameters
        .find(|(name, _)| name == "Version")
        .map(|(_, version)| version);
    let service = services::SERVICES.iter().find(|service| match &version {
        Some(version) => service.version == version,
        None => (service.find)(service, request).is_ok(),
    });
    service.map(|service| (*service, None))
}

/// Finds out who asks. Keys that the server issued are theirs who got them; all others are administrators'.
fn authenticate(shared: &Shared, credential: Option<&Credential>) -> Scope {
    let settings = shared.store.settings();
    let session = credential.and_then(|credential| shared.store.session(&credential.access_key));
    let caller = session.map_or_else(
        || {
            Caller::Admin(
                credential
                    .and_then(Credential::account)
                    .unwrap_or(settings.account),
            )
        },
        Caller::Session,
    );
    let region = credential
        .and_then(Credential::region)
        .unwrap_or(&settings.region);
    Scope {
        account: caller.account(),
        caller,
        region: region.to_owned(),
        request_id: shared.request_id(),
    }
}

/// Refuses credentials that have expired by the server's clock.
fn check_expiration(shared: &Shared, service: &Registered, scope: &Scope) -> Result<(), Fault> {
    let session = scope.caller.session();
    match session.is_some_and(|session| session.expires <= shared.store.clock().now()) {
        true => Err(Fault::new(
            StatusCode::FORBIDDEN,
            service.expired_token,
            "The security token included in the request is expired",
        )),
        false => Ok(()),
    }
}

fn plain(status: StatusCode, message: &'static str) -> Response {
    let mut response = Response::new(Body::from(message));
    *response.status_mut() = status;
    response
}

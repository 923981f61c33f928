//! The HTTP side: connections and their limits.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Collected, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use crate::auth::caller::Credential;
use crate::control;
use crate::dispatch::{self, Shared};
use crate::fault::{self, Dropped};
use crate::operation::Registered;
use crate::persist::Keeper;
use crate::protocol::{Fault, Response};
use crate::services;

/// Larger than any request that AWS and Kubernetes accept of the operations here.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// Larger than any state that tests prepare.
const MAX_STATE: usize = 256 * 1024 * 1024;
const MAX_HEADERS: usize = 100;
const MAX_HEADER_BYTES: usize = 64 * 1024;
const MAX_CONNECTIONS: usize = 1024;
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Where connections come in.
pub(crate) struct Door {
    /// The socket.
    pub(crate) listener: TcpListener,
    /// TLS, if it is spoken there.
    pub(crate) tls: Option<TlsAcceptor>,
    /// What is served there, if not everything.
    pub(crate) only: Option<Only>,
}

/// A part of the server that has an address of its own; requests that came by it are marked with it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Only {
    /// The EKS Pod Identity Agent.
    Agent,
    /// What the agent counts.
    AgentMetrics,
}

/// Marks a request that came by TLS: there callers are told apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OverTls;

/// Marks a request that came from another address than 127.0.0.1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Peer {
    fn of(address: IpAddr) -> Option<Self> {
        (address != Ipv4Addr::LOCALHOST).then_some(Self(address))
    }
}

/// What marks the requests of a connection; of most there is nothing to say.
#[derive(Debug, Clone, Copy)]
struct Marks {
    over_tls: Option<OverTls>,
    only: Option<Only>,
    peer: Option<Peer>,
}

impl Marks {
    fn put_on<B>(self, request: &mut Request<B>) {
        if let Some(over_tls) = self.over_tls {
            request.extensions_mut().insert(over_tls);
        }
        if let Some(only) = self.only {
            request.extensions_mut().insert(only);
        }
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
    }
}

/// Accepts connections until told to stop, then lets open requests finish.
pub(crate) async fn run(door: Door, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let Door {
        listener,
        tls,
        only,
    } = door;
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut has_warned = false;
    loop {
        if connections.available_permits() == 0 && !has_warned {
            has_warned = true;
            tracing::warn!(
                "{MAX_CONNECTIONS} connections are open, which is all that are served at a time: further ones wait \
                 until others end"
            );
        }
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
        let (tls, shared, stop) = (tls.clone(), Arc::clone(&shared), stop.clone());
        tokio::spawn(async move {
            enter(stream, tls, only, (shared, stop)).await;
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

/// Shakes hands where TLS is spoken, and serves the connection.
async fn enter(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    only: Option<Only>,
    server: (Arc<Shared>, watch::Receiver<bool>),
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let marks = Marks {
        over_tls: tls.is_some().then_some(OverTls),
        only,
        peer: stream.peer_addr().ok().and_then(|peer| Peer::of(peer.ip())),
    };
    let Some(tls) = tls else {
        return serve_connection(stream, marks, server).await;
    };
    match tokio::time::timeout(HEADER_TIMEOUT, tls.accept(stream)).await {
        Ok(Ok(stream)) => serve_connection(stream, marks, server).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake did not come in time"),
    }
}

async fn serve_connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    marks: Marks,
    (shared, mut stop): (Arc<Shared>, watch::Receiver<bool>),
) {
    let stops = stop.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (shared, stop) = (Arc::clone(&shared), stops.clone());
        marks.put_on(&mut request);
        answer(shared, request, stop)
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

/// Reads the request's body, hands it on, and does to the answer what a script has for it. The answer leaves when
/// everything that it can tell of is kept.
async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    stop: watch::Receiver<bool>,
) -> Result<Response, Dropped> {
    let (parts, body) = request.into_parts();
    let limit = match parts.uri.path() {
        control::state::PATH => MAX_STATE,
        _ => MAX_BODY,
    };
    let read = match body.is_end_stream() {
        true => Ok(Ok(Bytes::new())),
        false => {
            let read = Limited::new(body, limit).collect();
            let read = tokio::time::timeout(BODY_TIMEOUT, read).await;
            read.map(|read| read.map(Collected::to_bytes))
        }
    };
    let response = match read {
        Ok(Ok(body)) => {
            let request = Request::from_parts(parts, body);
            let kept = Kept::of(&shared, &request);
            let response = match shared.faults.any() {
                true => answer_regardless(Arc::clone(&shared), request, stop).await?,
                false => dispatch::answer(&shared, &request).await,
            };
            match kept {
                Some(kept) => kept.or_refused(response).await,
                None => response,
            }
        }
        Err(_) => dispatch::plain(
            StatusCode::REQUEST_TIMEOUT,
            "the request's body did not come in time",
        ),
        Ok(Err(_)) => dispatch::plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the request's body is too large",
        ),
    };
    fault::carry_out(response).await
}

/// What it takes to let an answer leave of a server that keeps its state.
struct Kept {
    keeper: Arc<Keeper>,
    /// The service that was asked, if one was.
    service: Option<&'static Registered>,
}

impl Kept {
    fn of(shared: &Shared, request: &Request<Bytes>) -> Option<Self> {
        let keeper = shared.store.keeper()?;
        let service = Credential::of(request).and_then(|it| services::service(&it.service));
        Some(Self { keeper, service })
    }

    /// The answer, once everything that it can tell of is kept; or that it cannot be.
    async fn or_refused(self, response: Response) -> Response {
        let Err(lost) = self.keeper.kept().await else {
            return response;
        };
        match self.service {
            Some(service) => (service.refuse)(&Fault::internal(lost), ""),
            None => dispatch::plain(StatusCode::INTERNAL_SERVER_ERROR, lost.to_string()),
        }
    }
}

/// Answers whether the client still waits or not: a call that is held up goes on without it, until the server ends.
async fn answer_regardless(
    shared: Arc<Shared>,
    request: Request<Bytes>,
    mut stop: watch::Receiver<bool>,
) -> Result<Response, Dropped> {
    let call = tokio::spawn(async move {
        tokio::select! {
            biased;
            response = dispatch::answer(&shared, &request) => Some(response),
            () = stopped(&mut stop) => None,
        }
    });
    call.await.ok().flatten().ok_or(Dropped)
}

//! The HTTP side: connections and their limits.

mod connection;
mod watchdog;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use crate::dispatch::Shared;

const MAX_CONNECTIONS: usize = 1024;
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);

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
        return connection::serve(stream, marks, server).await;
    };
    match tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
        Ok(Ok(stream)) => connection::serve(stream, marks, server).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake did not come in time"),
    }
}

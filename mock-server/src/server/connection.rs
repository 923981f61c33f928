//! One connection: its requests and their bodies, within limits, and when it is cut.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::watchdog::{Activity, Verdict, Watched, watch_over};
use super::{Marks, stopped};
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
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// What the requests of a connection share.
struct Served {
    shared: Arc<Shared>,
    stop: watch::Receiver<bool>,
    activity: Arc<Activity>,
}

/// A request that is not answered to its end.
struct Open(Arc<Served>);

impl Open {
    fn new(served: Arc<Served>) -> Self {
        served.activity.begin();
        Self(served)
    }

    /// The answer, which takes as long as its body if nobody knows how long that is, as with watches.
    fn until_end_of(self, response: Response) -> Response {
        match response.body().size_hint().exact() {
            Some(_) => response,
            None => response.map(|body| {
                Body::new(body.map_frame(move |frame| {
                    let _is_open = &self;
                    frame
                }))
            }),
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.activity.end();
    }
}

/// Answers the requests of a connection until it ends, or the server does.
pub(super) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    marks: Marks,
    (shared, stop): (Arc<Shared>, watch::Receiver<bool>),
) {
    let served = Arc::new(Served {
        shared,
        stop,
        activity: Arc::default(),
    });
    let activity = Arc::clone(&served.activity);
    let stream = Watched::new(stream, Arc::clone(&activity));
    let requests = Arc::clone(&served);
    let service = service_fn(move |mut request: Request<Incoming>| {
        marks.put_on(&mut request);
        answer(Arc::clone(&requests), request)
    });
    let connection = http1::Builder::new()
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // Who waits for the server's end takes a lock that all connections share, at every look: a task of its own looks
    // only when there is something to see.
    let (sender, mut verdict) = oneshot::channel();
    tokio::spawn(watch_over(activity, served.stop.clone(), sender));
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        verdict = &mut verdict => match verdict {
            Ok(Verdict::Cut) | Err(_) => return,
            Ok(Verdict::Finish) => {
                connection.as_mut().graceful_shutdown();
                // A watch never ends by itself.
                match timeout(Duration::from_millis(200), connection).await {
                    Ok(ended) => ended,
                    Err(_) => return,
                }
            }
        },
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Reads the request's body, hands it on, and does to the answer what a script has for it. The answer leaves when
/// everything that it can tell of is kept.
async fn answer(served: Arc<Served>, request: Request<Incoming>) -> Result<Response, Dropped> {
    let open = Open::new(served);
    let Served { shared, stop, .. } = &*open.0;
    let (parts, body) = request.into_parts();
    let limit = match parts.uri.path() {
        control::state::PATH => MAX_STATE,
        _ => MAX_BODY,
    };
    let read = match body.is_end_stream() {
        true => Ok(Ok(Bytes::new())),
        false => {
            let read = Limited::new(body, limit).collect();
            let read = timeout(BODY_TIMEOUT, read).await;
            read.map(|read| read.map(Collected::to_bytes))
        }
    };
    let response = match read {
        Ok(Ok(body)) => {
            let request = Request::from_parts(parts, body);
            let kept = Kept::of(shared, &request);
            let response = match shared.faults.any() {
                true => answer_regardless(Arc::clone(shared), request, stop.clone()).await?,
                false => dispatch::answer(shared, &request).await,
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
        Ok(Err(error)) if error.is::<LengthLimitError>() => dispatch::plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the request's body is too large",
        ),
        Ok(Err(error)) => dispatch::plain(
            StatusCode::BAD_REQUEST,
            format!("the request's body cannot be read: {error}"),
        ),
    };
    let response = fault::carry_out(response).await?;
    Ok(open.until_end_of(response))
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

    use tokio::time::Instant;

    use super::super::watchdog::IDLE_TIMEOUT;
    use super::*;

    const WATCH: &str = "/k8s/my-cluster/api/v1/pods?watch=1";

    /// How much the connection holds that nobody has read.
    const BUFFER: usize = 1024;

    /// The client's end of a connection to a server.
    fn connect() -> (DuplexStream, watch::Sender<bool>) {
        let shared = crate::MockServer::builder().cluster("my-cluster");
        let shared = Arc::new(shared.into_shared());
        let (client, server) = tokio::io::duplex(BUFFER);
        let (sender, stop) = watch::channel(false);
        let marks = Marks {
            over_tls: None,
            only: None,
            peer: None,
        };
        tokio::spawn(serve(server, marks, (shared, stop)));
        (client, sender)
    }

    /// How long it takes until the connection is cut, if it is within five minutes.
    async fn cut(client: &mut DuplexStream) -> Option<Duration> {
        let begun = Instant::now();
        let mut rest = Vec::new();
        let end = timeout(Duration::from_secs(300), client.read_to_end(&mut rest)).await;
        end.ok().map(|_| begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_says_what_it_asks_is_cut() {
        let (mut client, _stop) = connect();
        client.write_all(b"GET / HTTP/1.1\r\nHo").await.unwrap();
        assert_eq!(cut(&mut client).await, Some(IDLE_TIMEOUT));
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_lives_as_long_as_something_is_asked() {
        let (mut client, _stop) = connect();
        let request = b"GET /_podpass/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        for _ in 0..10 {
            client.write_all(request).await.unwrap();
            let mut answer = [0; 12];
            client.read_exact(&mut answer).await.unwrap();
            assert!(answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
            tokio::time::sleep(Duration::from_secs(20)).await;
            let mut rest = [0; 1024];
            _ = client.read(&mut rest).await.unwrap();
        }
        let cut = cut(&mut client).await.unwrap();
        assert!(cut <= 2 * IDLE_TIMEOUT, "{cut:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_slowly_gets_the_whole_answer() {
        let (mut client, _stop) = connect();
        let request = b"GET /_podpass/state HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        client.write_all(request).await.unwrap();
        let mut read = Vec::new();
        let mut part = vec![0; BUFFER];
        loop {
            tokio::time::sleep(Duration::from_secs(100)).await;
            match client.read(&mut part).await.unwrap() {
                0 => break,
                length => read.extend_from_slice(&part[..length]),
            }
        }
        let head = read
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let length: usize = String::from_utf8_lossy(&read[..head])
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
            .unwrap();
        assert!(length > 4 * BUFFER, "{length} bytes fit into the buffer");
        assert_eq!(read.len() - head - 4, length);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_is_none_is_not_said_to_be_too_large() {
        let (mut client, _stop) = connect();
        let request = b"POST /_podpass/clock HTTP/1.1\r\nHost: 127.0.0.1\r\n\
            Transfer-Encoding: chunked\r\n\r\nzz\r\n";
        client.write_all(request).await.unwrap();
        let mut answer = [0; 12];
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 400");
    }

    #[tokio::test(start_paused = true)]
    async fn a_watch_on_which_nothing_happens_is_not_cut() {
        let (mut client, _stop) = connect();
        let request = format!("GET {WATCH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        client.write_all(request.as_bytes()).await.unwrap();
        assert_eq!(cut(&mut client).await, None);
    }
}

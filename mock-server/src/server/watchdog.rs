//! What ends a connection from outside: that nothing happens on it, or the server's end.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::stopped;

/// A connection on which nothing is asked for so long, or twice as long at most, is cut: also one that is in the middle
/// of saying what it asks.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Whether anything happens on a connection: counted, since a timer for each request costs more than many a request.
#[derive(Debug, Default)]
pub(super) struct Activity {
    begun: AtomicU64,
    open: AtomicUsize,
    /// Whether the client has yet to take what was written.
    is_writing: AtomicBool,
}

impl Activity {
    /// A request begins.
    pub(super) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    /// A request is answered to its end.
    pub(super) fn end(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    fn writes(&self, poll: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.is_writing.store(poll.is_pending(), Ordering::Relaxed);
        poll
    }

    /// Whether nothing is asked or answered now, and nothing was since so many requests had begun; tells how many have by now.
    fn is_idle(&self, seen: &mut u64) -> bool {
        let begun = self.begun.load(Ordering::Relaxed);
        let was_idle = begun == std::mem::replace(seen, begun);
        let is_open = self.open.load(Ordering::Relaxed) > 0;
        was_idle && !is_open && !self.is_writing.load(Ordering::Relaxed)
    }
}

/// A stream that tells whether an answer is under way: the client may take its time.
pub(super) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, to)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, from);
        self.activity.writes(poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, from);
        self.activity.writes(poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// What becomes of a connection before it ends by itself.
pub(super) enum Verdict {
    /// The open request is answered, and no other.
    Finish,
    /// Nothing more is said.
    Cut,
}

/// Waits for what ends a connection from outside: the server's end, or that nothing happens.
pub(super) async fn watch_over(
    activity: Arc<Activity>,
    mut stop: watch::Receiver<bool>,
    mut verdict: oneshot::Sender<Verdict>,
) {
    let mut period = interval_at(Instant::now() + IDLE_TIMEOUT, IDLE_TIMEOUT);
    // After a pause of the whole process the next period begins anew: nobody could have asked anything.
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = 0;
    let passed = loop {
        tokio::select! {
            () = verdict.closed() => return,
            () = stopped(&mut stop) => break Verdict::Finish,
            _ = period.tick() => {
                if activity.is_idle(&mut seen) {
                    tracing::debug!("nothing was asked on a connection for long: it is cut");
                    break Verdict::Cut;
                }
            }
        }
    };
    _ = verdict.send(passed);
}

//! Who keeps changes: a queue, and a thread that commits everything that waits in it as one group.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use thiserror::Error;
use tokio::sync::watch;

use super::file::File;
use super::{Change, Out, Shelf, Write};

/// Keeps changes in a file. What waits is kept when it is dropped or stopped.
#[derive(Debug)]
pub(crate) struct Keeper {
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The state can no longer be kept.
#[derive(Debug, Clone, Error)]
#[error("the state can no longer be kept: {0}")]
pub(crate) struct Lost(Arc<str>);

/// Changes on their way into the file.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    woken: Condvar,
    /// How many changes came in.
    added: AtomicU64,
    /// How many of them are kept.
    kept: watch::Sender<u64>,
    kept_count: AtomicU64,
    lost: OnceLock<Lost>,
}

#[derive(Default)]
struct Waiting {
    changes: Vec<Change>,
    is_stopping: bool,
}

impl Keeper {
    /// Has a thread keep changes in a file.
    pub(crate) fn new(file: File) -> std::io::Result<Self> {
        let queue = Arc::new(Queue {
            waiting: Mutex::default(),
            woken: Condvar::new(),
            added: AtomicU64::new(0),
            kept: watch::Sender::new(0),
            kept_count: AtomicU64::new(0),
            lost: OnceLock::new(),
        });
        let of_thread = Arc::clone(&queue);
        let thread = thread::Builder::new()
            .name("podpass-state".to_owned())
            .spawn(move || of_thread.commit_into(file))?;
        Ok(Self {
            queue,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Keeps what a visit finds written since the last one. Visits come one at a time, under the lock of what they
    /// visit, so that changes come in the order in which they were made.
    pub(crate) fn keep(&self, visit: impl FnOnce(&mut Out<'_>)) {
        let mut out = Out::of_written(&self.queue);
        visit(&mut out);
        let (change, closed) = out.into_parts();
        self.queue.add(change, &closed, None);
    }

    /// The same of what is in the file already.
    pub(crate) fn pass_over(&self, visit: impl FnOnce(&mut Out<'_>)) {
        visit(&mut Out::of_written(&self.queue));
    }

    /// Has the rows gone that lie under these places.
    pub(crate) fn forget(&self, places: impl IntoIterator<Item = String>) {
        let change = places.into_iter().map(Write::Forget).collect();
        self.queue.add(change, &[], None);
    }

    /// Waits until everything that was written before this call is kept.
    ///
    /// # Errors
    /// When it cannot be.
    pub(crate) async fn kept(&self) -> Result<(), Lost> {
        let queue = &self.queue;
        let added = queue.added.load(Ordering::Acquire);
        if queue.kept_count.load(Ordering::Acquire) < added {
            let mut kept = queue.kept.subscribe();
            // The sender lives as long as the queue does.
            _ = kept.wait_for(|kept| *kept >= added).await;
        }
        match queue.lost.get() {
            Some(lost) => Err(lost.clone()),
            None => Ok(()),
        }
    }

    /// Keeps what waits, and closes the file.
    pub(crate) fn stop(&self) {
        self.queue.lock().is_stopping = true;
        self.queue.woken.notify_one();
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that keeps the state has panicked");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a change kept, and closes shelves with it. What comes from a shelf that is closed is not taken.
    pub(super) fn add(&self, change: Change, closed: &[Shelf], from: Option<&AtomicBool>) {
        if change.is_empty() {
            return;
        }
        let mut waiting = self.lock();
        closed.iter().for_each(Shelf::close);
        let is_closed = from.is_some_and(|closed| closed.load(Ordering::Relaxed));
        if is_closed || self.lost.get().is_some() {
            return;
        }
        waiting.changes.push(change);
        self.added.fetch_add(1, Ordering::Release);
        drop(waiting);
        self.woken.notify_one();
    }

    /// Commits what comes in, until told to stop.
    fn commit_into(&self, mut file: File) {
        loop {
            let mut waiting = self.lock();
            while waiting.changes.is_empty() && !waiting.is_stopping {
                waiting = self
                    .woken
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            let changes = std::mem::take(&mut waiting.changes);
            if changes.is_empty() {
                // Whoever writes from now on is told that it is not kept.
                self.lost
                    .get_or_init(|| Lost("the server has stopped".into()));
                break;
            }
            drop(waiting);
            let count = changes.len() as u64;
            if self.lost.get().is_none()
                && let Err(error) = file.commit(&changes)
            {
                tracing::error!(%error, "the state can no longer be kept");
                self.lost.get_or_init(|| Lost(error.to_string().into()));
            }
            self.kept_count.fetch_add(count, Ordering::Release);
            self.kept.send_modify(|kept| *kept += count);
        }
        if let Err(error) = file.close() {
            tracing::warn!(%error, "the state file was not closed well; it opens all the same");
        }
    }
}

/// Rows hold secrets.
impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("added", &self.added)
            .field("kept", &self.kept_count)
            .finish_non_exhaustive()
    }
}

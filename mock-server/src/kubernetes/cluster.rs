//! One cluster: its objects behind a lock, and a signal for those who watch.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::kinds::namespace::{FROM_THE_START, NAMESPACE};
use super::kinds::service_account::SERVICE_ACCOUNT;
use super::writer::{Job, Writer};
use crate::clock::Clock;
use crate::id::Ids;
use crate::state::kubernetes::Objects;

/// How long controllers take, by the server's clock, and never longer than that by the world's: clients wait for them. A
/// namespace's content is still there for whoever deletes both from one file.
const CONTROLLER_DELAY: Duration = Duration::from_millis(300);

/// A cluster's Kubernetes side. Watches end when it is dropped.
#[derive(Debug)]
pub(crate) struct KubernetesCluster {
    /// Kubernetes' version, e.g. `1.33`.
    pub(crate) version: String,
    me: Weak<KubernetesCluster>,
    clock: Clock,
    contents: Mutex<Contents>,
    written: watch::Sender<u64>,
}

#[derive(Debug)]
struct Contents {
    objects: Objects,
    ids: Ids,
    /// What controllers have yet to do, in order.
    pending: VecDeque<Pending>,
    /// How many times controllers were given work.
    given: u64,
}

/// What controllers do about one write.
#[derive(Debug)]
struct Pending {
    number: u64,
    due: Timestamp,
    jobs: Vec<Job>,
}

impl KubernetesCluster {
    /// A cluster as it is right after its creation: the namespaces and service accounts that every cluster has.
    pub(crate) fn new(
        version: impl Into<String>,
        clock: Clock,
        ids: Ids,
    ) -> Arc<KubernetesCluster> {
        let contents = Mutex::new(Contents {
            objects: Objects::default(),
            ids,
            pending: VecDeque::new(),
            given: 0,
        });
        let cluster = Arc::new_cyclic(|me| KubernetesCluster {
            version: version.into(),
            me: me.clone(),
            clock,
            contents,
            written: watch::Sender::new(0),
        });
        cluster.write(|writer| {
            FROM_THE_START
                .iter()
                .for_each(|name| writer.ensure(&NAMESPACE, "", name));
        });
        cluster
    }

    /// Runs a call that may write; controllers have reacted when it returns, and watches are told.
    pub(crate) fn write<T>(&self, call: impl FnOnce(&mut Writer<'_>) -> T) -> T {
        self.enter(|contents| {
            self.work_until(contents, self.clock.now());
            self.work(contents, call)
        })
    }

    /// Runs a call that only reads.
    pub(crate) fn read<T>(&self, call: impl FnOnce(&Objects) -> T) -> T {
        self.enter(|contents| {
            if !contents.pending.is_empty() {
                self.work_until(contents, self.clock.now());
            }
            call(&contents.objects)
        })
    }

    /// Runs a call with the lock held, and tells watches afterwards if it wrote.
    fn enter<T>(&self, call: impl FnOnce(&mut Contents) -> T) -> T {
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        let before = contents.objects.revision();
        let result = call(&mut contents);
        let revision = contents.objects.revision();
        drop(contents);
        if revision != before {
            self.written
                .send_if_modified(|seen| std::mem::replace(seen, revision) != revision);
        }
        result
    }

    /// Writes, and has controllers work on it a moment later; at once where nothing could wait for them.
    fn work<T>(&self, contents: &mut Contents, call: impl FnOnce(&mut Writer<'_>) -> T) -> T {
        let now = self.clock.now();
        let mut writer = Writer::new(&mut contents.objects, &mut contents.ids, now);
        let result = call(&mut writer);
        writer.settle();
        let jobs = std::mem::take(&mut writer.later);
        if jobs.is_empty() {
            return result;
        }
        contents.given += 1;
        let number = contents.given;
        let due = now.saturating_add(CONTROLLER_DELAY);
        contents.pending.push_back(Pending {
            number,
            due: due.unwrap_or(Timestamp::MAX),
            jobs,
        });
        match Handle::try_current() {
            Ok(runtime) => {
                let cluster = self.me.clone();
                runtime.spawn(async move {
                    tokio::time::sleep(CONTROLLER_DELAY).await;
                    if let Some(cluster) = cluster.upgrade() {
                        cluster.enter(|contents| {
                            cluster.work_while(contents, &|next| next.number <= number);
                        });
                    }
                });
            }
            Err(_) => self.work_until(contents, Timestamp::MAX),
        }
        result
    }

    /// Lets controllers do what is due by a time.
    fn work_until(&self, contents: &mut Contents, now: Timestamp) {
        self.work_while(contents, &|next| next.due <= now);
    }

    fn work_while(&self, contents: &mut Contents, is_due: &dyn Fn(&Pending) -> bool) {
        while let Some(next) = contents.pending.pop_front_if(|next| is_due(next)) {
            let jobs = next.jobs;
            self.work(contents, |writer| {
                jobs.iter().for_each(|(job, key)| job(writer, key));
            });
        }
    }

    /// The annotations of a service account; null when it has none, or does not exist.
    pub(crate) fn annotations(&self, namespace: &str, service_account: &str) -> Value {
        let key = (namespace.to_owned(), service_account.to_owned());
        self.read(|objects| {
            let account = objects.find(SERVICE_ACCOUNT.plural, &key);
            account.map(|account| account["metadata"]["annotations"].clone())
        })
        .unwrap_or_default()
    }

    /// The server's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Wakes up after every write, and fails when the cluster is gone.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }
}

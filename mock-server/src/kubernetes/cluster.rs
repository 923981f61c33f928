//! One cluster: its objects behind a lock, and a signal for those who watch.

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

/// How long controllers take. A namespace's content is still there for whoever deletes both from one file.
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
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        let Contents { objects, ids } = &mut *contents;
        let mut writer = Writer::new(objects, ids, self.clock.now());
        let result = call(&mut writer);
        writer.settle();
        let jobs = std::mem::take(&mut writer.later);
        let revision = contents.objects.revision();
        drop(contents);
        self.written
            .send_if_modified(|seen| std::mem::replace(seen, revision) != revision);
        if !jobs.is_empty() {
            self.run_later(jobs);
        }
        result
    }

    /// Lets controllers work after a while; at once where nothing could wait for them.
    fn run_later(&self, jobs: Vec<Job>) {
        let cluster = self.me.clone();
        let run = move || {
            if let Some(cluster) = cluster.upgrade() {
                cluster.write(|writer| jobs.iter().for_each(|(job, key)| job(writer, key)));
            }
        };
        match Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    tokio::time::sleep(CONTROLLER_DELAY).await;
                    run();
                });
            }
            Err(_) => run(),
        }
    }

    /// Runs a call that only reads.
    pub(crate) fn read<T>(&self, call: impl FnOnce(&Objects) -> T) -> T {
        call(
            &self
                .contents
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .objects,
        )
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

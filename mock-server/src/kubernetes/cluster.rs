//! One cluster: its objects behind a lock, and a signal for those who watch.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

use super::kinds::namespace::{FROM_THE_START, NAMESPACE};
use super::writer::Writer;
use crate::clock::Clock;
use crate::id::Ids;
use crate::state::kubernetes::Objects;

/// A cluster's Kubernetes side. Watches end when it is dropped.
#[derive(Debug)]
pub(crate) struct KubernetesCluster {
    /// Kubernetes' version, e.g. `1.33`.
    pub(crate) version: String,
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
    pub(crate) fn new(version: impl Into<String>, clock: Clock, ids: Ids) -> KubernetesCluster {
        let contents = Mutex::new(Contents {
            objects: Objects::default(),
            ids,
        });
        let cluster = KubernetesCluster {
            version: version.into(),
            clock,
            contents,
            written: watch::Sender::new(0),
        };
        cluster.write(|writer| {
            FROM_THE_START
                .iter()
                .for_each(|name| writer.ensure(&NAMESPACE, "", name))
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
        let revision = contents.objects.revision();
        drop(contents);
        self.written
            .send_if_modified(|seen| std::mem::replace(seen, revision) != revision);
        result
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

    /// The server's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Wakes up after every write, and fails when the cluster is gone.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }
}

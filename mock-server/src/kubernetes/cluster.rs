//! One cluster: its objects behind a lock, and a signal for those who watch.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::kinds;
use super::kinds::namespace::{FROM_THE_START, NAMESPACE};
use super::kinds::service_account::SERVICE_ACCOUNT;
use super::writer::{Job, Writer, key_of};
use crate::clock::Clock;
use crate::id::{Ids, Position};
use crate::persist::{Load, Out, Shelf};
use crate::state::kubernetes::{Key, Objects};
use crate::state::table::SEPARATOR;

/// How long controllers take, by the server's clock, and never longer than that by the world's: clients wait for them. A
/// namespace's content is still there for whoever deletes both from one file.
const CONTROLLER_DELAY: Duration = Duration::from_millis(300);

impl Contents {
    fn about(&self, version: &str) -> About {
        About {
            version: version.to_owned(),
            revision: self.objects.revision(),
            ids: self.ids.position(),
        }
    }

    /// Keeps what a call wrote, controllers included.
    fn keep(&self, written: &[(&'static str, Key)], version: &str) {
        let Some(shelf) = self.shelf.as_ref().filter(|_| !written.is_empty()) else {
            return;
        };
        shelf.keep(|out| {
            for (collection, key) in written {
                let (name, row) = (format!("{PLACE}/{collection}"), row_key(key));
                match self.objects.find(collection, key) {
                    Some(object) => out.put(&name, &row, object),
                    None => out.remove(&name, &row),
                }
            }
            out.put(PLACE, "", &self.about(version));
        });
    }
}

/// The key of an object's row.
fn row_key((namespace, name): &Key) -> String {
    format!("{namespace}{SEPARATOR}{name}")
}

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
    /// Where the objects are kept, if they are.
    shelf: Option<Shelf>,
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

/// The row of a cluster's Kubernetes side itself; in places under its own lie the objects.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct About {
    version: String,
    /// The resource version of the last write.
    revision: u64,
    ids: Option<Position>,
}

/// The place of the Kubernetes side, under the cluster's.
const PLACE: &str = "kubernetes";

impl KubernetesCluster {
    /// A cluster as it is right after its creation: the namespaces and service accounts that every cluster has.
    pub(crate) fn new(
        version: impl Into<String>,
        clock: Clock,
        ids: Ids,
    ) -> Arc<KubernetesCluster> {
        let cluster = Self::with(version.into(), clock, Objects::default(), ids);
        cluster.write(|writer| {
            FROM_THE_START
                .iter()
                .for_each(|name| writer.ensure(&NAMESPACE, "", name));
        });
        cluster
    }

    fn with(version: String, clock: Clock, objects: Objects, ids: Ids) -> Arc<Self> {
        let written = watch::Sender::new(objects.revision());
        let contents = Mutex::new(Contents {
            objects,
            ids,
            shelf: None,
            pending: VecDeque::new(),
            given: 0,
        });
        Arc::new_cyclic(|me| KubernetesCluster {
            version,
            me: me.clone(),
            clock,
            contents,
            written,
        })
    }

    /// Reads the rows of a cluster. What controllers had yet to do, they do when they [look](Self::look_again).
    pub(crate) fn load(load: &mut Load, clock: Clock, ids: &mut Ids) -> Arc<KubernetesCluster> {
        let mut about: Vec<About> = load.take(PLACE);
        let About {
            version,
            revision,
            ids: position,
        } = match (about.pop(), about.is_empty()) {
            (Some(about), true) => about,
            (found, _) => {
                load.refuse_place(PLACE, "there has to be one row");
                found.unwrap_or(About {
                    version: String::new(),
                    revision: 0,
                    ids: None,
                })
            }
        };
        let place = load.at(PLACE);
        let mut objects = Vec::new();
        load.within(place, |load| {
            for (name, rows) in load.take_places::<Value>() {
                let known = kinds::ALL.iter().find(|kind| kind.plural == name);
                let Some(kind) = known.filter(|kind| kind.answer.is_none()) else {
                    load.refuse_place(&name, "there is no such kind of objects");
                    continue;
                };
                let mut keys = BTreeSet::new();
                for (number, object) in rows.into_iter().enumerate() {
                    let key = key_of(&object);
                    if !keys.insert(key.clone()) || key.1.is_empty() {
                        let message = "the object has no name, or another's".to_owned();
                        load.refuse_row(&load.at(&name), number, message);
                    }
                    objects.push((kind.plural, key, object));
                }
            }
        });
        let ids = match position {
            Some(position) => Ids::at(&position),
            None => ids.fork(),
        };
        Self::with(version, clock, Objects::of(revision, objects), ids)
    }

    /// Has controllers look at everything that is there, as they do when they start.
    pub(crate) fn look_again(&self) {
        self.write(|writer| writer.look_again());
    }

    /// Takes down all rows; from now on the writes go to the shelf, if there is one.
    pub(crate) fn write_out(&self, out: &mut Out<'_>, shelf: Option<&Shelf>) {
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        out.put(PLACE, "", &contents.about(&self.version));
        for (collection, key, object) in contents.objects.all() {
            out.put(&format!("{PLACE}/{collection}"), &row_key(key), object);
        }
        if let Some(shelf) = shelf {
            contents.shelf = Some(shelf.clone());
        }
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
        let written = std::mem::take(&mut writer.written);
        contents.keep(&written, &self.version);
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

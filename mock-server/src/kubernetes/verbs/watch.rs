//! `watch`: a stream of changes, from a moment on.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;
use tokio::time::Instant;

use super::Call;
use crate::kubernetes::Response;
use crate::kubernetes::cluster::KubernetesCluster;
use crate::kubernetes::failure::{Cause, Failure};
use crate::kubernetes::negotiate::{Encoding, PROTOBUF, Shape};
use crate::kubernetes::reply::View;
use crate::kubernetes::schema::{Schema, meta, protobuf};
use crate::kubernetes::selector::Selector;
use crate::state::kubernetes::{Change, Forgotten, Objects};

/// How long a watch lasts unless the caller says so; the API server takes 30 to 60 minutes.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// The longest a caller may ask for.
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// How often a quiet watch with bookmarks gets one.
const BOOKMARK_EVERY: Duration = Duration::from_secs(60);
/// Says on a bookmark that the initial events are over.
const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

/// Where a watch begins.
enum Start {
    /// With all objects that are there; then, if asked for, a bookmark that says so.
    Present { bookmark: bool },
    /// With what happens from now on.
    Now,
    /// With what happened after that resource version.
    After(u64),
}

/// Watches the objects that the selectors mean.
///
/// # Errors
/// For wrong parameters; that the past is forgotten is an event of the stream.
pub(super) fn watch(call: &Call<'_>) -> Result<Response, Failure> {
    let options = &call.options;
    let selector = Selector::parse(call.kind, &options.label_selector, &options.field_selector)?;
    let start = start(call)?;
    let lifetime = options
        .timeout_seconds
        .map_or(LIFETIME, Duration::from_secs)
        .min(MAX_LIFETIME);
    let mut watcher = Watcher {
        cluster: Arc::downgrade(call.cluster),
        view: call.view,
        selector,
        namespace: call.target.namespace.clone(),
        position: 0,
        written: call.cluster.subscribe(),
        pending: VecDeque::new(),
        deadline: Instant::now() + lifetime,
        bookmarks: options.allow_watch_bookmarks,
        heads: true,
        over: false,
    };
    call.cluster.read(|objects| watcher.begin(objects, &start));
    let content_type = match call.view.accepted.encoding {
        Encoding::Protobuf => format!("{PROTOBUF};stream=watch"),
        Encoding::Json | Encoding::Yaml => "application/json".to_owned(),
    };
    Ok(Response::stream(&content_type, watcher.stream()))
}

fn start(call: &Call<'_>) -> Result<Start, Failure> {
    let options = &call.options;
    let not_older = options.resource_version_match.as_deref() == Some("NotOlderThan");
    let refused = |field: &str, why: &str| {
        Err(Failure::InvalidOptions(
            "ListOptions",
            vec![Cause::forbidden(field, why)],
        ))
    };
    match (options.send_initial_events, options.resource_version) {
        (None, _) if options.resource_version_match.is_some() => refused(
            "resourceVersionMatch",
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
        ),
        (Some(_), _) if !not_older => refused(
            "resourceVersionMatch",
            "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
        ),
        (Some(true), _) => Ok(Start::Present {
            bookmark: options.allow_watch_bookmarks,
        }),
        (None, None | Some(0)) => Ok(Start::Present { bookmark: false }),
        (Some(false), None | Some(0)) => Ok(Start::Now),
        (_, Some(revision)) => Ok(Start::After(revision)),
    }
}

struct Watcher {
    // Weak, so that a watch does not keep a deleted cluster alive.
    cluster: Weak<KubernetesCluster>,
    view: View,
    selector: Selector,
    namespace: Option<String>,
    position: u64,
    written: Receiver<u64>,
    pending: VecDeque<Bytes>,
    deadline: Instant,
    bookmarks: bool,
    heads: bool,
    over: bool,
}

impl Watcher {
    fn begin(&mut self, objects: &Objects, start: &Start) {
        self.position = objects.revision();
        match start {
            Start::Now => {}
            Start::After(revision) => self.position = *revision,
            Start::Present { bookmark } => {
                let present: Vec<Arc<Value>> = objects
                    .list(self.view.kind.plural, self.namespace.as_deref())
                    .map(|(_, object)| object.clone())
                    .collect();
                for object in present
                    .iter()
                    .filter(|object| self.selector.matches(object))
                    .collect::<Vec<_>>()
                {
                    self.push("ADDED", object);
                }
                if *bookmark {
                    self.push_bookmark(Some(INITIAL_EVENTS_END));
                }
            }
        }
    }

    fn stream(self) -> impl Stream<Item = Bytes> + Send {
        futures::stream::unfold(self, |mut watcher| async move {
            watcher.next().await.map(|event| (event, watcher))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Some(event);
            }
            if self.over {
                return None;
            }
            self.written.borrow_and_update();
            self.collect(&*self.cluster.upgrade()?);
            if self.pending.is_empty() && !self.over {
                self.wait().await?;
            }
        }
    }

    /// Waits for a write; nothing when the watch's time is up or the cluster is gone.
    async fn wait(&mut self) -> Option<()> {
        let bookmark_at = Instant::now() + BOOKMARK_EVERY;
        let until = if self.bookmarks {
            bookmark_at.min(self.deadline)
        } else {
            self.deadline
        };
        match tokio::time::timeout_at(until, self.written.changed()).await {
            Ok(written) => written.ok(),
            Err(_) if until < self.deadline => {
                self.push_bookmark(None);
                Some(())
            }
            Err(_) => None,
        }
    }

    fn collect(&mut self, cluster: &KubernetesCluster) {
        let (kind, position) = (self.view.kind, self.position);
        let news = cluster.read(|objects| {
            let changes = objects
                .since(kind.plural, position)?
                .cloned()
                .collect::<Vec<Change>>();
            Ok((objects.revision().max(position), changes))
        });
        match news {
            Ok((revision, changes)) => {
                self.position = revision;
                changes.iter().for_each(|change| self.push_change(change));
            }
            Err(Forgotten(oldest)) => {
                let failure =
                    Failure::Expired(format!("too old resource version: {position} ({oldest})"));
                let status = failure.status().unwrap_or_default();
                self.push_encoded("ERROR", &meta::STATUS, &status);
                self.over = true;
            }
        }
    }

    fn push_change(&mut self, change: &Change) {
        if self
            .namespace
            .as_ref()
            .is_some_and(|namespace| *namespace != change.key.0)
        {
            return;
        }
        let chosen = |object: &Option<Arc<Value>>| {
            object
                .as_ref()
                .is_some_and(|object| self.selector.matches(object))
        };
        match (chosen(&change.before), chosen(&change.after)) {
            (false, false) => {}
            (false, true) => self.push("ADDED", &change.shown),
            (true, true) => self.push("MODIFIED", &change.shown),
            (true, false) => match (&change.before, &change.after) {
                // It still exists, but is no longer meant: what leaves the selection is shown as it was.
                (Some(before), Some(_)) => {
                    let mut last = Value::clone(before);
                    last["metadata"]["resourceVersion"] = json!(change.revision.to_string());
                    self.push("DELETED", &last);
                }
                _ => self.push("DELETED", &change.shown),
            },
        }
    }

    fn push_bookmark(&mut self, annotation: Option<&str>) {
        let kind = self.view.kind;
        let mut object = json!({
            "kind": kind.kind, "apiVersion": kind.api_version(),
            "metadata": { "resourceVersion": self.position.to_string(), "creationTimestamp": null },
        });
        if let Some(annotation) = annotation {
            object["metadata"]["annotations"] = json!({ annotation: "true" });
        }
        self.push("BOOKMARK", &object);
    }

    fn push(&mut self, event_type: &str, object: &Value) {
        let Some(cluster) = self.cluster.upgrade() else {
            return;
        };
        let shown = self.view.shaped(object, self.heads, cluster.now());
        self.heads &= self.view.accepted.shape != Shape::Table;
        self.push_encoded(event_type, self.view.kind.schema, &shown);
    }

    fn push_encoded(&mut self, event_type: &str, schema: &'static Schema, object: &Value) {
        let event = match self.view.accepted.encoding {
            Encoding::Protobuf => protobuf::watch_frame(event_type, protobuf::seal(schema, object)),
            Encoding::Json | Encoding::Yaml => {
                format!("{}\n", json!({ "type": event_type, "object": object })).into_bytes()
            }
        };
        self.pending.push_back(Bytes::from(event));
    }
}

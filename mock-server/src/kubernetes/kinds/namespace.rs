//! `Namespace`, and the controller that empties it when it is deleted.

use serde_json::{Value, json};

use super::super::kind::{Column, Kind};
use super::super::schema::ListType::{Atomic, Map as Keyed};
use super::super::schema::Type::{List, Object, Text, Time};
use super::super::schema::{Schema, field, meta};
use super::super::writer::Writer;
use super::super::{subresource, table, validation};
use crate::state::kubernetes::Key;

/// The finalizer that stands for "its content is not yet gone".
const CONTENT: &str = "kubernetes";
/// Every namespace carries its own name as a label, so that selectors can find it.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// Those of a new cluster.
pub(crate) const FROM_THE_START: [&str; 4] =
    ["default", "kube-system", "kube-public", "kube-node-lease"];

/// The kind.
pub(crate) static NAMESPACE: Kind = Kind {
    short_names: &["ns"],
    namespaced: false,
    verbs: &[
        "create", "delete", "get", "list", "patch", "update", "watch",
    ],
    subresources: &[subresource::STATUS],
    columns: &[table::NAME, STATUS, table::AGE],
    selectable: &["status.phase"],
    name_rule: validation::dns_label,
    default: |namespace| {
        if let Some(name) = namespace["metadata"]["name"].as_str().map(str::to_owned) {
            namespace["metadata"]["labels"][NAME_LABEL] = json!(name);
        }
    },
    prepare,
    keep: |name| {
        matches!(name, "default" | "kube-system" | "kube-public")
            .then_some("this namespace may not be deleted")
    },
    react: |writer, change| {
        if change.collection == NAMESPACE.plural {
            if change
                .after
                .as_ref()
                .is_some_and(|namespace| is_terminating(namespace))
            {
                writer.later.push((empty, change.key.clone()));
            }
        } else if change.after.is_none() {
            finish(writer, &change.key.0);
        }
    },
    ..Kind::plain("Namespace", "namespaces", "namespace", &SCHEMA)
};

const STATUS: Column = Column {
    name: "Status",
    ty: "string",
    format: "",
    description: "The status of the namespace",
    priority: 0,
    cell: |namespace, _| namespace["status"]["phase"].clone(),
};

static SCHEMA: Schema = Schema {
    name: "io.k8s.api.core.v1.Namespace",
    doc: "Namespace provides a scope for Names. Use of multiple namespaces is optional.",
    fields: &[
        meta::METADATA,
        field(
            2,
            "spec",
            Object(&SPEC),
            "Spec defines the behavior of the Namespace.",
        ),
        field(
            3,
            "status",
            Object(&STATUS_SCHEMA),
            "Status describes the current status of a Namespace.",
        ),
    ],
};

static SPEC: Schema = Schema {
    name: "io.k8s.api.core.v1.NamespaceSpec",
    doc: "NamespaceSpec describes the attributes on a Namespace.",
    fields: &[field(
        1,
        "finalizers",
        List(&Text, Atomic),
        "Finalizers is an opaque list of values that must be empty to permanently remove object from storage.",
    )],
};

static STATUS_SCHEMA: Schema = Schema {
    name: "io.k8s.api.core.v1.NamespaceStatus",
    doc: "NamespaceStatus is information about the current status of a Namespace.",
    fields: &[
        field(
            1,
            "phase",
            Text,
            "Phase is the current lifecycle phase of the namespace.",
        ),
        field(
            2,
            "conditions",
            List(&Object(&CONDITION), Keyed(&["type"])),
            "Represents the latest available observations of a namespace's current state.",
        ),
    ],
};

static CONDITION: Schema = Schema {
    name: "io.k8s.api.core.v1.NamespaceCondition",
    doc: "NamespaceCondition contains details about state of namespace.",
    fields: &[
        field(1, "type", Text, "Type of namespace controller condition.").required(),
        field(
            2,
            "status",
            Text,
            "Status of the condition, one of True, False, Unknown.",
        )
        .required(),
        field(
            4,
            "lastTransitionTime",
            Time,
            "Last time the condition transitioned from one status to another.",
        ),
        field(
            5,
            "reason",
            Text,
            "Unique, one-word, CamelCase reason for the condition's last transition.",
        ),
        field(
            6,
            "message",
            Text,
            "Human-readable message indicating details about last transition.",
        ),
    ],
};

fn prepare(namespace: &mut Value, old: Option<&Value>) {
    match old {
        None => {
            namespace["spec"]["finalizers"] = json!([CONTENT]);
            namespace["status"] = json!({ "phase": "Active" });
        }
        Some(old) => namespace["spec"]["finalizers"] = old["spec"]["finalizers"].clone(),
    }
    if !namespace["metadata"]["deletionTimestamp"].is_null() {
        namespace["status"]["phase"] = json!("Terminating");
    }
}

/// Whether the namespace is going away.
pub(crate) fn is_terminating(namespace: &Value) -> bool {
    !namespace["metadata"]["deletionTimestamp"].is_null()
}

/// The place of a namespace.
pub(crate) fn key(name: &str) -> Key {
    (String::new(), name.to_owned())
}

fn content_kinds() -> impl Iterator<Item = &'static Kind> {
    super::ALL
        .iter()
        .copied()
        .filter(|kind| kind.namespaced && kind.answer.is_none())
}

/// Deletes everything in a namespace, then the namespace itself if nothing holds on.
fn empty(writer: &mut Writer<'_>, (_, namespace): &Key) {
    for kind in content_kinds() {
        let keys: Vec<Key> = writer
            .objects
            .list(kind.plural, Some(namespace))
            .map(|(key, _)| key.clone())
            .collect();
        for key in &keys {
            writer.delete(kind, key, None);
        }
    }
    finish(writer, namespace);
}

/// Lets a terminating namespace go once its content has gone.
fn finish(writer: &mut Writer<'_>, name: &str) {
    let key = key(name);
    let Some(namespace) = writer
        .find(&NAMESPACE, &key)
        .filter(|namespace| is_terminating(namespace))
    else {
        return;
    };
    if content_kinds().any(|kind| {
        writer
            .objects
            .list(kind.plural, Some(name))
            .next()
            .is_some()
    }) {
        return;
    }
    if namespace["metadata"]["finalizers"]
        .as_array()
        .is_none_or(Vec::is_empty)
    {
        writer.remove(&NAMESPACE, &key);
    }
}

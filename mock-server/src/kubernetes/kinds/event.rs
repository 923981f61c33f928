//! `Event` of the core group: what `kubectl describe` asks for.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::failure::Cause;
use super::super::kind::{Column, Kind};
use super::super::schema::Type::{Int32, MicroTime, Object, Text, Time};
use super::super::schema::{Schema, field, meta};
use super::super::table;
use super::service_account::OBJECT_REFERENCE;

/// The kind.
pub(crate) static EVENT: Kind = Kind {
    short_names: &["ev"],
    columns: &[
        text(
            "Last Seen",
            "Time when this event was last observed",
            0,
            |event, now| json!(table::age(last_seen(event), now)),
        ),
        text(
            "Type",
            "Type of this event (Normal, Warning)",
            0,
            |event, _| event["type"].clone(),
        ),
        text(
            "Reason",
            "A short, machine understandable string that gives the reason for the transition",
            0,
            |event, _| event["reason"].clone(),
        ),
        text(
            "Object",
            "The object that this event is about",
            0,
            |event, _| json!(involved(event)),
        ),
        text(
            "Message",
            "A human-readable description of the status of this operation",
            0,
            |event, _| json!(event["message"].as_str().unwrap_or_default().trim()),
        ),
        text(
            "Count",
            "The number of times this event has occurred",
            1,
            |event, _| event["count"].clone(),
        ),
        Column {
            priority: 1,
            ..table::NAME
        },
    ],
    selectable: &[
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "type",
    ],
    validate: |event, _| {
        let (namespace, about) = (
            &event["metadata"]["namespace"],
            &event["involvedObject"]["namespace"],
        );
        let matches = about == namespace || (about.is_null() && namespace == "default");
        if matches {
            Vec::new()
        } else {
            vec![Cause::invalid(
                "involvedObject.namespace",
                &json!(about.as_str().unwrap_or_default()),
                "does not match event.namespace",
            )]
        }
    },
    ..Kind::plain("Event", "events", "event", &SCHEMA)
};

const fn text(
    name: &'static str,
    description: &'static str,
    priority: u8,
    cell: fn(&Value, Timestamp) -> Value,
) -> Column {
    Column {
        name,
        ty: "string",
        format: "",
        description,
        priority,
        cell,
    }
}

fn last_seen(event: &Value) -> &Value {
    [
        &event["series"]["lastObservedTime"],
        &event["lastTimestamp"],
        &event["eventTime"],
    ]
    .into_iter()
    .find(|time| !time.is_null())
    .unwrap_or(&event["metadata"]["creationTimestamp"])
}

fn involved(event: &Value) -> String {
    let part = |name: &str| event["involvedObject"][name].as_str().unwrap_or_default();
    format!("{}/{}", part("kind").to_lowercase(), part("name"))
}

static SCHEMA: Schema = Schema {
    name: "io.k8s.api.core.v1.Event",
    doc: "Event is a report of an event somewhere in the cluster. Events have a limited retention time.",
    fields: &[
        meta::METADATA,
        field(
            2,
            "involvedObject",
            Object(&OBJECT_REFERENCE),
            "The object that this event is about.",
        )
        .required(),
        field(
            3,
            "reason",
            Text,
            "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
        ),
        field(
            4,
            "message",
            Text,
            "A human-readable description of the status of this operation.",
        ),
        field(
            5,
            "source",
            Object(&SOURCE),
            "The component reporting this event.",
        ),
        field(
            6,
            "firstTimestamp",
            Time,
            "The time at which the event was first recorded.",
        ),
        field(
            7,
            "lastTimestamp",
            Time,
            "The time at which the most recent occurrence of this event was recorded.",
        ),
        field(
            8,
            "count",
            Int32,
            "The number of times this event has occurred.",
        ),
        field(
            9,
            "type",
            Text,
            "Type of this event (Normal, Warning), new types could be added in the future.",
        ),
        field(
            10,
            "eventTime",
            MicroTime,
            "Time when this Event was first observed.",
        ),
        field(
            11,
            "series",
            Object(&SERIES),
            "Data about the Event series this event represents or nil if it's a singleton Event.",
        )
        .pointer(),
        field(
            12,
            "action",
            Text,
            "What action was taken/failed regarding to the Regarding object.",
        ),
        field(
            13,
            "related",
            Object(&OBJECT_REFERENCE),
            "Optional secondary object for more complex actions.",
        )
        .pointer(),
        field(
            14,
            "reportingComponent",
            Text,
            "Name of the controller that emitted this Event, e.g. `kubernetes.io/kubelet`.",
        )
        .required(),
        field(
            15,
            "reportingInstance",
            Text,
            "ID of the controller instance, e.g. `kubelet-xyzf`.",
        )
        .required(),
    ],
};

static SOURCE: Schema = Schema {
    name: "io.k8s.api.core.v1.EventSource",
    doc: "EventSource contains information for an event.",
    fields: &[
        field(
            1,
            "component",
            Text,
            "Component from which the event is generated.",
        ),
        field(
            2,
            "host",
            Text,
            "Node name on which the event is generated.",
        ),
    ],
};

static SERIES: Schema = Schema {
    name: "io.k8s.api.core.v1.EventSeries",
    doc: "EventSeries contain information on series of events, i.e. thing that was/is happening continuously for some time.",
    fields: &[
        field(
            1,
            "count",
            Int32,
            "Number of occurrences in this series up to the last heartbeat time.",
        ),
        field(
            2,
            "lastObservedTime",
            MicroTime,
            "Time of the last occurrence observed.",
        ),
    ],
};

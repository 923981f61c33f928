//! Tables, the form in which `kubectl get` asks for objects.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::kind::{Column, Kind};

/// The column every kind begins with.
pub(crate) const NAME: Column = Column {
    name: "Name",
    ty: "string",
    format: "name",
    description: "Name must be unique within a namespace. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
    priority: 0,
    cell: |object, _| object["metadata"]["name"].clone(),
};

/// The column most kinds end with.
pub(crate) const AGE: Column = Column {
    name: "Age",
    ty: "string",
    format: "",
    description: "CreationTimestamp is a timestamp representing the server time when this object was created. Populated by the system. Read-only.",
    priority: 0,
    cell: |object, now| json!(age(&object["metadata"]["creationTimestamp"], now)),
};

/// How much of the objects goes with the rows: the `includeObject` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Include {
    /// Cells only.
    Nothing,
    /// Their metadata.
    Metadata,
    /// All of them.
    Object,
}

/// A table of objects; heads are left out in the later events of a watch.
pub(crate) fn table(
    kind: &Kind,
    objects: &[&Value],
    list_meta: Value,
    include: Include,
    heads: bool,
    now: Timestamp,
) -> Value {
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| row(kind, object, include, now))
        .collect();
    let heads = heads.then(|| kind.columns.iter().map(head).collect::<Vec<_>>());
    json!({ "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": list_meta, "columnDefinitions": heads, "rows": rows })
}

fn head(column: &Column) -> Value {
    json!({
        "name": column.name, "type": column.ty, "format": column.format,
        "description": column.description, "priority": column.priority,
    })
}

fn row(kind: &Kind, object: &Value, include: Include, now: Timestamp) -> Value {
    let cells: Vec<Value> = kind
        .columns
        .iter()
        .map(|column| (column.cell)(object, now))
        .collect();
    match include {
        Include::Nothing => json!({ "cells": cells }),
        Include::Metadata => json!({ "cells": cells, "object": partial(object) }),
        Include::Object => json!({ "cells": cells, "object": object }),
    }
}

/// An object's metadata as an object of its own.
pub(crate) fn partial(object: &Value) -> Value {
    json!({ "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] })
}

/// How long ago a time was, in the short form of tables.
pub(crate) fn age(time: &Value, now: Timestamp) -> String {
    match time
        .as_str()
        .and_then(|text| text.parse::<Timestamp>().ok())
    {
        Some(time) => human_duration(now.as_second() - time.as_second()),
        None => "<unknown>".to_owned(),
    }
}

/// Kubernetes' `HumanDuration`: two units at most, and only where the second one matters.
fn human_duration(seconds: i64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    let two = |big: i64, unit: char, small: i64, small_unit: char| {
        if small == 0 {
            format!("{big}{unit}")
        } else {
            format!("{big}{unit}{small}{small_unit}")
        }
    };
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, 'm', seconds % 60, 's'),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, 'd', hours % 24, 'h'),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_as_kubectl_prints_them() {
        let cases = [
            (-5, "<invalid>"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (3600, "60m"),
            (10_860, "3h1m"),
            (90_000, "25h"),
            (200_000, "2d7h"),
            (900_000, "10d"),
        ];
        for (seconds, text) in cases {
            assert_eq!(human_duration(seconds), text);
        }
    }
}

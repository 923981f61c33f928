//! OpenAPI 3 documents of a group and version, generated from its kinds.
//!
//! `kubectl apply` looks here for the `fieldValidation` parameter and for merge keys, `kubectl explain` for the fields.

use serde_json::{Map, Value, json};

use super::{Field, ListType, Schema, Type, meta};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::kinds;

/// The index of all documents.
pub(crate) fn index() -> Value {
    let paths: Map<String, Value> = kinds::group_versions()
        .into_iter()
        .map(|(group, version)| {
            let path = if group.is_empty() {
                format!("api/{version}")
            } else {
                format!("apis/{group}/{version}")
            };
            let url = format!("/openapi/v3/{path}");
            (path, json!({ "serverRelativeURL": url }))
        })
        .collect();
    json!({ "paths": paths })
}

/// The document of a group and version.
pub(crate) fn document(group: &str, version: &str) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for kind in kinds::of(group, version) {
        describe_paths(kind, &mut paths);
        describe(kind.schema, Some(kind), &mut schemas);
    }
    describe(&meta::DELETE_OPTIONS, None, &mut schemas);
    json!({
        "openapi": "3.0.0",
        "info": { "title": "Kubernetes", "version": "unversioned" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn describe_paths(kind: &Kind, paths: &mut Map<String, Value>) {
    let namespace = if kind.namespaced {
        "/namespaces/{namespace}"
    } else {
        ""
    };
    let collection = format!("{}{namespace}/{}", kind.root(), kind.plural);
    let operations = |wanted: &[(&str, &str, &str)]| {
        let described = wanted.iter().filter(|(verb, ..)| kind.can(verb));
        described
            .map(|(verb, method, action)| ((*method).to_owned(), operation(kind, verb, action)))
            .collect::<Map<_, _>>()
    };
    let whole = operations(&[
        ("list", "get", "list"),
        ("create", "post", "post"),
        ("deletecollection", "delete", "deletecollection"),
    ]);
    let single = operations(&[
        ("get", "get", "get"),
        ("update", "put", "put"),
        ("patch", "patch", "patch"),
        ("delete", "delete", "delete"),
    ]);
    if !single.is_empty() {
        paths.insert(format!("{collection}/{{name}}"), Value::Object(single));
    }
    paths.insert(collection, Value::Object(whole));
}

fn operation(kind: &Kind, verb: &str, action: &str) -> Value {
    let parameters: &[&str] = match verb {
        "create" | "update" => &["dryRun", "fieldManager", "fieldValidation"],
        "patch" => &["dryRun", "fieldManager", "fieldValidation", "force"],
        "delete" | "deletecollection" => &["dryRun", "propagationPolicy"],
        "list" => &[
            "labelSelector",
            "fieldSelector",
            "limit",
            "continue",
            "resourceVersion",
            "watch",
        ],
        _ => &[],
    };
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|name| {
            let ty = match *name {
                "force" | "watch" => "boolean",
                "limit" => "integer",
                _ => "string",
            };
            json!({ "name": name, "in": "query", "schema": { "type": ty, "uniqueItems": true } })
        })
        .collect();
    let content = json!({ "application/json": { "schema": reference(kind.schema) } });
    let mut operation = json!({
        "operationId": format!("{verb}{}", kind.kind),
        "parameters": parameters,
        "responses": { "200": { "description": "OK", "content": content } },
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": group_version_kind(kind),
    });
    if matches!(verb, "create" | "update" | "patch") {
        operation["requestBody"] = json!({ "content": content, "required": true });
    }
    operation
}

fn group_version_kind(kind: &Kind) -> Value {
    json!({ "group": kind.group, "kind": kind.kind, "version": kind.version })
}

fn reference(schema: &Schema) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", schema.name) })
}

/// Describes a structure and all that it is made of.
fn describe(schema: &'static Schema, kind: Option<&Kind>, schemas: &mut Map<String, Value>) {
    if schemas.contains_key(schema.name) {
        return;
    }
    // Taken at once, so that a structure may contain itself.
    schemas.insert(schema.name.to_owned(), Value::Null);
    let mut properties = Map::new();
    if kind.is_some() {
        properties.insert("apiVersion".to_owned(), json!({ "type": "string", "description": "APIVersion defines the versioned schema of this representation of an object." }));
        properties.insert("kind".to_owned(), json!({ "type": "string", "description": "Kind is a string value representing the REST resource this object represents." }));
    }
    for field in schema.fields {
        properties.insert(field.name.to_owned(), property(field));
        if let Some(inner) = structure(&field.ty) {
            describe(inner, None, schemas);
        }
    }
    let mut described =
        json!({ "description": schema.doc, "type": "object", "properties": properties });
    let required: Vec<&str> = schema
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|field| field.name)
        .collect();
    if !required.is_empty() {
        described["required"] = json!(required);
    }
    if let Some(kind) = kind {
        described["x-kubernetes-group-version-kind"] = json!([group_version_kind(kind)]);
    }
    schemas.insert(schema.name.to_owned(), described);
}

fn structure(ty: &Type) -> Option<&'static Schema> {
    match ty {
        Type::Object(schema) => Some(schema),
        Type::Map(inner) | Type::List(inner, _) => structure(inner),
        _ => None,
    }
}

fn property(field: &Field) -> Value {
    let mut property = type_of(&field.ty);
    if let Type::Object(schema) = field.ty {
        // A `$ref` may not have siblings in OpenAPI 3.0.
        property = json!({ "allOf": [reference(schema)], "default": {} });
    }
    property["description"] = json!(field.doc);
    property
}

fn type_of(ty: &Type) -> Value {
    match ty {
        Type::Text => json!({ "type": "string" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Int32 => json!({ "type": "integer", "format": "int32" }),
        Type::Int64 => json!({ "type": "integer", "format": "int64" }),
        Type::Time | Type::MicroTime => json!({ "type": "string", "format": "date-time" }),
        Type::Quantity => json!({ "type": "string" }),
        Type::IntOrString => json!({ "type": "string", "format": "int-or-string" }),
        Type::FieldsV1 => json!({ "type": "object" }),
        Type::Object(schema) => reference(schema),
        Type::Map(value) => json!({ "type": "object", "additionalProperties": type_of(value) }),
        Type::WrappedTexts => json!({ "type": "array", "items": { "type": "string" } }),
        Type::List(item, list_type) => {
            let mut list = json!({ "type": "array", "items": type_of(item) });
            match list_type {
                ListType::Atomic => list["x-kubernetes-list-type"] = json!("atomic"),
                ListType::Set => {
                    list["x-kubernetes-list-type"] = json!("set");
                    list["x-kubernetes-patch-strategy"] = json!("merge");
                }
                ListType::Map(keys) => {
                    list["x-kubernetes-list-type"] = json!("map");
                    list["x-kubernetes-list-map-keys"] = json!(keys);
                    list["x-kubernetes-patch-strategy"] = json!("merge");
                    list["x-kubernetes-patch-merge-key"] = json!(keys.first());
                }
            }
            list
        }
    }
}

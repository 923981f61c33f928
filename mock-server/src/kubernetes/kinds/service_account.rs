//! `ServiceAccount`, and the controller that gives every namespace its `default` one.

use serde_json::json;

use super::super::kind::{Column, Kind};
use super::super::schema::ListType::{Atomic, Map as Keyed};
use super::super::schema::Type::{Boolean, List, Object, Text};
use super::super::schema::{Schema, field, meta};
use super::super::table;
use super::namespace::{self, NAMESPACE};
use super::token_request;

/// The service account that every namespace has.
pub(crate) const DEFAULT: &str = "default";

/// The kind.
pub(crate) static SERVICE_ACCOUNT: Kind = Kind {
    short_names: &["sa"],
    columns: &[table::NAME, SECRETS, table::AGE],
    subresources: &[token_request::TOKEN],
    react: |writer, change| {
        let (within, name) = &change.key;
        if change.collection == NAMESPACE.plural && change.before.is_none() {
            writer.ensure(&SERVICE_ACCOUNT, name, DEFAULT);
        }
        if change.collection == SERVICE_ACCOUNT.plural && change.after.is_none() && name == DEFAULT
        {
            let active = writer
                .find(&NAMESPACE, &namespace::key(within))
                .is_some_and(|namespace| !namespace::is_terminating(&namespace));
            if active {
                writer.ensure(&SERVICE_ACCOUNT, within, DEFAULT);
            }
        }
    },
    ..Kind::plain(
        "ServiceAccount",
        "serviceaccounts",
        "serviceaccount",
        &SCHEMA,
    )
};

const SECRETS: Column = Column {
    name: "Secrets",
    ty: "string",
    format: "",
    description: "Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to use.",
    priority: 0,
    cell: |account, _| json!(account["secrets"].as_array().map_or(0, Vec::len)),
};

static SCHEMA: Schema = Schema {
    name: "io.k8s.api.core.v1.ServiceAccount",
    doc: "ServiceAccount binds together: * a name, understood by users, and perhaps by peripheral systems, for an identity * a principal that can be authenticated and authorized * a set of secrets",
    fields: &[
        meta::METADATA,
        field(2, "secrets", List(&Object(&OBJECT_REFERENCE), Keyed(&["name"])), "Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to use."),
        field(3, "imagePullSecrets", List(&Object(&LOCAL_OBJECT_REFERENCE), Atomic), "ImagePullSecrets is a list of references to secrets in the same namespace to use for pulling any images in pods that reference this ServiceAccount."),
        field(4, "automountServiceAccountToken", Boolean, "AutomountServiceAccountToken indicates whether pods running as this service account should have an API token automatically mounted.").pointer(),
    ],
};

/// `ObjectReference`.
pub(crate) static OBJECT_REFERENCE: Schema = Schema {
    name: "io.k8s.api.core.v1.ObjectReference",
    doc: "ObjectReference contains enough information to let you inspect or modify the referred object.",
    fields: &[
        field(1, "kind", Text, "Kind of the referent."),
        field(2, "namespace", Text, "Namespace of the referent."),
        field(3, "name", Text, "Name of the referent."),
        field(4, "uid", Text, "UID of the referent."),
        field(5, "apiVersion", Text, "API version of the referent."),
        field(
            6,
            "resourceVersion",
            Text,
            "Specific resourceVersion to which this reference is made, if any.",
        ),
        field(
            7,
            "fieldPath",
            Text,
            "If referring to a piece of an object instead of an entire object, a valid JSON/Go field access statement.",
        ),
    ],
};

/// `LocalObjectReference`.
pub(crate) static LOCAL_OBJECT_REFERENCE: Schema = Schema {
    name: "io.k8s.api.core.v1.LocalObjectReference",
    doc: "LocalObjectReference contains enough information to let you locate the referenced object inside the same namespace.",
    fields: &[field(1, "name", Text, "Name of the referent.")],
};

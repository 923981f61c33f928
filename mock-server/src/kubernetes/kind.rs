//! What the engine must know of a kind: everything that differs between kinds is a member here, the verbs are common.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Caller;
use super::admission::{Admission, Eks};
use super::cluster::KubernetesCluster;
use super::failure::{Cause, Failure};
use super::schema::{Schema, read};
use super::subresource::Subresource;
use super::validation;
use super::writer::Writer;
use crate::state::kubernetes::{Change, Key};

/// A kind of object, as a constant table. A new kind is one file with one of these and one line in [`super::kinds`].
pub(crate) struct Kind {
    /// API group; empty for the core group.
    pub(crate) group: &'static str,
    /// Version in the group, e.g. `v1`.
    pub(crate) version: &'static str,
    /// `ServiceAccount`.
    pub(crate) kind: &'static str,
    /// `serviceaccounts`.
    pub(crate) plural: &'static str,
    /// `serviceaccount`.
    pub(crate) singular: &'static str,
    /// `sa`.
    pub(crate) short_names: &'static [&'static str],
    /// The groups of kinds that it is one of, such as `all` of `kubectl get all`.
    pub(crate) categories: &'static [&'static str],
    /// Whether its objects live in namespaces.
    pub(crate) namespaced: bool,
    /// The verbs it has, in discovery's alphabetical order.
    pub(crate) verbs: &'static [&'static str],
    /// The parts of its objects that have paths of their own.
    pub(crate) subresources: &'static [Subresource],
    /// Its fields.
    pub(crate) schema: &'static Schema,
    /// What `kubectl get` prints.
    pub(crate) columns: &'static [Column],
    /// Fields beside name and namespace that field selectors may name.
    pub(crate) selectable: &'static [&'static str],
    /// The rule for its names: the text that says how a name breaks it.
    pub(crate) name_rule: fn(&str) -> Option<String>,
    /// Fills in what a client left out, before ownership is recorded.
    pub(crate) default: fn(&mut Value),
    /// Sets what is not the client's to set; the old object is there when it is an update.
    pub(crate) prepare: fn(&mut Value, Option<&Value>),
    /// Rules of the kind beyond its schema; the old object is there when it is an update.
    pub(crate) validate: fn(&Value, Option<&Value>) -> Vec<Cause>,
    /// What admission has to know of EKS about a new object.
    pub(crate) consult: fn(&dyn Eks, &Value) -> Admission,
    /// What admission adds to a new object, or why it refuses it.
    pub(crate) admit: fn(&Admission, &mut Writer<'_>, &mut Value) -> Result<(), Failure>,
    /// Why an object may not be deleted.
    pub(crate) keep: fn(&str) -> Option<&'static str>,
    /// How many seconds an object stays after its deletion, of those that the caller gives it.
    pub(crate) grace: fn(&Value, Option<i64>) -> i64,
    /// Whether a deletion is answered with the object that it took away, rather than with a `Status`.
    pub(crate) shows_deleted: bool,
    /// What the kind's controller does about any change in the cluster.
    pub(crate) react: fn(&mut Writer<'_>, &Change),
    /// For kinds that are questions, not objects: the answer to a create. Nothing is stored.
    pub(crate) answer: Option<Answer>,
}

/// How a kind that is a question is answered.
pub(crate) type Answer = fn(&Question<'_>) -> Result<Value, Failure>;

/// What a kind that is a question is asked.
pub(crate) struct Question<'a> {
    /// Who asks.
    pub(crate) caller: &'a Caller,
    /// The cluster.
    pub(crate) cluster: &'a KubernetesCluster,
    /// EKS around it.
    pub(crate) eks: &'a dyn Eks,
    /// The place of the object that is asked about, for parts of objects.
    pub(crate) about: Key,
    /// The object that was sent.
    pub(crate) object: Value,
    /// The server's time.
    pub(crate) now: Timestamp,
}

/// One column of `kubectl get`.
pub(crate) struct Column {
    /// Its head.
    pub(crate) name: &'static str,
    /// `string`, `integer` or `date`.
    pub(crate) ty: &'static str,
    /// `name` for the name's column.
    pub(crate) format: &'static str,
    /// One sentence.
    pub(crate) description: &'static str,
    /// 0 is always printed, 1 with `-o wide`.
    pub(crate) priority: u8,
    /// The cell of an object.
    pub(crate) cell: fn(&Value, Timestamp) -> Value,
}

/// The verbs of a kind that is stored.
pub(crate) const STORED: &[&str] = &[
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];

impl Kind {
    /// A namespaced kind of the core group with nothing special: what descriptors start from.
    pub(crate) const fn plain(
        kind: &'static str,
        plural: &'static str,
        singular: &'static str,
        schema: &'static Schema,
    ) -> Kind {
        Kind {
            group: "",
            version: "v1",
            kind,
            plural,
            singular,
            short_names: &[],
            categories: &[],
            namespaced: true,
            verbs: STORED,
            subresources: &[],
            schema,
            columns: &[super::table::NAME, super::table::AGE],
            selectable: &[],
            name_rule: validation::dns_subdomain,
            default: |_| {},
            prepare: |_, _| {},
            validate: |_, _| Vec::new(),
            consult: |_, _| Admission::default(),
            admit: |_, _, _| Ok(()),
            keep: |_| None,
            grace: |_, _| 0,
            shows_deleted: false,
            react: |_, _| {},
            answer: None,
        }
    }

    /// An object of which nothing is known but its kind: what a creation is compared with.
    pub(crate) fn empty(&self) -> Value {
        let names = json!({ "kind": self.kind, "apiVersion": self.api_version() });
        read::normalize(self.schema, names)
    }

    /// `v1` or `apps/v1`.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `serviceaccounts` or `deployments.apps`: what errors call it.
    pub(crate) fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.plural.to_owned()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// `ServiceAccount` or `Deployment.apps`.
    pub(crate) fn qualified_kind(&self) -> String {
        if self.group.is_empty() {
            self.kind.to_owned()
        } else {
            format!("{}.{}", self.kind, self.group)
        }
    }

    /// The path of its group and version: `/api/v1` or `/apis/apps/v1`.
    pub(crate) fn root(&self) -> String {
        if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        }
    }

    /// Whether `/status` is a resource of its own.
    pub(crate) fn has_status(&self) -> bool {
        self.subresources.iter().any(Subresource::is_status)
    }

    /// The part of its objects with that name.
    pub(crate) fn subresource(&self, name: &str) -> Option<&'static Subresource> {
        self.subresources.iter().find(|part| part.name == name)
    }

    /// Whether it has that verb.
    pub(crate) fn can(&self, verb: &str) -> bool {
        self.verbs.contains(&verb)
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.qualified())
    }
}

//! Parts of objects that have a path of their own: `/status`, and what a kind has beside it.

use super::kind::{Answer, Kind};

/// A part of a kind's objects, below the path of each.
pub(crate) struct Subresource {
    /// The last word of its path.
    pub(crate) name: &'static str,
    /// The kind that is sent to it and that it answers with; the object's own for `/status`.
    pub(crate) kind: Option<&'static Kind>,
    /// The verbs it has; none for what this server knows but does not have.
    pub(crate) verbs: &'static [&'static str],
    /// What it does.
    pub(crate) act: Act,
}

/// What a subresource does.
pub(crate) enum Act {
    /// Its verbs are those of the object, confined to the object's status.
    Status,
    /// It answers a question about the object and stores nothing.
    Answer(Answer),
    /// It is not there, for this reason.
    Missing(&'static str),
}

/// The part that kinds with a controller have.
pub(crate) const STATUS: Subresource = Subresource {
    name: "status",
    kind: None,
    verbs: &["get", "patch", "update"],
    act: Act::Status,
};

impl Subresource {
    /// A part that a real cluster has and this one has not.
    pub(crate) const fn missing(name: &'static str, why: &'static str) -> Subresource {
        Subresource {
            name,
            kind: None,
            verbs: &[],
            act: Act::Missing(why),
        }
    }

    /// Whether it is the object's status.
    pub(crate) fn is_status(&self) -> bool {
        matches!(self.act, Act::Status)
    }
}

impl std::fmt::Debug for Subresource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

//! Where things stand in their lives. It is read off the clock: nothing runs in the background.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The status of a cluster, or of what belongs to it, as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Phase {
    Creating,
    Active,
    Updating,
    Deleting,
}

/// What happens to a thing, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Lifecycle {
    doing: Phase,
    until: Timestamp,
}

impl Lifecycle {
    /// It is being created.
    pub(crate) fn creating(until: Timestamp) -> Self {
        Self {
            doing: Phase::Creating,
            until,
        }
    }

    /// It is being updated; what is being deleted stays so.
    pub(super) fn update(&mut self, until: Timestamp) {
        if self.doing != Phase::Deleting {
            *self = Self {
                doing: Phase::Updating,
                until,
            };
        }
    }

    /// It is being deleted; whether it was not before.
    pub(super) fn delete(&mut self, until: Timestamp) -> bool {
        let is_new = self.doing != Phase::Deleting;
        if is_new {
            *self = Self {
                doing: Phase::Deleting,
                until,
            };
        }
        is_new
    }

    pub(crate) fn phase(&self, now: Timestamp) -> Phase {
        match self.doing {
            Phase::Deleting => Phase::Deleting,
            doing if now < self.until => doing,
            _ => Phase::Active,
        }
    }

    /// When it is gone, if it is being deleted.
    pub(super) fn end(&self) -> Option<Timestamp> {
        Some(self.until).filter(|_| self.doing == Phase::Deleting)
    }

    /// Whether it is being deleted, and gone from this time on.
    pub(super) fn ends_at(&self, at: Timestamp) -> bool {
        self.doing == Phase::Deleting && self.until == at
    }
}

/// A cluster, or something of one, that is being deleted.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Doomed {
    pub(crate) cluster: String,
    pub(crate) part: DoomedPart,
}

/// What of the cluster, by its name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DoomedPart {
    Whole,
    Addon(String),
    Nodegroup(String),
    FargateProfile(String),
    Capability(String),
    CertificateAuthority(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_made_or_changed_becomes_active_and_what_is_being_deleted_does_not() {
        let (early, late) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let mut life = Lifecycle::creating(late);
        assert_eq!(life.phase(early), Phase::Creating);
        assert_eq!(life.phase(late), Phase::Active);
        life.update(late);
        assert_eq!(life.phase(early), Phase::Updating);
        assert!(life.delete(late));
        assert!(!life.delete(early));
        life.update(early);
        assert_eq!(life.phase(late), Phase::Deleting);
        assert!(life.ends_at(late));
    }
}

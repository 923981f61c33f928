//! The deletion of clusters and of their parts: it begins, and takes its time.

use jiff::Timestamp;

use super::{Cluster, DoomedPart, Lifecycle};
use crate::state::table::{Row, Table};

impl Cluster {
    /// Begins to delete the cluster or a part of it; whether that is new.
    pub(crate) fn delete(&mut self, part: &DoomedPart, until: Timestamp) -> bool {
        let begun = match part {
            DoomedPart::Whole => Some(self.life.delete(until)),
            DoomedPart::Addon(name) => self.addons.update(name, |row| row.life.delete(until)),
            DoomedPart::Nodegroup(name) => {
                self.nodegroups.update(name, |row| row.life.delete(until))
            }
            DoomedPart::FargateProfile(name) => self
                .fargate_profiles
                .update(name, |row| row.life.delete(until)),
            DoomedPart::Capability(name) => {
                self.capabilities.update(name, |row| row.life.delete(until))
            }
            DoomedPart::CertificateAuthority(id) => self
                .certificate_authorities
                .update(id, |row| row.life.delete(until)),
        };
        begun.unwrap_or_default()
    }

    /// Removes a part that is being deleted and gone from this time on.
    pub(super) fn end(&mut self, part: &DoomedPart, at: Timestamp) {
        fn end<R: Row>(rows: &mut Table<R>, name: &str, is_over: impl Fn(&R) -> bool) {
            if rows.row(name).is_some_and(is_over) {
                rows.remove(name);
            }
        }
        match part {
            // Its region ends it.
            DoomedPart::Whole => {}
            DoomedPart::Addon(name) => end(&mut self.addons, name, |row| row.life.ends_at(at)),
            DoomedPart::Nodegroup(name) => {
                end(&mut self.nodegroups, name, |row| row.life.ends_at(at));
            }
            DoomedPart::FargateProfile(name) => {
                end(&mut self.fargate_profiles, name, |row| row.life.ends_at(at));
            }
            DoomedPart::Capability(name) => {
                end(&mut self.capabilities, name, |row| row.life.ends_at(at));
            }
            DoomedPart::CertificateAuthority(id) => {
                let authorities = &mut self.certificate_authorities;
                end(authorities, id, |row| row.life.ends_at(at));
            }
        }
    }

    /// What of it is being deleted, and when that is gone.
    pub(super) fn doomed(&self) -> Vec<(Timestamp, DoomedPart)> {
        fn parts<'t, R: Row>(
            table: &'t Table<R>,
            life: impl Fn(&R) -> &Lifecycle + 't,
            part: fn(String) -> DoomedPart,
        ) -> impl Iterator<Item = (Timestamp, DoomedPart)> + 't {
            let rows = table.scan("", None);
            rows.filter_map(move |(name, row)| Some((life(row).end()?, part(name.to_owned()))))
        }
        let whole = self.life.end().map(|at| (at, DoomedPart::Whole));
        let profiles = &self.fargate_profiles;
        let authorities = &self.certificate_authorities;
        whole
            .into_iter()
            .chain(parts(&self.addons, |row| &row.life, DoomedPart::Addon))
            .chain(parts(
                &self.nodegroups,
                |row| &row.life,
                DoomedPart::Nodegroup,
            ))
            .chain(parts(profiles, |row| &row.life, DoomedPart::FargateProfile))
            .chain(parts(
                &self.capabilities,
                |row| &row.life,
                DoomedPart::Capability,
            ))
            .chain(parts(
                authorities,
                |row| &row.life,
                DoomedPart::CertificateAuthority,
            ))
            .collect()
    }
}

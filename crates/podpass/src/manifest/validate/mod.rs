//! From the text's shape to checked types. Every check notes its problem and goes on, so that one run
//! shows them all.

mod role;
mod value;

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use super::located::{Located, Position};
use super::problem::{ManifestError, Problem};
use super::source::{AssociationSource, ClusterSource, ManifestSource, RoleSource};
use super::{AssociationEntry, ClusterEntry, Manifest, RoleEntry};
use crate::id::InvalidName;

pub(super) fn manifest(source: ManifestSource) -> Result<Manifest, ManifestError> {
    let mut checker = Checker::default();
    let clusters: Vec<_> = source
        .clusters
        .into_iter()
        .filter_map(|cluster| checker.cluster(cluster))
        .collect();
    if checker.problems.is_empty() {
        checker.clusters_once(&clusters);
    }
    if checker.problems.is_empty() {
        Ok(Manifest { clusters })
    } else {
        Err(ManifestError::new(checker.problems))
    }
}

#[derive(Default)]
struct Checker {
    problems: Vec<Problem>,
}

impl Checker {
    fn problem(&mut self, at: Option<Position>, message: impl Into<String>) {
        self.problems.push(Problem::new(at, message));
    }

    fn problem_with_help(&mut self, at: Option<Position>, message: &str, help: &str) {
        self.problems
            .push(Problem::new(at, message).with_help(help));
    }

    /// Reads a checked name, or notes why it is none.
    fn name<T: FromStr<Err = InvalidName>>(&mut self, text: &Located<String>) -> Option<T> {
        match text.value.parse() {
            Ok(name) => Some(name),
            Err(error) => {
                self.problem(text.at, error.to_string());
                None
            }
        }
    }

    /// Reads a name that may be left out: `None` only when it is there and wrong.
    fn optional_name<T: FromStr<Err = InvalidName>>(
        &mut self,
        text: Option<&Located<String>>,
    ) -> Option<Option<T>> {
        match text {
            Some(text) => self.name(text).map(Some),
            None => Some(None),
        }
    }

    fn cluster(&mut self, source: Located<ClusterSource>) -> Option<ClusterEntry> {
        let Located { value: source, at } = source;
        let name = self.name(&source.cluster_name);
        let region = self.optional_name(source.region.as_ref());
        let account = self.optional_name(source.account.as_ref());
        let associations: Vec<_> = source
            .associations
            .into_iter()
            .filter_map(|association| self.association(association))
            .collect();
        self.subjects_once(&associations);
        Some(ClusterEntry {
            at,
            name: name?,
            region: region?,
            account: account?,
            associations,
        })
    }

    fn association(&mut self, source: Located<AssociationSource>) -> Option<AssociationEntry> {
        let Located { value: source, at } = source;
        let namespace = self.name(&source.namespace);
        let service_account = self.name(&source.service_account);
        let target_role_arn = self.optional_name(source.target_role_arn.as_ref());
        let role = self.role_choice(
            at,
            source.role_arn,
            source.role,
            source.disable_session_tags,
        );
        let policy = match source.policy {
            Some(policy) => self
                .session_policy(&policy, source.disable_session_tags)
                .map(Some),
            None => Some(None),
        };
        let tags = self.tags(source.tags);
        Some(AssociationEntry {
            at,
            namespace: namespace?,
            service_account: service_account?,
            create_service_account: source.create_service_account,
            role: role?,
            target_role_arn: target_role_arn?,
            disable_session_tags: source.disable_session_tags,
            policy: policy?,
            tags,
        })
    }

    fn role_choice(
        &mut self,
        at: Option<Position>,
        given: Option<Located<String>>,
        described: Option<Located<RoleSource>>,
        disable_session_tags: bool,
    ) -> Option<RoleEntry> {
        match (given, described) {
            (Some(arn), None) => self.name(&arn).map(RoleEntry::Given),
            (None, Some(role)) => self
                .role(role.value, disable_session_tags)
                .map(|role| RoleEntry::Described(Box::new(role))),
            (None, None) => {
                self.problem_with_help(
                    at,
                    "the association has neither `role` nor `roleArn`",
                    "describe a role with `role:`, or give one that exists with `roleArn:`",
                );
                None
            }
            (Some(arn), Some(_)) => {
                self.problem_with_help(
                    arn.at,
                    "the association has both `role` and `roleArn`",
                    "`role` is for a role that podpass owns, `roleArn` for one that it leaves alone",
                );
                None
            }
        }
    }

    fn subjects_once(&mut self, associations: &[AssociationEntry]) {
        let mut seen = HashMap::new();
        for entry in associations {
            let subject = (&entry.namespace, &entry.service_account);
            if let Some(first) = seen.insert(subject, entry.at) {
                let message = format!(
                    "service account `{}` of namespace `{}` has two associations",
                    entry.service_account, entry.namespace
                );
                let problem = Problem::new(entry.at, message);
                self.problems.push(match first {
                    Some(first) => problem.with_help(format!("the other one stands at {first}")),
                    None => problem,
                });
            }
        }
    }

    fn clusters_once(&mut self, clusters: &[ClusterEntry]) {
        let mut seen = BTreeSet::new();
        for cluster in clusters {
            if !seen.insert((&cluster.account, &cluster.region, &cluster.name)) {
                self.problem_with_help(
                    cluster.at,
                    &format!("cluster `{}` is listed twice", cluster.name),
                    "write all its associations under one entry",
                );
            }
        }
    }
}

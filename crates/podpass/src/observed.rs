//! What AWS and Kubernetes hold, as far as a manifest speaks of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::arn::{PolicyArn, RoleArn};
use crate::association::Tags;
use crate::id::{AccountId, AssociationId, Namespace};
use crate::later::Later;
use crate::port::{NamespaceState, ServiceAccount};
use crate::spec::{AssociationSpec, PolicySpec, RoleState};
use crate::subject::{ClusterId, Subject};

/// The state of the world at one moment. Things that were looked for and not found are absent from
/// `clusters`, `roles`, `policies` and `associations`; `namespaces` and `service_accounts` are absent
/// when they were not looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The clusters.
    pub clusters: BTreeMap<ClusterId, ObservedCluster>,
    /// The roles, by the ARN that was asked for.
    pub roles: BTreeMap<RoleArn, ObservedRole>,
    /// The managed policies; of those that AWS manages only what
    /// [`observe_service_account`](crate::observe_service_account) read.
    pub policies: BTreeMap<PolicyArn, ObservedPolicy>,
    /// Managed policies that a role is to get, attached or as its boundary, and that were looked for in vain.
    pub missing_policies: BTreeSet<PolicyArn>,
    /// The associations.
    pub associations: BTreeMap<Subject, ObservedAssociation>,
    /// The namespaces that were looked for.
    pub namespaces: BTreeMap<(ClusterId, Namespace), NamespaceState>,
    /// The service accounts that were looked for; `None` when there is none.
    pub service_accounts: BTreeMap<Subject, Option<ObservedServiceAccount>>,
    /// Who else uses the manifest's roles; `None` when it was not looked for.
    pub other_users: Option<OtherUsers>,
}

/// The associations outside the manifest, in all clusters of its accounts and regions. Those of other regions are
/// not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherUsers {
    /// Whom they are for, by the role that they use, first or as the target role.
    pub associations: BTreeMap<RoleArn, BTreeSet<Subject>>,
    /// The accounts of which not everything could be seen because the caller may not, and in whose words.
    pub unseen: BTreeMap<AccountId, String>,
}

impl Observed {
    /// The state of the namespace of `subject`, if it was looked for.
    pub fn namespace(&self, subject: &Subject) -> Option<NamespaceState> {
        self.namespaces
            .get(&(subject.cluster.clone(), subject.namespace.clone()))
            .copied()
    }
}

/// A cluster in EKS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservedCluster {
    /// Its ARN.
    pub arn: String,
    /// `ACTIVE`, `CREATING`, …
    pub status: String,
}

/// A role in IAM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservedRole {
    /// Its real ARN: names are unique whatever the path, so the path may be another one.
    pub arn: RoleArn,
    /// What it consists of.
    #[serde(flatten)]
    pub state: RoleState,
}

/// A customer managed policy in IAM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservedPolicy {
    /// What it consists of.
    #[serde(flatten)]
    pub spec: PolicySpec,
    /// How many users, groups and roles it is attached to.
    pub attachment_count: u32,
    /// How many users and roles it is the permissions boundary of.
    pub boundary_count: u32,
}

/// An association in EKS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservedAssociation {
    /// Its id.
    pub id: Later<AssociationId>,
    /// Its ARN.
    pub arn: Later<String>,
    /// What it says.
    #[serde(flatten)]
    pub spec: AssociationSpec,
    /// Its tags.
    pub tags: Tags,
    /// The add-on that owns it, if one does.
    pub owner_arn: Option<String>,
    /// The external id that EKS sends when it assumes the target role.
    pub external_id: Option<String>,
}

/// A service account in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservedServiceAccount {
    /// Whether podpass created it: its label and its field manager are there.
    pub ours: bool,
    /// Whether another field manager has written to it since.
    pub modified_by_others: bool,
}

impl ObservedServiceAccount {
    /// Judges a service account by its label and field managers.
    pub fn of(account: &ServiceAccount) -> Self {
        let (label, value) = crate::spec::MANAGED_BY;
        let manager = crate::spec::FIELD_MANAGER;
        Self {
            ours: account
                .labels
                .get(label)
                .is_some_and(|found| found == value)
                && account.field_managers.iter().any(|name| name == manager),
            modified_by_others: account.field_managers.iter().any(|name| name != manager),
        }
    }
}

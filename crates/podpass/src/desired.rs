//! What a manifest asks for, once it is known in which account and partition.

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::{Partition, PolicyArn, RoleArn};
use crate::association::Tags;
use crate::id::{AccountId, Region};
use crate::manifest::{
    AssociationEntry, ClusterEntry, Manifest, ManifestError, PolicyEntry, Position, Problem,
    RoleEntry, RoleEntryDescription,
};
use crate::port::CallerIdentity;
use crate::spec::{
    AssociationSpec, OWNERSHIP_TAG, OWNERSHIP_VALUE, PolicySpec, RoleSpec, RoleState,
};
use crate::subject::{ClusterId, Subject};
use crate::trust::{RoleUser, trust_policy};

/// The quota of characters of a role's trust policy, white space left out (2,048 by default).
const TRUST_POLICY_SIZE: usize = 2048;

/// What the world shall be: every name resolved to an ARN, podpass's ownership tag on what is its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// The partition of everything.
    pub partition: Partition,
    /// The associations.
    pub associations: BTreeMap<Subject, DesiredAssociation>,
    /// The roles that podpass owns.
    pub roles: BTreeMap<RoleArn, RoleState>,
    /// The customer managed policies that podpass owns.
    pub policies: BTreeMap<PolicyArn, PolicySpec>,
    clusters: BTreeSet<ClusterId>,
}

/// An association as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredAssociation {
    /// What it says.
    pub spec: AssociationSpec,
    /// Its tags, podpass's own among them.
    pub tags: Tags,
    /// Whether to create the service account when it is not there.
    pub create_service_account: bool,
}

impl Desired {
    /// Resolves a manifest for the caller's account and partition, and a region for clusters that name none.
    ///
    /// # Errors
    /// [`ManifestError`] with everything that shows only now: a cluster without a region, roles of
    /// another account than the cluster's, a role or policy described in two ways, a trust policy that
    /// grows too long.
    pub fn resolve(
        manifest: &Manifest,
        caller: &CallerIdentity,
        default_region: Option<&Region>,
    ) -> Result<Self, ManifestError> {
        let mut resolver = Resolver {
            caller,
            default_region,
            desired: Self {
                partition: caller.partition.clone(),
                ..Self::default()
            },
            described: BTreeMap::new(),
            policy_names: BTreeMap::new(),
            problems: Vec::new(),
        };
        for cluster in &manifest.clusters {
            resolver.cluster(cluster);
        }
        resolver.write_trust_policies();
        if resolver.problems.is_empty() {
            Ok(resolver.desired)
        } else {
            Err(ManifestError::new(resolver.problems))
        }
    }

    /// The clusters that the manifest names, those without associations among them.
    pub fn clusters(&self) -> impl Iterator<Item = &ClusterId> {
        self.clusters.iter()
    }

    /// The roles that associations use and podpass does not own.
    pub fn given_roles(&self) -> BTreeSet<&RoleArn> {
        self.associations
            .values()
            .map(|association| &association.spec.role_arn)
            .filter(|arn| !self.roles.contains_key(*arn))
            .collect()
    }

    /// The ARN of a cluster.
    pub fn cluster_arn(&self, cluster: &ClusterId) -> String {
        cluster_arn(&self.partition, cluster)
    }
}

fn cluster_arn(partition: &Partition, cluster: &ClusterId) -> String {
    let ClusterId {
        account,
        region,
        name,
    } = cluster;
    format!("arn:{partition}:eks:{region}:{account}:cluster/{name}")
}

/// A role where it is described first.
struct Described<'a> {
    arn: RoleArn,
    role: &'a RoleEntryDescription,
    at: Option<Position>,
}

struct Resolver<'a> {
    caller: &'a CallerIdentity,
    default_region: Option<&'a Region>,
    desired: Desired,
    /// Roles by account and name, in lower case: IAM's names are unique whatever the case.
    described: BTreeMap<(AccountId, String), Described<'a>>,
    /// Policies by account and name, in lower case.
    policy_names: BTreeMap<(AccountId, String), PolicyArn>,
    problems: Vec<Problem>,
}

impl<'a> Resolver<'a> {
    fn cluster(&mut self, entry: &'a ClusterEntry) {
        let Some(region) = entry.region.as_ref().or(self.default_region) else {
            let problem = Problem::new(entry.at, format!("cluster `{}` has no region", entry.name))
                .with_help("write `region:`, set AWS_REGION, or choose a profile that has one");
            self.problems.push(problem);
            return;
        };
        let cluster = ClusterId {
            account: entry
                .account
                .as_ref()
                .unwrap_or(&self.caller.account)
                .clone(),
            region: region.clone(),
            name: entry.name.clone(),
        };
        if !self.desired.clusters.insert(cluster.clone()) {
            let message = format!("cluster `{}` is listed twice", entry.name);
            self.problems.push(Problem::new(entry.at, message));
            return;
        }
        for association in &entry.associations {
            self.association(&cluster, association);
        }
    }

    fn association(&mut self, cluster: &ClusterId, entry: &'a AssociationEntry) {
        let role_arn = match &entry.role {
            RoleEntry::Given(arn) => {
                self.check_given(cluster, entry, arn);
                arn.clone()
            }
            RoleEntry::Described(role) => self.role(cluster, entry, role),
        };
        let subject = Subject {
            cluster: cluster.clone(),
            namespace: entry.namespace.clone(),
            service_account: entry.service_account.clone(),
        };
        let association = DesiredAssociation {
            spec: AssociationSpec {
                role_arn,
                target_role_arn: entry.target_role_arn.clone(),
                disable_session_tags: entry.disable_session_tags,
                policy: entry.policy.clone(),
            },
            tags: owned(&entry.tags),
            create_service_account: entry.create_service_account,
        };
        self.desired.associations.insert(subject, association);
    }

    /// EKS answers a role of another account with `Cross-account pass role is not allowed.`
    fn check_given(&mut self, cluster: &ClusterId, entry: &AssociationEntry, arn: &RoleArn) {
        if *arn.account() != cluster.account || *arn.partition() != self.caller.partition {
            let message = format!(
                "role `{arn}` is not in the cluster's account {}",
                cluster.account
            );
            let problem = Problem::new(entry.at, message).with_help(
                "let a role of the cluster's account assume it, and name it as `targetRoleArn`",
            );
            self.problems.push(problem);
        }
    }

    fn role(
        &mut self,
        cluster: &ClusterId,
        entry: &AssociationEntry,
        role: &'a RoleEntryDescription,
    ) -> RoleArn {
        let arn = RoleArn::new(
            self.caller.partition.clone(),
            &cluster.account,
            role.path.clone(),
            role.name.clone(),
        );
        let key = (cluster.account.clone(), role.name.as_str().to_lowercase());
        if let Some(first) = self.described.get(&key) {
            if first.role != role {
                let message = format!("role `{}` is described in two ways", role.name);
                let problem = Problem::new(entry.at, message)
                    .with_help("describe it alike everywhere, a YAML anchor does that");
                self.problems.push(problem);
            }
            return arn;
        }
        let described = Described {
            arn: arn.clone(),
            role,
            at: entry.at,
        };
        self.described.insert(key, described);
        let mut attached = role.managed_policy_arns.clone();
        for policy in &role.policies {
            attached.insert(self.policy(cluster, entry, policy));
        }
        let state = RoleState {
            spec: RoleSpec {
                description: role.description.clone(),
                max_session_duration: role.max_session_duration,
                permissions_boundary: role.permissions_boundary.clone(),
                // Written once all users of the role are known.
                trust_policy: trust_policy(role.trust, &[]),
                tags: owned(&role.tags),
            },
            attached,
            inline: role.inline_policies.clone(),
        };
        self.desired.roles.insert(arn.clone(), state);
        arn
    }

    fn policy(
        &mut self,
        cluster: &ClusterId,
        entry: &AssociationEntry,
        policy: &PolicyEntry,
    ) -> PolicyArn {
        let arn = PolicyArn::new(
            self.caller.partition.clone(),
            &cluster.account,
            policy.path.clone(),
            policy.name.clone(),
        );
        let spec = PolicySpec {
            description: policy.description.clone(),
            document: policy.document.clone(),
            tags: owned(&policy.tags),
        };
        let key = (cluster.account.clone(), policy.name.as_str().to_lowercase());
        let first = self.policy_names.entry(key).or_insert_with(|| arn.clone());
        let known = self
            .desired
            .policies
            .entry(first.clone())
            .or_insert_with(|| spec.clone());
        if *first != arn || *known != spec {
            let message = format!("policy `{}` is described in two ways", policy.name);
            let problem = Problem::new(entry.at, message)
                .with_help("describe it alike everywhere, a YAML anchor does that");
            self.problems.push(problem);
        }
        arn
    }

    fn write_trust_policies(&mut self) {
        let mut users: BTreeMap<&RoleArn, Vec<RoleUser<'_>>> = BTreeMap::new();
        for (subject, association) in &self.desired.associations {
            users
                .entry(&association.spec.role_arn)
                .or_default()
                .push(RoleUser {
                    subject,
                    cluster_arn: cluster_arn(&self.desired.partition, &subject.cluster),
                    disable_session_tags: association.spec.disable_session_tags,
                });
        }
        for Described { arn, role, at } in self.described.values() {
            let document = trust_policy(role.trust, users.get(arn).map_or(&[], Vec::as_slice));
            if document.size() > TRUST_POLICY_SIZE {
                let message = format!(
                    "the trust policy of role `{}` would be longer than {TRUST_POLICY_SIZE} characters",
                    role.name
                );
                let problem = Problem::new(*at, message)
                    .with_help("narrow it less, or give its associations roles of their own");
                self.problems.push(problem);
            }
            if let Some(state) = self.desired.roles.get_mut(arn) {
                state.spec.trust_policy = document;
            }
        }
    }
}

/// Tags with podpass's own.
fn owned(tags: &Tags) -> Tags {
    let mut tags = tags.clone();
    tags.insert(OWNERSHIP_TAG.to_owned(), OWNERSHIP_VALUE.to_owned());
    tags
}

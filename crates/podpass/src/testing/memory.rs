//! A world in memory: one account and region, with faults to order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use crate::port::{
    AssociationFilter, CallerIdentity, Cluster, Eks, Kubernetes, NamespaceState, Page, PortError,
    Service, ServiceAccount, Sts, World,
};
use crate::role::{ManagedPolicy, Role};
use crate::{
    AccountId, Association, AssociationId, AssociationSummary, AssociationUpdate, ClusterId,
    ClusterName, Document, Namespace, NewAssociation, PolicyArn, PolicyName, Region, RoleName,
    ServiceAccountName, Tags,
};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredRole {
    pub(crate) role: Role,
    pub(crate) attached: BTreeSet<PolicyArn>,
    pub(crate) inline: BTreeMap<PolicyName, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredPolicy {
    pub(crate) policy: ManagedPolicy,
    pub(crate) versions: BTreeMap<u64, String>,
    pub(crate) next: u64,
}

/// Everything there is. Tests may look at it and change it behind the engine's back.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) clusters: BTreeSet<ClusterName>,
    pub(crate) roles: BTreeMap<RoleName, StoredRole>,
    pub(crate) policies: BTreeMap<PolicyArn, StoredPolicy>,
    pub(crate) associations: BTreeMap<AssociationId, Association>,
    pub(crate) namespaces: BTreeMap<Namespace, NamespaceState>,
    pub(crate) service_accounts: BTreeMap<(Namespace, ServiceAccountName), ServiceAccount>,
    /// The operations called, in order.
    pub(crate) calls: Vec<&'static str>,
    /// How many writes go through before all others are refused.
    pub(crate) writes_left: Option<usize>,
    /// How many calls are throttled before they go through.
    pub(crate) throttles: usize,
    /// How many creations of associations do not see their role yet.
    pub(crate) unseen_roles: usize,
    /// How many answers to writes get lost although the write is done.
    pub(crate) lost_answers: usize,
    created: u32,
}

/// The world, and all its ports.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<Mutex<State>>);

impl Memory {
    /// A world with this cluster and the namespace `default`.
    pub(crate) fn with_cluster(name: &str) -> Self {
        let memory = Self::default();
        memory.change(|state| {
            state.clusters.insert(name.parse().unwrap());
            state
                .namespaces
                .insert("default".parse().unwrap(), NamespaceState::Active);
        });
        memory
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    pub(crate) fn state(&self) -> State {
        self.change(|state| state.clone())
    }

    /// How often an operation was called.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.change(|state| {
            state
                .calls
                .iter()
                .filter(|call| **call == operation)
                .count()
        })
    }

    pub(super) fn read<T>(
        &self,
        service: Service,
        operation: &'static str,
        read: impl FnOnce(&State) -> Option<T>,
    ) -> Result<T, PortError> {
        self.change(|state| {
            state.calls.push(operation);
            throttle(state, service, operation)?;
            read(state).ok_or_else(|| not_found(service, operation))
        })
    }

    pub(super) fn write<T>(
        &self,
        service: Service,
        operation: &'static str,
        write: impl FnOnce(&mut State) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        self.change(|state| {
            state.calls.push(operation);
            throttle(state, service, operation)?;
            match &mut state.writes_left {
                Some(0) => return Err(denied(service, operation)),
                Some(left) => *left -= 1,
                None => {}
            }
            let outcome = write(state);
            if outcome.is_ok() && state.lost_answers > 0 {
                state.lost_answers -= 1;
                let message = "the answer was lost";
                let code = "InternalFailure";
                return Err(PortError::answered(service, operation, 500, code, message));
            }
            outcome
        })
    }
}

fn throttle(state: &mut State, service: Service, operation: &'static str) -> Result<(), PortError> {
    if state.throttles == 0 {
        return Ok(());
    }
    state.throttles -= 1;
    Err(PortError::answered(
        service,
        operation,
        400,
        "Throttling",
        "Rate exceeded",
    ))
}

fn denied(service: Service, operation: &'static str) -> PortError {
    PortError::answered(service, operation, 403, "AccessDenied", "no more writes")
}

pub(super) fn not_found(service: Service, operation: &'static str) -> PortError {
    PortError::answered(service, operation, 404, "NoSuchEntity", "no such thing")
}

pub(super) fn conflict(service: Service, operation: &'static str, message: &str) -> PortError {
    PortError::answered(service, operation, 409, "EntityAlreadyExists", message)
}

impl World for Memory {
    type Iam = Self;
    type Eks = Self;
    type Sts = Self;
    type Kubernetes = Self;

    async fn sts(&self) -> Result<Self, PortError> {
        Ok(self.clone())
    }

    async fn iam(&self, _: &AccountId) -> Result<Self, PortError> {
        Ok(self.clone())
    }

    async fn eks(&self, _: &AccountId, _: &Region) -> Result<Self, PortError> {
        Ok(self.clone())
    }

    async fn kubernetes(&self, _: &ClusterId) -> Result<Self, PortError> {
        Ok(self.clone())
    }
}

impl Sts for Memory {
    async fn caller_identity(&self) -> Result<CallerIdentity, PortError> {
        Ok(super::caller())
    }
}

impl Eks for Memory {
    async fn describe_cluster(&self, cluster: &ClusterName) -> Result<Cluster, PortError> {
        self.read(Service::Eks, "DescribeCluster", |state| {
            state.clusters.contains(cluster).then(|| Cluster {
                name: cluster.clone(),
                arn: format!("arn:aws:eks:us-west-2:111122223333:cluster/{cluster}"),
                status: "ACTIVE".to_owned(),
            })
        })
    }

    async fn list_associations(
        &self,
        _: &ClusterName,
        filter: &AssociationFilter,
        next_token: Option<&str>,
    ) -> Result<Page<AssociationSummary>, PortError> {
        let skip: usize = next_token.map_or(0, |token| token.parse().unwrap());
        self.read(Service::Eks, "ListPodIdentityAssociations", |state| {
            let all: Vec<_> = state
                .associations
                .values()
                .filter(|found| {
                    filter
                        .namespace
                        .as_ref()
                        .is_none_or(|namespace| *namespace == found.namespace)
                        && filter
                            .service_account
                            .as_ref()
                            .is_none_or(|account| *account == found.service_account)
                })
                .map(|found| AssociationSummary {
                    id: found.id.clone(),
                    namespace: found.namespace.clone(),
                    service_account: found.service_account.clone(),
                    owner_arn: found.owner_arn.clone(),
                })
                .collect();
            let next_token = (all.len() > skip + 100).then(|| (skip + 100).to_string());
            let items = all.into_iter().skip(skip).take(100).collect();
            Some(Page { items, next_token })
        })
    }

    async fn describe_association(
        &self,
        _: &ClusterName,
        id: &AssociationId,
    ) -> Result<Association, PortError> {
        self.read(Service::Eks, "DescribePodIdentityAssociation", |state| {
            state.associations.get(id).cloned()
        })
    }

    async fn create_association(&self, new: &NewAssociation) -> Result<Association, PortError> {
        let operation = "CreatePodIdentityAssociation";
        self.write(Service::Eks, operation, |state| {
            if state.unseen_roles > 0 || !state.roles.contains_key(new.role_arn.name()) {
                state.unseen_roles = state.unseen_roles.saturating_sub(1);
                let message = "Role provided in the request does not exist.";
                let code = "InvalidParameterException";
                return Err(PortError::answered(
                    Service::Eks,
                    operation,
                    400,
                    code,
                    message,
                ));
            }
            let twin = state.associations.values().find(|found| {
                found.namespace == new.namespace && found.service_account == new.service_account
            });
            if let Some(twin) = twin {
                let message = format!("Association already exists: {}", twin.id);
                let code = "ResourceInUseException";
                return Err(PortError::answered(
                    Service::Eks,
                    operation,
                    409,
                    code,
                    message,
                ));
            }
            state.created += 1;
            let id: AssociationId = format!("a-{:017}", state.created).parse().unwrap();
            let association = Association {
                arn: format!(
                    "arn:aws:eks:us-west-2:111122223333:podidentityassociation/{}/{id}",
                    new.cluster_name
                ),
                id: id.clone(),
                cluster_name: new.cluster_name.clone(),
                namespace: new.namespace.clone(),
                service_account: new.service_account.clone(),
                role_arn: new.role_arn.clone(),
                target_role_arn: new.target_role_arn.clone(),
                disable_session_tags: new.disable_session_tags,
                policy: new.policy.clone(),
                external_id: None,
                tags: new.tags.clone(),
                owner_arn: None,
            };
            state.associations.insert(id, association.clone());
            Ok(association)
        })
    }

    async fn update_association(
        &self,
        _: &ClusterName,
        id: &AssociationId,
        update: &AssociationUpdate,
    ) -> Result<Association, PortError> {
        let operation = "UpdatePodIdentityAssociation";
        self.write(Service::Eks, operation, |state| {
            let found = state
                .associations
                .get_mut(id)
                .ok_or_else(|| not_found(Service::Eks, operation))?;
            let update = update.clone();
            if let Some(role) = update.role_arn {
                found.role_arn = role;
            }
            if let Some(target) = update.target_role_arn {
                found.target_role_arn = target;
            }
            if let Some(disable) = update.disable_session_tags {
                found.disable_session_tags = disable;
            }
            if let Some(policy) = update.policy {
                found.policy = policy;
            }
            Ok(found.clone())
        })
    }

    async fn delete_association(
        &self,
        _: &ClusterName,
        id: &AssociationId,
    ) -> Result<(), PortError> {
        let operation = "DeletePodIdentityAssociation";
        self.write(Service::Eks, operation, |state| {
            let removed = state.associations.remove(id);
            removed
                .map(drop)
                .ok_or_else(|| not_found(Service::Eks, operation))
        })
    }

    async fn tag_resource(&self, arn: &str, tags: &Tags) -> Result<(), PortError> {
        self.write(Service::Eks, "TagResource", |state| {
            for found in state
                .associations
                .values_mut()
                .filter(|found| found.arn == arn)
            {
                found.tags.extend(tags.clone());
            }
            Ok(())
        })
    }

    async fn untag_resource(&self, arn: &str, keys: &[String]) -> Result<(), PortError> {
        self.write(Service::Eks, "UntagResource", |state| {
            for found in state
                .associations
                .values_mut()
                .filter(|found| found.arn == arn)
            {
                found.tags.retain(|key, _| !keys.contains(key));
            }
            Ok(())
        })
    }
}

impl Kubernetes for Memory {
    async fn namespace(&self, name: &Namespace) -> Result<NamespaceState, PortError> {
        self.read(Service::Kubernetes, "get namespace", |state| {
            let found = state.namespaces.get(name);
            Some(found.copied().unwrap_or(NamespaceState::Missing))
        })
    }

    async fn service_account(
        &self,
        namespace: &Namespace,
        name: &ServiceAccountName,
    ) -> Result<Option<ServiceAccount>, PortError> {
        self.read(Service::Kubernetes, "get serviceaccount", |state| {
            Some(
                state
                    .service_accounts
                    .get(&(namespace.clone(), name.clone()))
                    .cloned(),
            )
        })
    }

    async fn service_accounts(
        &self,
        namespace: &Namespace,
    ) -> Result<Vec<ServiceAccount>, PortError> {
        self.read(Service::Kubernetes, "list serviceaccounts", |state| {
            let all = state.service_accounts.values();
            Some(
                all.filter(|found| found.namespace == *namespace)
                    .cloned()
                    .collect(),
            )
        })
    }

    async fn apply_service_account(
        &self,
        namespace: &Namespace,
        name: &ServiceAccountName,
        labels: &BTreeMap<String, String>,
        field_manager: &str,
    ) -> Result<ServiceAccount, PortError> {
        self.write(Service::Kubernetes, "apply serviceaccount", |state| {
            let account = ServiceAccount {
                namespace: namespace.clone(),
                name: name.clone(),
                labels: labels.clone(),
                annotations: BTreeMap::new(),
                field_managers: vec![field_manager.to_owned()],
                uid: "u".to_owned(),
            };
            let key = (namespace.clone(), name.clone());
            state.service_accounts.insert(key, account.clone());
            Ok(account)
        })
    }

    async fn delete_service_account(
        &self,
        namespace: &Namespace,
        name: &ServiceAccountName,
        _: &str,
    ) -> Result<(), PortError> {
        self.write(Service::Kubernetes, "delete serviceaccount", |state| {
            state
                .service_accounts
                .remove(&(namespace.clone(), name.clone()));
            Ok(())
        })
    }
}

impl StoredPolicy {
    pub(crate) fn document(&self) -> Document {
        let default = self.policy.default_version.number();
        Document::new(self.versions[&default].clone())
    }
}

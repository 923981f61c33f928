//! A world in memory: one account and region, with faults to order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use crate::port::{
    CallerIdentity, ContainerCredentials, NamespaceState, Pod, PortError, Service, ServiceAccount,
    Sts, World,
};
use crate::role::{ManagedPolicy, Role};
use crate::{
    AccountId, Association, AssociationId, ClusterId, ClusterName, Document, Namespace, PolicyArn,
    PolicyName, Region, RoleName, ServiceAccountName,
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
    /// The pods, by namespace and name.
    pub(crate) pods: BTreeMap<(Namespace, String), Pod>,
    /// What the agent answers, if it does not hand out credentials.
    pub(crate) agent_refuses: Option<PortError>,
    /// The operations called, in order.
    pub(crate) calls: Vec<&'static str>,
    /// How many writes go through before all others are refused.
    pub(crate) writes_left: Option<usize>,
    /// How many calls are throttled before they go through.
    pub(crate) throttles: usize,
    /// How many creations of associations do not see their role yet.
    pub(crate) unseen_roles: usize,
    /// How many creations of associations meet one that was deleted a moment ago.
    pub(crate) lingering: usize,
    /// How many answers to writes get lost although the write is done.
    pub(crate) lost_answers: usize,
    /// Whether the caller may not list the clusters.
    pub(crate) unlistable: bool,
    /// How many associations were ever created, for their ids.
    pub(super) created: u32,
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

pub(super) fn denied(service: Service, operation: &'static str) -> PortError {
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
    type Agent = Self;

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

    async fn agent(&self, _: &str) -> Result<Self, PortError> {
        Ok(self.clone())
    }

    async fn sts_as(&self, _: &ContainerCredentials) -> Result<Self, PortError> {
        Ok(self.clone())
    }
}

impl Sts for Memory {
    async fn caller_identity(&self) -> Result<CallerIdentity, PortError> {
        Ok(super::caller())
    }
}

impl StoredPolicy {
    pub(crate) fn document(&self) -> Document {
        let default = self.policy.default_version.number();
        Document::new(self.versions[&default].clone())
    }
}

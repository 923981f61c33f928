//! The world in memory, as a cluster's API server.

use std::collections::BTreeMap;

use super::Memory;
use crate::port::{Kubernetes, NamespaceState, PortError, Service, ServiceAccount};
use crate::{Namespace, ServiceAccountName};

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

//! The world in memory, as EKS.

use super::Memory;
use super::memory::not_found;
use crate::port::{AssociationFilter, Cluster, Eks, Page, PortError, Service};
use crate::{
    Association, AssociationId, AssociationSummary, AssociationUpdate, ClusterName, NewAssociation,
    Tags,
};

fn taken(id: &str) -> PortError {
    let message = format!("Association already exists: {id}");
    let code = "ResourceInUseException";
    PortError::answered(
        Service::Eks,
        "CreatePodIdentityAssociation",
        409,
        code,
        message,
    )
}

impl Eks for Memory {
    async fn describe_cluster(&self, cluster: &ClusterName) -> Result<Cluster, PortError> {
        self.read(Service::Eks, "DescribeCluster", |state| {
            state.clusters.contains(cluster).then(|| Cluster {
                name: cluster.clone(),
                arn: format!("arn:aws:eks:us-west-2:111122223333:cluster/{cluster}"),
                status: "ACTIVE".to_owned(),
                issuer: Some("https://issuer".to_owned()),
            })
        })
    }

    async fn clusters(&self) -> Result<Vec<ClusterName>, PortError> {
        if self.change(|state| state.unlistable) {
            let (code, message) = ("AccessDeniedException", "no");
            let error = PortError::answered(Service::Eks, "ListClusters", 403, code, message);
            return Err(error);
        }
        self.read(Service::Eks, "ListClusters", |state| {
            Some(state.clusters.iter().cloned().collect())
        })
    }

    async fn list_associations(
        &self,
        cluster: &ClusterName,
        filter: &AssociationFilter,
        next_token: Option<&str>,
    ) -> Result<Page<AssociationSummary>, PortError> {
        let skip: usize = next_token.map_or(0, |token| token.parse().unwrap());
        self.read(Service::Eks, "ListPodIdentityAssociations", |state| {
            let all: Vec<_> = state
                .associations
                .values()
                .filter(|found| found.cluster_name == *cluster)
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
            if state.lingering > 0 {
                state.lingering -= 1;
                return Err(taken("a-00000000000000000"));
            }
            let twin = state.associations.values().find(|found| {
                found.cluster_name == new.cluster_name
                    && found.namespace == new.namespace
                    && found.service_account == new.service_account
            });
            if let Some(twin) = twin {
                return Err(taken(twin.id.as_str()));
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

//! EKS: the cluster and its Pod Identity associations.

use std::collections::HashMap;

use aws_config::SdkConfig;
use aws_sdk_eks::Client;
use aws_sdk_eks::types::{PodIdentityAssociation, PodIdentityAssociationSummary};
use podpass::port::{self, AssociationFilter, Cluster, Page, PortError, Service};
use podpass::{
    Association, AssociationId, AssociationSummary, AssociationUpdate, ClusterName, NewAssociation,
    Region, Tags,
};

use crate::error::Call;
use crate::network::NoteAddress;
use crate::retry::OnlyWhatTheNetworkLost;

/// The largest page that `ListPodIdentityAssociations` gives.
const PAGE_SIZE: i32 = 100;

/// [`port::Eks`] over the AWS SDK, of one region.
#[derive(Clone, Debug)]
pub struct Eks {
    client: Client,
}

fn call(operation: &'static str) -> Call {
    Call {
        service: Service::Eks,
        operation,
    }
}

impl Eks {
    pub(crate) fn new(config: &SdkConfig, region: &Region) -> Self {
        let config = aws_sdk_eks::config::Builder::from(config)
            .region(aws_config::Region::new(region.to_string()))
            .retry_classifier(OnlyWhatTheNetworkLost)
            .interceptor(NoteAddress)
            .build();
        Self {
            client: Client::from_conf(config),
        }
    }

    async fn describe(
        &self,
        cluster: &ClusterName,
    ) -> Result<aws_sdk_eks::types::Cluster, PortError> {
        let call = call("DescribeCluster");
        let request = self.client.describe_cluster().name(cluster.as_str());
        call.member("cluster", call.answer(request.send()).await?.cluster)
    }

    /// The URL of the cluster's API server; none while the cluster is being created.
    pub(crate) async fn endpoint(
        &self,
        cluster: &ClusterName,
    ) -> Result<Option<String>, PortError> {
        Ok(self.describe(cluster).await?.endpoint)
    }
}

impl port::Eks for Eks {
    async fn describe_cluster(&self, cluster: &ClusterName) -> Result<Cluster, PortError> {
        let call = call("DescribeCluster");
        let described = self.describe(cluster).await?;
        let status = call.member("status", described.status)?;
        Ok(Cluster {
            name: call.read(&call.member("name", described.name)?)?,
            arn: call.member("arn", described.arn)?,
            status: status.as_str().to_owned(),
            issuer: described
                .identity
                .and_then(|identity| identity.oidc?.issuer),
        })
    }

    async fn clusters(&self) -> Result<Vec<ClusterName>, PortError> {
        let call = call("ListClusters");
        let pages = self.client.list_clusters().into_paginator().items();
        let names = call.answer(pages.send().try_collect()).await?;
        names.iter().map(|name| call.read(name)).collect()
    }

    async fn list_associations(
        &self,
        cluster: &ClusterName,
        filter: &AssociationFilter,
        next_token: Option<&str>,
    ) -> Result<Page<AssociationSummary>, PortError> {
        let call = call("ListPodIdentityAssociations");
        let request = self
            .client
            .list_pod_identity_associations()
            .cluster_name(cluster.as_str())
            .set_namespace(filter.namespace.clone().map(String::from))
            .set_service_account(filter.service_account.clone().map(String::from))
            .max_results(PAGE_SIZE)
            .set_next_token(next_token.map(str::to_owned));
        let page = call.answer(request.send()).await?;
        let items = page.associations.unwrap_or_default();
        Ok(Page {
            items: items
                .into_iter()
                .map(|summary| read_summary(call, summary))
                .collect::<Result<_, _>>()?,
            next_token: page.next_token,
        })
    }

    async fn describe_association(
        &self,
        cluster: &ClusterName,
        id: &AssociationId,
    ) -> Result<Association, PortError> {
        let call = call("DescribePodIdentityAssociation");
        let request = self
            .client
            .describe_pod_identity_association()
            .cluster_name(cluster.as_str())
            .association_id(id.as_str());
        read_association(call, call.answer(request.send()).await?.association)
    }

    async fn create_association(
        &self,
        association: &NewAssociation,
    ) -> Result<Association, PortError> {
        let call = call("CreatePodIdentityAssociation");
        let request = self
            .client
            .create_pod_identity_association()
            .cluster_name(association.cluster_name.as_str())
            .namespace(association.namespace.as_str())
            .service_account(association.service_account.as_str())
            .role_arn(association.role_arn.to_string())
            .set_target_role_arn(association.target_role_arn.clone().map(String::from))
            .set_disable_session_tags(association.disable_session_tags.then_some(true))
            .set_policy(association.policy.clone())
            // EKS refuses an empty map.
            .set_tags((!association.tags.is_empty()).then(|| to_map(&association.tags)));
        read_association(call, call.answer(request.send()).await?.association)
    }

    async fn update_association(
        &self,
        cluster: &ClusterName,
        id: &AssociationId,
        update: &AssociationUpdate,
    ) -> Result<Association, PortError> {
        let call = call("UpdatePodIdentityAssociation");
        let update = update.clone();
        // EKS leaves a missing member as it is and clears an empty one.
        let target = update.target_role_arn;
        let request = self
            .client
            .update_pod_identity_association()
            .cluster_name(cluster.as_str())
            .association_id(id.as_str())
            .set_role_arn(update.role_arn.map(String::from))
            .set_target_role_arn(target.map(|arn| arn.map(String::from).unwrap_or_default()))
            .set_disable_session_tags(update.disable_session_tags)
            .set_policy(update.policy.map(Option::unwrap_or_default));
        read_association(call, call.answer(request.send()).await?.association)
    }

    async fn delete_association(
        &self,
        cluster: &ClusterName,
        id: &AssociationId,
    ) -> Result<(), PortError> {
        let request = self
            .client
            .delete_pod_identity_association()
            .cluster_name(cluster.as_str())
            .association_id(id.as_str());
        let call = call("DeletePodIdentityAssociation");
        call.done(request.send()).await
    }

    async fn tag_resource(&self, arn: &str, tags: &Tags) -> Result<(), PortError> {
        let request = self
            .client
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(to_map(tags)));
        call("TagResource").done(request.send()).await
    }

    async fn untag_resource(&self, arn: &str, keys: &[String]) -> Result<(), PortError> {
        let request = self
            .client
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(keys.to_vec()));
        call("UntagResource").done(request.send()).await
    }
}

fn to_map(tags: &Tags) -> HashMap<String, String> {
    tags.clone().into_iter().collect()
}

fn read_summary(
    call: Call,
    summary: PodIdentityAssociationSummary,
) -> Result<AssociationSummary, PortError> {
    Ok(AssociationSummary {
        id: call.read(&call.member("associationId", summary.association_id)?)?,
        namespace: call.read(&call.member("namespace", summary.namespace)?)?,
        service_account: call.read(&call.member("serviceAccount", summary.service_account)?)?,
        owner_arn: summary.owner_arn,
    })
}

fn read_association(
    call: Call,
    answer: Option<PodIdentityAssociation>,
) -> Result<Association, PortError> {
    let association = call.member("association", answer)?;
    // A member that was cleared may come back as `""`.
    let target_role_arn = association.target_role_arn.filter(|arn| !arn.is_empty());
    Ok(Association {
        id: call.read(&call.member("associationId", association.association_id)?)?,
        arn: call.member("associationArn", association.association_arn)?,
        cluster_name: call.read(&call.member("clusterName", association.cluster_name)?)?,
        namespace: call.read(&call.member("namespace", association.namespace)?)?,
        service_account: call.read(&call.member("serviceAccount", association.service_account)?)?,
        role_arn: call.read(&call.member("roleArn", association.role_arn)?)?,
        target_role_arn: target_role_arn.map(|arn| call.read(&arn)).transpose()?,
        disable_session_tags: association.disable_session_tags.unwrap_or_default(),
        policy: association.policy.filter(|policy| !policy.is_empty()),
        external_id: association.external_id,
        tags: association.tags.unwrap_or_default().into_iter().collect(),
        owner_arn: association.owner_arn,
    })
}

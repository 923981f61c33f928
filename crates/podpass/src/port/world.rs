//! The whole world, which hands out the right port for each account, region and cluster.

use std::future::Future;

use super::{Agent, ContainerCredentials, Eks, Iam, Kubernetes, Pods, PortError, Sts};
use crate::id::{AccountId, Region};
use crate::subject::ClusterId;

/// Gives the port for a place. Ports are cheap to clone and to ask for again.
///
/// # Errors
/// Every method fails when the place cannot be reached at all: no credentials for the account, no
/// context for the cluster in the kubeconfig, an unreadable configuration file.
pub trait World: Send + Sync + 'static {
    /// IAM of an account.
    type Iam: Iam;
    /// EKS of an account and region.
    type Eks: Eks;
    /// STS under the run's own credentials.
    type Sts: Sts;
    /// The API server of a cluster.
    type Kubernetes: Kubernetes + Pods;
    /// The agent that pods ask for credentials.
    type Agent: Agent;

    /// STS under the run's own credentials: it tells which account they belong to.
    fn sts(&self) -> impl Future<Output = Result<Self::Sts, PortError>> + Send;

    /// IAM of `account`.
    fn iam(&self, account: &AccountId)
    -> impl Future<Output = Result<Self::Iam, PortError>> + Send;

    /// EKS of `account` in `region`.
    fn eks(
        &self,
        account: &AccountId,
        region: &Region,
    ) -> impl Future<Output = Result<Self::Eks, PortError>> + Send;

    /// The Kubernetes API of `cluster`.
    fn kubernetes(
        &self,
        cluster: &ClusterId,
    ) -> impl Future<Output = Result<Self::Kubernetes, PortError>> + Send;

    /// The agent at a URL, such as `http://169.254.170.23/v1/credentials`.
    fn agent(&self, url: &str) -> impl Future<Output = Result<Self::Agent, PortError>> + Send;

    /// STS under credentials that the agent handed out.
    fn sts_as(
        &self,
        credentials: &ContainerCredentials,
    ) -> impl Future<Output = Result<Self::Sts, PortError>> + Send;
}

//! The world: one set of credentials, one kubeconfig, a port for every place.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use podpass::port::{self, ContainerCredentials, PortError, Service, Sts as _};
use podpass::{AccountId, ClusterId, Region};
use tokio::sync::OnceCell;

use crate::{Agent, Builder, Eks, Iam, Kubernetes, Sts, kubeconfig};

/// Where IAM and STS are called from when neither caller, environment nor profile say.
pub(crate) const FALLBACK_REGION: &str = "us-east-1";

/// How clusters are reached.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) kubeconfig: Option<PathBuf>,
    pub(crate) context: Option<String>,
    pub(crate) timeout: Duration,
}

/// AWS and the clusters' API servers, as [`port::World`] wants them.
///
/// One set of credentials reaches one account; asking for another's ports is an error. Clients are
/// made when first asked for, kept, and shared by all clones.
///
/// ```no_run
/// use podpass::port::{Eks, World as _};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let world = podpass_aws::World::builder().build().await?;
/// let eks = world.eks(&"111122223333".parse()?, &"us-west-2".parse()?).await?;
/// let cluster = eks.describe_cluster(&"my-cluster".parse()?).await?;
/// assert_eq!(cluster.status, "ACTIVE");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct World {
    shared: Arc<Shared>,
}

struct Shared {
    region: Option<Region>,
    config: SdkConfig,
    cluster: Cluster,
    sts: Sts,
    iam: OnceLock<Iam>,
    eks: Mutex<HashMap<Region, Eks>>,
    kubernetes: Mutex<HashMap<ClusterId, Arc<OnceCell<Kubernetes>>>>,
    account: OnceCell<AccountId>,
    /// The cluster that the chosen context stands for: the first one that was asked for.
    behind_context: OnceLock<ClusterId>,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("region", &self.region())
            .field("endpoint_url", &self.shared.config.endpoint_url())
            .field("cluster", &self.shared.cluster)
            .finish_non_exhaustive()
    }
}

impl World {
    /// Starts from the environment's settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(config: SdkConfig, region: Option<Region>, cluster: Cluster) -> Self {
        Self {
            shared: Arc::new(Shared {
                region,
                sts: Sts::new(&config),
                config,
                cluster,
                iam: OnceLock::new(),
                eks: Mutex::default(),
                kubernetes: Mutex::default(),
                account: OnceCell::new(),
                behind_context: OnceLock::new(),
            }),
        }
    }

    /// The region that the builder, the environment or the profile chose.
    pub fn region(&self) -> Option<&Region> {
        self.shared.region.as_ref()
    }

    /// The one endpoint that the builder, the environment or the profile chose for all services, if any did.
    pub fn endpoint_url(&self) -> Option<&str> {
        self.shared.config.endpoint_url()
    }

    /// Makes sure that the credentials are the account's, which keeps changes out of another one.
    async fn require_account(
        &self,
        service: Service,
        account: &AccountId,
    ) -> Result<(), PortError> {
        let shared = &self.shared;
        let own = shared
            .account
            .get_or_try_init(|| async { Ok(shared.sts.caller_identity().await?.account) })
            .await?;
        if own == account {
            return Ok(());
        }
        let message = format!("the credentials belong to account `{own}`, not to `{account}`");
        Err(PortError::unreachable(service, "connect", message)
            .with_hint(format!("choose a profile of account `{account}`")))
    }

    fn eks_in(&self, region: &Region) -> Eks {
        let mut clients = lock(&self.shared.eks);
        clients
            .entry(region.clone())
            .or_insert_with(|| Eks::new(&self.shared.config, region))
            .clone()
    }

    async fn connect(&self, cluster: &ClusterId) -> Result<Kubernetes, PortError> {
        let Cluster {
            kubeconfig,
            context,
            timeout,
        } = &self.shared.cluster;
        let kubeconfig = kubeconfig::read(kubeconfig.clone()).await?;
        let context = match context {
            Some(context) => {
                self.claim(context, cluster)?;
                kubeconfig::named(&kubeconfig, context)?
            }
            None => self.context_of(&kubeconfig, cluster).await?,
        };
        Kubernetes::connect(kubeconfig, context, *timeout).await
    }

    /// A context leads to one cluster: a second one must not be written to through it.
    fn claim(&self, context: &str, cluster: &ClusterId) -> Result<(), PortError> {
        let first = self.shared.behind_context.get_or_init(|| cluster.clone());
        if first == cluster {
            return Ok(());
        }
        let message = format!(
            "context `{context}` was chosen and stands for cluster `{first}`, \
             so it cannot stand for `{cluster}` too"
        );
        Err(
            PortError::unreachable(Service::Kubernetes, "connect", message).with_hint(
                "choose no context: each cluster's is then found by its ARN, endpoint or name",
            ),
        )
    }

    async fn context_of(
        &self,
        kubeconfig: &kube::config::Kubeconfig,
        cluster: &ClusterId,
    ) -> Result<String, PortError> {
        if let Some(context) = kubeconfig::by_arn(kubeconfig, cluster) {
            return Ok(context);
        }
        let described = self.eks_in(&cluster.region).endpoint(&cluster.name).await;
        if let Ok(Some(endpoint)) = &described
            && let Some(context) = kubeconfig::by_endpoint(kubeconfig, endpoint)
        {
            return Ok(context);
        }
        if let Some(context) = kubeconfig::by_name(kubeconfig, cluster) {
            return Ok(context);
        }
        described?;
        Err(kubeconfig::missing(kubeconfig, cluster))
    }
}

impl port::World for World {
    type Iam = Iam;
    type Eks = Eks;
    type Sts = Sts;
    type Kubernetes = Kubernetes;
    type Agent = Agent;

    async fn sts(&self) -> Result<Sts, PortError> {
        Ok(self.shared.sts.clone())
    }

    async fn iam(&self, account: &AccountId) -> Result<Iam, PortError> {
        self.require_account(Service::Iam, account).await?;
        let iam = self
            .shared
            .iam
            .get_or_init(|| Iam::new(&self.shared.config));
        Ok(iam.clone())
    }

    async fn eks(&self, account: &AccountId, region: &Region) -> Result<Eks, PortError> {
        self.require_account(Service::Eks, account).await?;
        Ok(self.eks_in(region))
    }

    async fn kubernetes(&self, cluster: &ClusterId) -> Result<Kubernetes, PortError> {
        let cell = Arc::clone(
            lock(&self.shared.kubernetes)
                .entry(cluster.clone())
                .or_default(),
        );
        cell.get_or_try_init(|| self.connect(cluster))
            .await
            .cloned()
    }

    async fn agent(&self, url: &str) -> Result<Agent, PortError> {
        Agent::at(url)
    }

    async fn sts_as(&self, credentials: &ContainerCredentials) -> Result<Sts, PortError> {
        let credentials = Credentials::new(
            &credentials.access_key_id,
            &credentials.secret_access_key,
            Some(credentials.session_token.clone()),
            None,
            "Pod Identity Agent",
        );
        let config = self.shared.config.to_builder();
        let provider = SharedCredentialsProvider::new(credentials);
        Ok(Sts::new(&config.credentials_provider(provider).build()))
    }
}

/// A map of clients stays good whatever panicked while it was held.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

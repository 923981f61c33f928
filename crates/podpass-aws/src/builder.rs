//! Where a [`World`] gets its settings from.

use std::path::PathBuf;
use std::time::Duration;

use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion};
use aws_credential_types::Credentials;
use podpass::Region;

use crate::profile::OfProfile;
use crate::world::{Cluster, FALLBACK_REGION, World};

/// An endpoint URL, given or configured, that no request can go to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an endpoint URL: it looks like `http://127.0.0.1:4566`")]
pub struct InvalidEndpoint(pub String);

/// Settings of a [`World`]. Whatever is not given here comes from the environment and the shared
/// configuration files, as the AWS CLI and kubectl find it.
///
/// ```
/// # async fn example() -> Result<(), podpass_aws::InvalidEndpoint> {
/// let world = podpass_aws::World::builder()
///     .endpoint_url("http://127.0.0.1:4566")
///     .credentials("AKIAIOSFODNN7EXAMPLE", "secret", None)
///     .kubeconfig("kubeconfig")
///     .build()
///     .await?;
/// assert!(!format!("{world:?}").contains("secret"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    profile: Option<String>,
    region: Option<Region>,
    endpoint_url: Option<String>,
    credentials: Option<Credentials>,
    kubeconfig: Option<PathBuf>,
    context: Option<String>,
    max_attempts: u32,
    timeout: Duration,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            profile: None,
            region: None,
            endpoint_url: None,
            credentials: None,
            kubeconfig: None,
            context: None,
            max_attempts: 3,
            timeout: Duration::from_secs(30),
        }
    }
}

impl Builder {
    /// The profile of `~/.aws/config`, before any credentials in the environment; by default
    /// `AWS_ACCESS_KEY_ID` and what goes with it, then `AWS_PROFILE`, then `default`.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// The region that IAM and STS are called from; by default `AWS_REGION`, then the profile's, then
    /// `us-east-1`. EKS is called where the cluster is.
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// Where all AWS requests go; by default `AWS_ENDPOINT_URL_IAM` and its like, then
    /// `AWS_ENDPOINT_URL`, then the profile's, then AWS.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// Fixed credentials in place of AWS's chain of credential providers.
    #[must_use]
    pub fn credentials(
        mut self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
        session_token: Option<String>,
    ) -> Self {
        self.credentials = Some(Credentials::new(
            access_key_id,
            secret_access_key,
            session_token,
            None,
            "podpass",
        ));
        self
    }

    /// The kubeconfig file; by default the files of `KUBECONFIG`, then `~/.kube/config`.
    #[must_use]
    pub fn kubeconfig(mut self, path: impl Into<PathBuf>) -> Self {
        self.kubeconfig = Some(path.into());
        self
    }

    /// The kubeconfig's context, for the one cluster of the run; by default the one that is named as
    /// the cluster (by ARN or name) or that leads to the endpoint which EKS describes.
    #[must_use]
    pub fn context(mut self, name: impl Into<String>) -> Self {
        self.context = Some(name.into());
        self
    }

    /// How often an AWS request is sent at most, 3 by default. Only what got no answer at all is
    /// sent again: an error that AWS answers goes up at once.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// How long one attempt may take, 30 seconds by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Reads the configuration. Nothing is called yet: missing credentials are told by the first
    /// request.
    ///
    /// # Errors
    /// An endpoint URL is given, or set in the environment, that is none.
    pub async fn build(self) -> Result<World, InvalidEndpoint> {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(self.timeout)
            .build();
        let mut loader = aws_config::defaults(behavior())
            .retry_config(RetryConfig::standard().with_max_attempts(self.max_attempts))
            .timeout_config(timeouts);
        if let Ok(name) = AppName::new("podpass") {
            loader = loader.app_name(name);
        }
        let region = match self.region {
            Some(region) => Some(aws_config::Region::new(String::from(region))),
            None => configured_region(self.profile.as_deref()).await,
        };
        // Told even where nothing is configured: whoever finds none asks the instance metadata service.
        let called_from = region
            .clone()
            .unwrap_or(aws_config::Region::from_static(FALLBACK_REGION));
        if let Some(profile) = self.profile {
            loader = loader
                .credentials_provider(of_profile(&profile, called_from.clone()))
                .profile_name(profile);
        }
        loader = loader.region(called_from);
        if let Some(url) = self.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        if let Some(credentials) = self.credentials {
            loader = loader.credentials_provider(credentials);
        }
        let config = loader.load().await;
        let urls = config.endpoint_url().map(str::to_owned).into_iter();
        if let Some(url) = urls
            .chain(endpoints_of_environment())
            .find(|url| !is_endpoint(url))
        {
            return Err(InvalidEndpoint(url));
        }
        let cluster = Cluster {
            kubeconfig: self.kubeconfig,
            context: self.context,
            timeout: self.timeout,
        };
        let region = region.and_then(|region| region.as_ref().parse().ok());
        Ok(World::new(config, region, cluster))
    }
}

/// The SDK's defaults of this date, so that an update of the SDK changes nothing unseen.
fn behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

/// The region of the environment, then the profile's. Unlike the SDK, and like the AWS CLI, it is not asked of
/// the instance metadata service, which takes seconds not to answer wherever there is none.
async fn configured_region(profile: Option<&str>) -> Option<aws_config::Region> {
    let mut of_profile = ProfileFileRegionProvider::builder();
    if let Some(name) = profile {
        of_profile = of_profile.profile_name(name);
    }
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(of_profile.build())
        .region()
        .await
}

/// The credentials of a profile that was asked for by name: like the AWS CLI's `--profile` it outranks
/// `AWS_ACCESS_KEY_ID`, and falls back to nothing when it does not exist.
fn of_profile(name: &str, region: aws_config::Region) -> OfProfile {
    // Profiles that assume a role or sign in by single sign-on call AWS themselves.
    let config = ProviderConfig::without_region()
        .with_region(Some(region))
        .with_behavior_version(Some(behavior()));
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&config)
        .profile_name(name)
        .build();
    OfProfile {
        name: name.to_owned(),
        provider,
    }
}

/// The SDK reads these only with the first request, and does not tell well what is wrong with them.
fn endpoints_of_environment() -> impl Iterator<Item = String> {
    ["", "_EKS", "_IAM", "_STS"]
        .into_iter()
        .filter_map(|service| std::env::var(format!("AWS_ENDPOINT_URL{service}")).ok())
        .filter(|url| !url.is_empty())
}

fn is_endpoint(url: &str) -> bool {
    url.parse::<http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some()
    })
}

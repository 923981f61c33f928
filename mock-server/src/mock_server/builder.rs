//! How a server is to be started.

mod start;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::account::AccountId;
use crate::auth::keys::AdminKey;
use crate::auth::mode::Auth;
use crate::clock::Clock;
use crate::delay::{EksDelay, EksDelays};
use crate::fault::Fault;
use crate::propagation::Propagations;
use crate::quota::{Quota, Quotas};
use crate::state::iam::aws_managed::AwsManaged;
use crate::store::Settings;
use crate::throttle::Rates;
use crate::tls::Authority;

/// How a server is to be started; made by [`MockServer::builder`](crate::MockServer::builder).
#[derive(Debug, Clone)]
#[must_use]
pub struct MockServerBuilder {
    listen: SocketAddr,
    tls_listen: Option<SocketAddr>,
    agent_listen: Option<SocketAddr>,
    agent_metrics_listen: Option<SocketAddr>,
    managed_policies: Option<PathBuf>,
    issuer_key: Option<PathBuf>,
    issuers: Vec<RealIssuer>,
    state: Option<PathBuf>,
    load: Option<PathBuf>,
    faults: Vec<Fault>,
    throttle: Rates,
    clock: Clock,
    settings: Settings,
}

/// The issuer of a real cluster, before its keys are read.
#[derive(Debug, Clone)]
struct RealIssuer {
    cluster: String,
    url: String,
    key_set: PathBuf,
}

impl MockServerBuilder {
    pub(super) fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls_listen: None,
            agent_listen: None,
            agent_metrics_listen: None,
            managed_policies: None,
            issuer_key: None,
            issuers: Vec::new(),
            state: None,
            load: None,
            faults: Vec::new(),
            throttle: Rates::none(),
            clock: Clock::system(),
            settings: Settings {
                account: AccountId::EXAMPLE,
                region: "us-west-2".to_owned(),
                clusters: Vec::new(),
                quotas: Quotas::default(),
                aws_managed: AwsManaged::built_in(),
                eks_delays: EksDelays::default(),
                propagation: Propagations::none(),
                issuers: BTreeMap::new(),
                issuer_key: None,
                seed: None,
                auth: Auth::Off,
                admin_key: AdminKey::default(),
                allow_remote: false,
                uri: String::new(),
                authority: Authority::default(),
                tls: None,
                agent_rate: crate::agent::RATE,
                agent_uri: None,
                agent_metrics_uri: None,
            },
        }
    }

    /// The address to listen on; port 0 takes a free one.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// An address at which TLS is spoken as well; port 0 takes a free one. There clusters tell their callers apart,
    /// and there their endpoints and the kubeconfig point.
    pub fn tls_listen(mut self, address: SocketAddr) -> Self {
        self.tls_listen = Some(address);
        self
    }

    /// An address at which the EKS Pod Identity Agent answers alone, beside that of the server; port 0 takes a free
    /// one.
    pub fn agent_listen(mut self, address: SocketAddr) -> Self {
        self.agent_listen = Some(address);
        self
    }

    /// How many requests per second the agent takes at each of its addresses, and half as many at once: AWS's agent
    /// takes 1,000, as this one does unless told otherwise. With 0 it takes any number.
    pub fn agent_rate(mut self, requests_per_second: u32) -> Self {
        self.settings.agent_rate = requests_per_second;
        self
    }

    /// An address for what the agent counts, at `/metrics`, and for its probes, at `/healthz` and `/readyz`.
    pub fn agent_metrics_listen(mut self, address: SocketAddr) -> Self {
        self.agent_metrics_listen = Some(address);
        self
    }

    /// Allows an address that other machines can reach. Whoever reaches it acts as an administrator.
    pub fn allow_remote(mut self, allow: bool) -> Self {
        self.settings.allow_remote = allow;
        self
    }

    /// The account of callers whose access key names none.
    pub fn account(mut self, account: AccountId) -> Self {
        self.settings.account = account;
        self
    }

    /// The region of callers who name none, and of the clusters made at the start.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.settings.region = region.into();
        self
    }

    /// Adds a cluster that is active from the start.
    pub fn cluster(mut self, name: impl Into<String>) -> Self {
        self.settings.clusters.push(name.into());
        self
    }

    /// Sets a quota to something else than AWS's default.
    pub fn quota(mut self, quota: Quota, limit: usize) -> Self {
        self.settings.quotas.set(quota, limit);
        self
    }

    /// Whether signatures and permissions are checked; they are not, unless this says so.
    ///
    /// ```
    /// use podpass_mock::{Auth, Decision, MockServer};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let server = MockServer::builder().auth(Auth::Simulate).start().await?;
    /// // … the calls of a program under test, of which none may be more than its role allows …
    /// let denied = |entry: &podpass_mock::ledger::Entry| entry.decision == Some(Decision::Denied);
    /// assert!(!server.requests().iter().any(denied));
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    pub fn auth(mut self, auth: Auth) -> Self {
        self.settings.auth = auth;
        self
    }

    /// Lets EKS take its time for something: until it is over by the server's clock, describing tells that
    /// it goes on, and waiters wait. Without this, it is over the next time one looks.
    pub fn eks_delay(mut self, delay: EksDelay, duration: Duration) -> Self {
        self.settings.eks_delays.set(delay, duration);
        self
    }

    /// Lets news take their time through AWS: who learns of a change late answers as if it had not happened yet. Without
    /// this, everything is known everywhere at once.
    pub fn propagation(mut self, delays: Propagations) -> Self {
        self.settings.propagation = delays;
        self
    }

    /// Adds policies of AWS to those that are built in, from a folder of JSON files: each is named by its policy
    /// and holds the policy's document or what `aws iam get-policy-version` answers. Folders in it are paths of
    /// policies, such as `service-role`.
    pub fn managed_policies(mut self, folder: impl Into<PathBuf>) -> Self {
        self.managed_policies = Some(folder.into());
        self
    }

    /// Has the issuers of all clusters sign with this RSA key, from a file in PEM form. Without it, each makes a key
    /// of its own when it first needs one.
    pub fn issuer_key(mut self, file: impl Into<PathBuf>) -> Self {
        self.issuer_key = Some(file.into());
        self
    }

    /// Lets a cluster stand for a real one: adds it, if there is none of that name, and has it accept the tokens of
    /// the real one's issuer. Of the issuer, its URL is needed, which its tokens name, and a file with its keys, as
    /// `kubectl get --raw /openid/v1/jwks` prints them. Pods and service accounts of such tokens need not be in the
    /// mock: what the tokens say about them is taken as true.
    pub fn issuer(
        mut self,
        cluster: impl Into<String>,
        url: impl Into<String>,
        key_set: impl Into<PathBuf>,
    ) -> Self {
        let cluster = cluster.into();
        if !self.settings.clusters.contains(&cluster) {
            self.settings.clusters.push(cluster.clone());
        }
        self.issuers.push(RealIssuer {
            cluster,
            url: url.into(),
            key_set: key_set.into(),
        });
        self
    }

    /// The access key of the default account's administrator, in place of `test` with the secret `test`.
    pub fn admin_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.settings.admin_key = AdminKey::new(id, secret);
        self
    }

    /// Has calls go wrong on purpose from the start, and again after every reset.
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// Throttles calls to these rates; it takes any number of them otherwise. The buckets fill by the server's clock.
    pub fn throttle(mut self, rates: Rates) -> Self {
        self.throttle = rates;
        self
    }

    /// Makes ids repeatable, and what faults leave to chance: the same calls in the same order get the same ids.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = Some(seed);
        self
    }

    /// The server's clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Keeps everything in this file, which is made if it is not there, so that the next server with it goes on where
    /// this one ended. What a call wrote is in the file before its answer leaves, and stays there when the process is
    /// killed; a power cut can cost the last moments, and never the file. It holds secrets, and only its owner can
    /// read it. One server at a time has it, until it was [shut down](crate::MockServer::shutdown).
    pub fn state(mut self, file: impl Into<PathBuf>) -> Self {
        self.state = Some(file.into());
        self
    }

    /// Begins with the state in this file, which is what [`export_state`](crate::MockServer::export_state) answers. With a
    /// [state file](Self::state), that has to be a new one.
    pub fn load(mut self, file: impl Into<PathBuf>) -> Self {
        self.load = Some(file.into());
        self
    }

    /// What was said so far.
    #[cfg(test)]
    pub(crate) fn into_settings(self) -> Settings {
        self.settings
    }
}

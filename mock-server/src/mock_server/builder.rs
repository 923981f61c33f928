//! How a server is to be started.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{MockServer, StartError, environment};
use crate::account::{self, AccountId};
use crate::auth::keys::AdminKey;
use crate::auth::mode::Auth;
use crate::auth::secret::Secret;
use crate::clock::Clock;
use crate::delay::{EksDelay, EksDelays};
use crate::dispatch::Shared;
use crate::fault::{Fault, Faults};
use crate::managed_policies;
use crate::oidc;
use crate::persist::{self, ImportError, StateFileError};
use crate::propagation::Propagations;
use crate::quota::{Quota, Quotas};
use crate::server::{self, Door, Only};
use crate::state::iam::aws_managed::AwsManaged;
use crate::store::{BeginError, Beginning, KeptServer, Settings, Store};
use crate::throttle::{Rates, Throttle};
use crate::tls::{self, Authority};

/// How a server is to be started; made by [`MockServer::builder`].
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
        self.settings.admin_key = AdminKey {
            id: id.into(),
            secret: Secret::new(secret.into()),
        };
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
    /// read it. One server at a time has it, until it was [shut down](MockServer::shutdown).
    pub fn state(mut self, file: impl Into<PathBuf>) -> Self {
        self.state = Some(file.into());
        self
    }

    /// Begins with the state in this file, which is what [`export_state`](MockServer::export_state) answers. With a
    /// [state file](Self::state), that has to be a new one.
    pub fn load(mut self, file: impl Into<PathBuf>) -> Self {
        self.load = Some(file.into());
        self
    }

    /// Starts the server on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// When the settings are not valid, or the address cannot be listened on.
    pub async fn start(mut self) -> Result<MockServer, StartError> {
        self.check()?;
        if let Some(folder) = &self.managed_policies {
            let further = managed_policies::read(folder, self.clock.now())?;
            self.settings.aws_managed = AwsManaged::with(further);
        }
        if let Some(file) = &self.issuer_key {
            self.settings.issuer_key = Some(Arc::new(oidc::read_key(file)?));
        }
        for real in &self.issuers {
            let external = oidc::read_keys(&real.url, &real.key_set)?;
            let issuers = &mut self.settings.issuers;
            issuers.insert(real.cluster.clone(), external);
        }
        let begun = self.beginning()?;
        let faults = Faults::new(self.faults.clone(), self.settings.seed)?;
        let (listener, address) = bind(self.listen).await?;
        self.settings.uri = uri("http", address);
        let mut doors = vec![Door {
            listener,
            tls: None,
            only: None,
        }];
        if let Some(address) = self.tls_listen {
            let (listener, address) = bind(address).await?;
            let (acceptor, mut tls) = tls::make(address, &self.settings.authority)?;
            tls.uri = uri("https", address);
            self.settings.tls = Some(tls);
            doors.push(Door {
                listener,
                tls: Some(acceptor),
                only: None,
            });
        }
        for (asked, only) in [
            (self.agent_listen, Only::Agent),
            (self.agent_metrics_listen, Only::AgentMetrics),
        ] {
            let Some(address) = asked else { continue };
            let (listener, address) = bind(address).await?;
            let bound = match only {
                Only::Agent => &mut self.settings.agent_uri,
                Only::AgentMetrics => &mut self.settings.agent_metrics_uri,
            };
            *bound = Some(uri("http", address));
            doors.push(Door {
                listener,
                tls: None,
                only: Some(only),
            });
        }
        let store = match begun {
            None => Store::new(self.settings, self.clock),
            Some((file, beginning)) => Store::begin_with(self.settings, self.clock, beginning)
                .map_err(|error| file.start_error(error))?,
        };
        let throttle = Throttle::new(self.throttle);
        let shared = Arc::new(Shared::new(store, faults, throttle));
        let (stop, stopped) = watch::channel(false);
        let served = doors
            .into_iter()
            .map(|door| server::run(door, Arc::clone(&shared), stopped.clone()));
        let served = futures::future::join_all(served.collect::<Vec<_>>());
        let task = tokio::spawn(async {
            served.await;
        });
        Ok(MockServer {
            shared,
            stop,
            task: Some(task),
        })
    }

    /// What the server begins with, if not with nothing, and where that is from.
    fn beginning(&mut self) -> Result<Option<(Source, Beginning)>, StartError> {
        let opened = self.state.as_deref().map(persist::open).transpose()?;
        let (mut rows, file, source) = match (opened, &self.state, &self.load) {
            (Some(opened), Some(state), Some(_)) if !opened.rows.is_empty() => {
                return Err(StateFileError::NotNew(state.clone()).into());
            }
            (Some(opened), Some(state), None) => {
                let is_new = opened.rows.is_empty();
                (
                    opened.rows,
                    Some((opened.file, !is_new)),
                    Source::State(state.clone()),
                )
            }
            (opened, _, Some(load)) => {
                let source = Source::Load(load.clone());
                let read = std::fs::read_to_string(load).map_err(ImportError::Read);
                let rows = read.and_then(|text| persist::read(&text));
                let rows = rows.map_err(|error| source.refused(error))?;
                (rows, opened.map(|opened| (opened.file, false)), source)
            }
            _ => return Ok(None),
        };
        let mut server = KeptServer::take(&mut rows).map_err(|error| source.refused(error))?;
        if let Some(authority) = server.authority.take() {
            self.settings.authority = authority;
        }
        Ok(Some((source, Beginning { rows, server, file })))
    }

    /// What was said so far.
    #[cfg(test)]
    pub(crate) fn into_settings(self) -> Settings {
        self.settings
    }

    /// What answers, without what listens, and without faults.
    pub(crate) fn into_shared(self) -> Shared {
        let faults = Faults::none(self.settings.seed);
        let throttle = Throttle::new(self.throttle);
        Shared::new(Store::new(self.settings, self.clock), faults, throttle)
    }

    /// The environment of the server that these settings start, when its port is known beforehand.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        environment(&uri("http", self.listen), &self.settings)
    }

    /// Refuses settings with which no server starts.
    pub(crate) fn check(&self) -> Result<(), StartError> {
        let remote = |address: &SocketAddr| !address.ip().is_loopback();
        let mut addresses = std::iter::once(self.listen)
            .chain(self.tls_listen)
            .chain(self.agent_listen)
            .chain(self.agent_metrics_listen);
        if !self.settings.allow_remote
            && let Some(address) = addresses.find(remote)
        {
            return Err(StartError::NotLoopback(address));
        }
        if !account::is_region(&self.settings.region) {
            return Err(StartError::InvalidRegion(self.settings.region.clone()));
        }
        let invalid = |name: &&String| !crate::services::eks::is_cluster_name(name);
        match self.settings.clusters.iter().find(invalid) {
            Some(name) => Err(StartError::InvalidClusterName(name.clone())),
            None => Ok(()),
        }
    }
}

/// The file that a server's state is from.
enum Source {
    State(PathBuf),
    Load(PathBuf),
}

impl Source {
    fn refused(&self, error: ImportError) -> StartError {
        match self {
            Self::State(file) => StateFileError::Rows(file.clone(), error).into(),
            Self::Load(file) => StartError::Load(file.clone(), error),
        }
    }

    fn start_error(&self, error: BeginError) -> StartError {
        let (Self::State(file) | Self::Load(file)) = self;
        match error {
            BeginError::Rows(error) => self.refused(error),
            BeginError::Thread(error) => StateFileError::Open(file.clone(), error).into(),
        }
    }
}

/// Listens on an address, and says which it became.
async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => StartError::PortInUse(address),
            _ => StartError::Listen(address, error),
        })?;
    let bound = listener.local_addr();
    let bound = bound.map_err(|error| StartError::Listen(address, error))?;
    Ok((listener, bound))
}

/// The address that clients on this machine use for a listening address.
fn uri(scheme: &str, address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

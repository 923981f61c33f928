//! From settings to a server that listens: files are read, the state begins, and the doors open.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::MockServerBuilder;
use crate::dispatch::Shared;
use crate::fault::Faults;
use crate::mock_server::{MockServer, StartError, environment};
use crate::persist::{self, ImportError, StateFileError};
use crate::server::{self, Door, Only};
use crate::state::iam::aws_managed::AwsManaged;
use crate::store::{BeginError, Beginning, KeptServer, Store};
use crate::throttle::Throttle;
use crate::{account, managed_policies, oidc, tls};

impl MockServerBuilder {
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

//! Where a request comes from, which conditions can ask for.

use std::net::{IpAddr, Ipv4Addr};

use http::header::USER_AGENT;
use http::{HeaderValue, Request};
use podpass_policy::Context as Keys;

use crate::server::Peer;

/// The address and the program of a client.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    address: IpAddr,
    agent: Option<HeaderValue>,
}

/// What the server does by itself, and what it is asked about, comes from this machine.
impl Default for Origin {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            agent: None,
        }
    }
}

impl Origin {
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        let here = Self::default();
        let peer = request.extensions().get::<Peer>();
        Self {
            address: peer.map_or(here.address, |peer| peer.0.to_canonical()),
            agent: request.headers().get(USER_AGENT).cloned(),
        }
    }

    /// Adds the context keys that tell of it.
    pub(crate) fn add_to(&self, keys: &mut Keys) {
        keys.insert("aws:SourceIp", self.address.to_string());
        let agent = self.agent.as_ref().and_then(|agent| agent.to_str().ok());
        if let Some(agent) = agent {
            keys.insert("aws:UserAgent", agent);
        }
    }
}

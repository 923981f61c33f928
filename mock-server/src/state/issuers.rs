//! The issuers of all clusters: a token tells its issuer, not its cluster.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use crate::oidc::Issuer;

/// Issuers, as long as their clusters are there.
#[derive(Debug, Default)]
pub(crate) struct Issuers {
    by_url: HashMap<String, Weak<Issuer>>,
    /// Those of this server's, by the ids that their URLs end with.
    by_id: HashMap<String, Weak<Issuer>>,
    /// How many there may be before those that are gone are taken out.
    room: usize,
}

impl Issuers {
    /// Makes an issuer known.
    pub(crate) fn put(&mut self, issuer: &Arc<Issuer>) {
        if self.by_url.len() >= self.room {
            self.by_url.retain(|_, issuer| issuer.strong_count() > 0);
            self.by_id.retain(|_, issuer| issuer.strong_count() > 0);
            self.room = 2 * self.by_url.len() + 16;
        }
        if let Some(id) = issuer.id() {
            self.by_id.insert(id.to_owned(), Arc::downgrade(issuer));
        }
        let url = issuer.url().to_owned();
        self.by_url.insert(url, Arc::downgrade(issuer));
    }

    /// The issuer of a URL.
    pub(crate) fn find(&self, url: &str) -> Option<Arc<Issuer>> {
        self.by_url.get(url)?.upgrade()
    }

    /// The issuer of this server's with an id.
    pub(crate) fn find_by_id(&self, id: &str) -> Option<Arc<Issuer>> {
        self.by_id.get(id)?.upgrade()
    }
}

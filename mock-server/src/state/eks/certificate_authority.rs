//! The certificate authorities of a cluster: the one that signs, and one more while they are rotated.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Cluster, Lifecycle};
use crate::state::table::Row;
use crate::tls::Certificate;

/// How many a cluster can have.
pub(crate) const MAX_CERTIFICATE_AUTHORITIES: usize = 2;
/// How long after an activation the authority that signed before can be activated again.
const ROLLBACK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A certificate authority.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CertificateAuthority {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) created_by: Actor,
    /// When it was last activated, and by whom.
    pub(crate) activated: Option<(Timestamp, Actor)>,
    /// While it is being created it is being distributed.
    pub(crate) life: Lifecycle,
    /// Its certificate, unless it is that of the server's own authority.
    pub(crate) certificate: Option<Certificate>,
}

/// Who did something to an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Actor {
    Eks,
    Customer,
}

/// Which authority signs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Signing {
    /// The authority's id.
    pub(crate) id: String,
    /// From when on; until then the one before does.
    pub(crate) since: Timestamp,
    pub(crate) before: Option<String>,
}

/// What an authority has to do with signing, as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum SigningStatus {
    NotUsed,
    Activating,
    InUse,
}

impl Row for CertificateAuthority {
    type Indices = [String; 0];

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indices(&self) -> Self::Indices {
        []
    }
}

impl Signing {
    /// What the authority of this id has to do with it.
    pub(crate) fn status(&self, id: &str, now: Timestamp) -> SigningStatus {
        let is_before = self.before.as_deref() == Some(id);
        match now < self.since {
            true if self.id == id => SigningStatus::Activating,
            true if is_before => SigningStatus::InUse,
            false if self.id == id => SigningStatus::InUse,
            _ => SigningStatus::NotUsed,
        }
    }

    /// Whether the authority of this id signed before, and can still do so again.
    pub(crate) fn can_roll_back_to(&self, id: &str, now: Timestamp) -> bool {
        let age = now.duration_since(self.since);
        self.before.as_deref() == Some(id) && (SignedDuration::ZERO..ROLLBACK).contains(&age)
    }
}

impl Cluster {
    /// The certificate of one of its authorities.
    ///
    /// # Errors
    /// When the operating system has no randomness for the key.
    pub(crate) fn certificate<'c>(
        &'c self,
        authority: &'c CertificateAuthority,
    ) -> Result<&'c Certificate, rcgen::Error> {
        match &authority.certificate {
            Some(certificate) => Ok(certificate),
            None => self.authority.certificate(),
        }
    }

    /// The certificates that clients are to trust, in PEM form.
    ///
    /// # Errors
    /// When the operating system has no randomness for the key.
    pub(crate) fn trust_bundle(&self) -> Result<String, rcgen::Error> {
        let authorities = self.certificate_authorities.scan("", None);
        authorities
            .map(|(_, authority)| Ok(self.certificate(authority)?.pem.as_str()))
            .collect()
    }
}

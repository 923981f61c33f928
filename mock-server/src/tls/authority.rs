//! The authority that signs the server's certificate, and that stands for those of its clusters.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use serde::{Deserialize, Serialize};

/// An authority, whose key is made when it is first asked for: not every server speaks TLS. Clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Authority(Arc<OnceLock<Result<Signer, rcgen::Error>>>);

struct Signer {
    key: KeyPair,
    certificate: Certificate,
}

/// An authority as it is kept: whoever has it signs what clients trust.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeptAuthority {
    /// In PEM form.
    key: String,
    certificate: Certificate,
}

/// A certificate of the authority, which it signed itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Certificate {
    pub(crate) pem: String,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
}

/// The key is a secret.
impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Authority {
    /// An authority that was kept.
    ///
    /// # Errors
    /// When its key cannot be read.
    pub(crate) fn of(kept: KeptAuthority) -> Result<Self, rcgen::Error> {
        let signer = Signer {
            key: KeyPair::from_pem(&kept.key)?,
            certificate: kept.certificate,
        };
        Ok(Self(Arc::new(OnceLock::from(Ok(signer)))))
    }

    /// The authority, to be kept.
    ///
    /// # Errors
    /// When the operating system has no randomness for the key.
    pub(crate) fn to_be_kept(&self) -> Result<KeptAuthority, rcgen::Error> {
        let signer = self.signer()?;
        Ok(KeptAuthority {
            key: signer.key.serialize_pem(),
            certificate: signer.certificate.clone(),
        })
    }

    /// The authority's first certificate.
    ///
    /// # Errors
    /// When the operating system has no randomness for the key.
    pub(crate) fn certificate(&self) -> Result<&Certificate, rcgen::Error> {
        self.signer().map(|signer| &signer.certificate)
    }

    /// Another certificate with the same name and key: what the authority signs is good under each of them.
    pub(crate) fn another_certificate(&self) -> Result<Certificate, rcgen::Error> {
        certificate(&self.signer()?.key)
    }

    /// A bearer token that only the authority can know, and that is the same as long as its key is.
    ///
    /// # Errors
    /// When the operating system has no randomness for the key.
    pub(super) fn token(&self) -> Result<String, rcgen::Error> {
        let key = self.signer()?.key.serialize_der();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        Ok(URL_SAFE_NO_PAD.encode(hmac::sign(&key, b"the kubeconfig's bearer token")))
    }

    /// Signs the certificate of a key.
    pub(super) fn sign(
        &self,
        params: &CertificateParams,
        key: &KeyPair,
    ) -> Result<rcgen::Certificate, rcgen::Error> {
        let issuer = Issuer::new(params_of_authority(), &self.signer()?.key);
        params.signed_by(key, &issuer)
    }

    fn signer(&self) -> Result<&Signer, rcgen::Error> {
        let made = self.0.get_or_init(|| {
            let key = KeyPair::generate()?;
            let certificate = certificate(&key)?;
            Ok(Signer { key, certificate })
        });
        made.as_ref().map_err(Clone::clone)
    }
}

/// A certificate for ten years, as EKS makes them. Clients measure it by the world's clock, whatever the server's says.
fn certificate(key: &KeyPair) -> Result<Certificate, rcgen::Error> {
    let today = Zoned::now().with_time_zone(TimeZone::UTC).date();
    let not_before = today.saturating_sub(1.day());
    let not_after = not_before.saturating_add(10.years());
    let midnight = |date: jiff::civil::Date| {
        let start = date.to_zoned(TimeZone::UTC);
        start.map_or(Timestamp::UNIX_EPOCH, |start| start.timestamp())
    };
    let time = |date: jiff::civil::Date| {
        date_time_ymd(
            date.year().into(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    let mut params = params_of_authority();
    params.not_before = time(not_before);
    params.not_after = time(not_after);
    // Positive, and another for each certificate, as X.509 wants it of one issuer.
    params.serial_number = Some((rand::random::<u64>() >> 1).into());
    Ok(Certificate {
        pem: params.self_signed(key)?.pem(),
        not_before: midnight(not_before),
        not_after: midnight(not_after),
    })
}

fn params_of_authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "podpass-mock");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

//! TLS for the server: an authority of its own, and a certificate for this machine's names.

mod authority;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

pub(crate) use self::authority::{Authority, Certificate, KeptAuthority};

/// What clients need in order to come by TLS.
#[derive(Clone)]
pub(crate) struct Tls {
    /// The address that clients use, such as `https://127.0.0.1:6443`.
    pub(crate) uri: String,
    /// The authority's certificate in base64 of its PEM form, as EKS answers it and kubeconfigs hold it.
    pub(crate) authority: String,
    /// The bearer token by which the kubeconfig's user is a cluster's creator: one for as long as the authority is kept.
    pub(crate) token: String,
}

/// The token is a secret.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A certificate could not be made.
    #[error("cannot make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library does not take it.
    #[error("cannot serve TLS with the certificate made for it")]
    Config(#[from] tokio_rustls::rustls::Error),
}

/// A server certificate of the authority's, for loopback and the address that is listened on.
///
/// # Errors
/// When the operating system has no randomness for the keys.
pub(crate) fn make(
    address: SocketAddr,
    authority: &Authority,
) -> Result<(TlsAcceptor, Tls), TlsError> {
    let loopback = [
        IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    ];
    let mut names = vec!["localhost".to_owned()];
    names.extend(loopback.map(|ip| ip.to_string()));
    if !loopback.contains(&address.ip()) && !address.ip().is_unspecified() {
        names.push(address.ip().to_string());
    }
    let mut server = CertificateParams::new(names)?;
    server
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = authority.sign(&server, &key)?;

    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    // Named, because other crates of a program may bring another provider.
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let tls = Tls {
        uri: String::new(),
        authority: STANDARD.encode(&authority.certificate()?.pem),
        token: authority.token()?,
    };
    Ok((TlsAcceptor::from(Arc::new(config)), tls))
}

//! One RSA key: its private part signs, its public part verifies and stands in the key set.

use std::fmt;

use jsonwebtoken::errors::Error;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde::Serialize;

use super::SignError;
use crate::auth::secret::Secret;

/// A private key.
pub(crate) struct SigningKey {
    pub(super) private: EncodingKey,
    /// The same in PEM form.
    pem: Secret,
    public: VerifyingKey,
}

/// A public key.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    pub(super) id: String,
    pub(super) key: DecodingKey,
    /// As the key set shows it.
    pub(super) jwk: Jwk,
}

impl SigningKey {
    /// A new key of 2048 bits, which takes a moment to find.
    pub(super) fn generate() -> Result<Self, SignError> {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        Ok(Self::from_pem(&pair.serialize_pem())?)
    }

    /// Reads a key in PEM form and tries it, so that one that cannot sign is told at once.
    pub(super) fn from_pem(pem: &str) -> Result<Self, Error> {
        let private = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        let mut jwk = Jwk::from_encoding_key(&private, Algorithm::RS256)?;
        let id = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        jwk.common.key_algorithm = Some(KeyAlgorithm::RS256);
        let key = DecodingKey::from_jwk(&jwk)?;
        let signing = Self {
            private,
            pem: Secret::new(pem),
            public: VerifyingKey { id, key, jwk },
        };
        signing.sign(&())?;
        Ok(signing)
    }

    /// The key in PEM form.
    pub(super) fn pem(&self) -> &Secret {
        &self.pem
    }

    pub(super) fn public(&self) -> &VerifyingKey {
        &self.public
    }

    pub(super) fn sign<T: Serialize>(&self, claims: &T) -> Result<String, Error> {
        let header = Header {
            // As Kubernetes has it.
            typ: None,
            kid: Some(self.public.id.clone()),
            ..Header::new(Algorithm::RS256)
        };
        jsonwebtoken::encode(&header, claims, &self.private)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.id)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.id)
    }
}

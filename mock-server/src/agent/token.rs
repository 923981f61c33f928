//! What the agent looks at in a token: its form, and when it is good. Whose it is, EKS Auth finds out.

use base64::DecodeError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::Refusal;

/// When a token is good, and whose it says that it is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Outline {
    #[serde(default)]
    pub(super) iss: String,
    #[serde(default)]
    pub(super) sub: String,
    /// In seconds since 1970.
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
}

/// Longer tokens are not looked at.
const MAX_TOKEN: usize = 20_000;

impl Outline {
    /// Reads a token, without believing it. The words are those of the JWT library that the agent uses.
    pub(super) fn read(token: &str) -> Result<Self, Refusal> {
        if token.len() > MAX_TOKEN {
            return Err(Refusal::unreadable("token is too long"));
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, _signature] = parts.as_slice() else {
            let segments = "token contains an invalid number of segments";
            return Err(Refusal::unreadable(segments));
        };
        let header = decode("header", header)?;
        serde_json::from_slice::<serde_json::Map<String, Value>>(&header)
            .map_err(|_| Refusal::unreadable("could not JSON decode header"))?;
        let claims = decode("claim", claims)?;
        serde_json::from_slice(&claims)
            .map_err(|_| Refusal::unreadable("could not JSON decode claim"))
    }

    /// Refuses a token that is not good at this time.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        let now = now.as_millisecond() as f64 / 1_000.0;
        let after = |time: Option<f64>| time.is_some_and(|time| time > now);
        if self.exp.is_some_and(|exp| exp <= now) {
            Err(Refusal::Claims("token is expired"))
        } else if after(self.iat) {
            Err(Refusal::Claims("token used before issued"))
        } else if after(self.nbf) {
            Err(Refusal::Claims("token is not valid yet"))
        } else {
            Ok(())
        }
    }
}

/// The service account that a token says that it is of, as `NAMESPACE/NAME`.
pub(crate) fn subject(token: &str) -> Option<String> {
    let outline = Outline::read(token).ok()?;
    let subject = outline.sub.strip_prefix("system:serviceaccount:")?;
    let (namespace, name) = subject.split_once(':')?;
    Some(format!("{namespace}/{name}"))
}

fn decode(what: &str, segment: &str) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD.decode(segment).map_err(|error| {
        let at = match error {
            DecodeError::InvalidByte(at, _) => at,
            DecodeError::InvalidLastSymbol { offset, .. } => offset,
            DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => segment.len(),
        };
        Refusal::unreadable(format!(
            "could not base64 decode {what}: illegal base64 data at input byte {at}"
        ))
    })
}

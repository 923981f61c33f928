//! Encoded authorization messages: the details of a denial, sealed, so that only who may call
//! DecodeAuthorizationMessage reads them.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use podpass_policy::{ContextValue, Decision, Effect, Outcome, Request};
use rand::Rng as _;
use serde_json::{Value, json};

use crate::account::AccountId;

/// The most characters that DecodeAuthorizationMessage takes.
pub(crate) const MAX_LENGTH: usize = 10_240;

/// What a server seals its messages with; each has its own.
pub(crate) struct MessageKey([u8; 32]);

impl MessageKey {
    /// A key that nobody knows.
    pub(crate) fn random() -> Self {
        let mut key = [0; 32];
        rand::rng().fill_bytes(&mut key);
        Self(key)
    }

    /// A key that was kept.
    pub(crate) fn of(key: &[u8]) -> Option<Self> {
        Some(Self(key.try_into().ok()?))
    }

    /// The key, to be kept.
    pub(crate) fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// Seals a message for an account. There is none when it would be longer than anyone may send it.
    pub(crate) fn seal(&self, account: AccountId, text: String) -> Option<String> {
        let mut sealed = text.into_bytes();
        let nonce = self
            .cipher()?
            .seal_in_place_append_tag(Aad::from(account.to_string()), &mut sealed)
            .ok()?;
        sealed.extend(nonce.as_ref());
        let encoded = URL_SAFE_NO_PAD.encode(sealed);
        Some(encoded).filter(|encoded| encoded.len() <= MAX_LENGTH)
    }

    /// Opens a message that was sealed with this key, for this account.
    pub(crate) fn open(&self, account: AccountId, encoded: &str) -> Option<String> {
        let mut sealed = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let nonce = sealed.split_off(sealed.len().checked_sub(NONCE_LEN)?);
        let nonce = Nonce::try_assume_unique_for_key(&nonce).ok()?;
        let opened = self
            .cipher()?
            .open_in_place(nonce, Aad::from(account.to_string()), &mut sealed)
            .ok()?;
        String::from_utf8(opened.to_vec()).ok()
    }

    fn cipher(&self) -> Option<RandomizedNonceKey> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.0).ok()
    }
}

impl fmt::Debug for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MessageKey(…)")
    }
}

/// A decision about a request of the caller with this id, in the form of AWS's decoded messages. Statements are
/// told by their ids and effects: what else they say stands in their policies.
pub(crate) fn text(request: &Request, user_id: &str, decision: &Decision) -> String {
    // Sessions are named by the role that policies speak of.
    let principal = user_id.split(':').next().unwrap_or_default();
    let is_explicit = decision.outcome == Outcome::ExplicitDeny;
    let statements = decision.matched.iter().map(|statement| {
        let effect = match statement.effect {
            Effect::Allow => "ALLOW",
            Effect::Deny => "DENY",
        };
        json!({
            "statementId": statement.sid.as_deref().unwrap_or_default(),
            "effect": effect,
            "principals": items([json!({ "value": principal })]),
            "principalGroups": items([]),
            "actions": items([]),
            "resources": items([]),
            "conditions": items([]),
        })
    });
    let mut keys: Vec<(&str, &ContextValue)> = request.context.iter().collect();
    keys.sort_unstable_by_key(|(key, _)| *key);
    let conditions = keys.into_iter().map(|(key, value)| {
        let values = value.values().iter();
        json!({ "key": key, "values": items(values.map(|value| json!({ "value": value }))) })
    });
    json!({
        "allowed": decision.is_allowed(),
        "explicitDeny": is_explicit,
        "matchedStatements": items(statements),
        "failures": items([]),
        "context": {
            "principal": { "id": user_id, "arn": request.principal.to_string() },
            "action": request.action,
            "resource": request.resource,
            "conditions": items(conditions),
        },
    })
    .to_string()
}

fn items(values: impl IntoIterator<Item = Value>) -> Value {
    json!({ "items": values.into_iter().collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_opened_by_its_server_for_its_account_and_unchanged_only() {
        let (key, account) = (MessageKey::random(), AccountId::EXAMPLE);
        let sealed = key.seal(account, "a secret".to_owned()).unwrap();
        assert_eq!(key.open(account, &sealed).as_deref(), Some("a secret"));
        let other = "444455556666".parse().unwrap();
        assert_eq!(key.open(other, &sealed), None);
        assert_eq!(MessageKey::random().open(account, &sealed), None);
        for (place, letter) in sealed.char_indices() {
            let changed = if letter == 'A' { "B" } else { "A" };
            let mut forged = sealed.clone();
            forged.replace_range(place..=place, changed);
            assert_eq!(key.open(account, &forged), None, "{forged}");
        }
        for nonsense in ["", "A", "not base64!", "AAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(key.open(account, nonsense), None);
        }
        assert_eq!(key.seal(account, "a".repeat(MAX_LENGTH)), None);
    }
}

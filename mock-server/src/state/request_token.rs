//! Client request tokens, by which a repeated request is told from a new one.

use std::hash::{Hash, Hasher};

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::table::Row;

/// A client request token and the request that it came with. Both are kept as digests: a token is as
/// long as its sender likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct RequestToken {
    token: u64,
    request: u64,
}

impl RequestToken {
    /// The token of a request, if it came with one.
    pub(crate) fn of(token: Option<&str>, request: &impl Hash) -> Option<Self> {
        token.map(|token| Self {
            token: digest(token),
            request: digest(request),
        })
    }

    /// Whether another request came with the same token.
    pub(crate) fn conflicts_with(self, other: Self) -> bool {
        self.token == other.token && self.request != other.request
    }

    /// The text that an index has for the token.
    pub(crate) fn index_text(token: Option<&Self>) -> String {
        token.map_or_else(String::new, |token| format!("{:016x}", token.token))
    }
}

impl From<RequestToken> for String {
    fn from(token: RequestToken) -> Self {
        format!("{:016x}-{:016x}", token.token, token.request)
    }
}

impl TryFrom<String> for RequestToken {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digest = |text| u64::from_str_radix(text, 16).ok();
        let parts = text.split_once('-');
        parts
            .and_then(|(token, request)| {
                let (token, request) = (digest(token)?, digest(request)?);
                Some(Self { token, request })
            })
            .ok_or("a request token is two hexadecimal digests")
    }
}

/// A row that a request makes.
pub(crate) trait Requested: Row {
    /// Which of its indices has the request tokens.
    const BY_REQUEST: usize;

    /// The request that made it.
    fn request(&self) -> Option<RequestToken>;
}

fn digest(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = Sha256(Context::new(&SHA256));
    value.hash(&mut hasher);
    hasher.finish()
}

/// Digests that are the same in every build and on every machine, as files outlive both.
struct Sha256(Context);

impl Hasher for Sha256 {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn write_u16(&mut self, number: u16) {
        self.write(&number.to_le_bytes());
    }

    fn write_u32(&mut self, number: u32) {
        self.write(&number.to_le_bytes());
    }

    fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }

    fn write_u128(&mut self, number: u128) {
        self.write(&number.to_le_bytes());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    /// The first eight bytes.
    fn finish(&self) -> u64 {
        let digest = self.0.clone().finish();
        let first = digest.as_ref().iter().take(8);
        first.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn digests_are_those_that_files_hold() {
        let request = (
            "my-cluster",
            Some(3_u32),
            [true, false],
            json!({ "a": [1, null] }),
        );
        let token = RequestToken::of(Some("once"), &request).map(String::from);
        assert_eq!(token.as_deref(), Some("089ea091328f2332-845e95df90a1bf8c"));
    }
}

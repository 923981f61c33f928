//! A server without a socket, for fuzzers. No part of the API.

use std::fmt;

use bytes::Bytes;
use futures::FutureExt as _;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Request, StatusCode};

use crate::auth::mode::Auth;
use crate::dispatch::{self, Shared};
use crate::mock_server::MockServer;

/// The server.
pub struct Target(Shared);

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").finish_non_exhaustive()
    }
}

impl Default for Target {
    fn default() -> Self {
        Self::with(Auth::Off)
    }
}

impl Target {
    /// A server that checks signatures and permissions.
    pub fn enforcing() -> Self {
        Self::with(Auth::Enforce)
    }

    fn with(auth: Auth) -> Self {
        let builder = MockServer::builder().cluster("my-cluster").seed(1);
        Self(builder.auth(auth).into_shared())
    }

    /// Answers a request to an AWS service; `None` when HTTP itself has no such request.
    pub fn send(
        &self,
        service: &str,
        method: &str,
        target: &str,
        body: Vec<u8>,
    ) -> Option<StatusCode> {
        let scope = format!("test/20260101/us-west-2/{service}/aws4_request");
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let content_type = match service {
            "iam" | "sts" => "application/x-www-form-urlencoded",
            _ => "application/json",
        };
        let headers = [
            (AUTHORIZATION.as_str(), authorization.as_bytes()),
            (CONTENT_TYPE.as_str(), content_type.as_bytes()),
        ];
        self.send_as_it_is(method, target, headers, body)
    }

    /// The same for a request that may be signed or not.
    pub fn send_as_it_is<'h>(
        &self,
        method: &str,
        target: &str,
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
        body: Vec<u8>,
    ) -> Option<StatusCode> {
        let builder = Request::builder().method(method).uri(target);
        let builder = builder.header(HOST, "127.0.0.1");
        let request = headers
            .into_iter()
            .fold(builder, |builder, (name, value)| {
                builder.header(name, value)
            })
            .body(Bytes::from(body))
            .ok()?;
        let answered = dispatch::answer(&self.0, &request).now_or_never()?;
        Some(answered.status())
    }

    /// Forgets what was made.
    pub fn reset(&self) {
        self.0.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reaches_its_operation() {
        let target = Target::default();
        let path = "/clusters/my-cluster";
        let described = target.send("eks", "GET", path, Vec::new());
        assert_eq!(described, Some(StatusCode::OK));
        assert_eq!(target.send("eks", "GET", "not a target", Vec::new()), None);
        let body = b"Action=GetCallerIdentity&Version=2011-06-15".to_vec();
        let answered = target.send("sts", "POST", "/", body);
        assert_eq!(answered, Some(StatusCode::OK));
    }

    #[test]
    fn an_enforcing_server_lets_nobody_in_without_a_right_signature() {
        let target = Target::enforcing();
        let path = "/clusters/my-cluster";
        let status = target.send("eks", "GET", path, Vec::new());
        assert_eq!(status, Some(StatusCode::BAD_REQUEST));
        let unsigned = target.send_as_it_is("GET", path, [], Vec::new());
        assert_eq!(unsigned, Some(StatusCode::FORBIDDEN));
    }
}

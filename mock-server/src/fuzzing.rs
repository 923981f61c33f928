//! A server without a socket, for fuzzers. No part of the API.

use std::fmt;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Request, StatusCode};

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
        let builder = MockServer::builder().cluster("my-cluster").seed(1);
        Self(builder.into_shared())
    }
}

impl Target {
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
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header(HOST, "127.0.0.1")
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, content_type)
            .body(Bytes::from(body))
            .ok()?;
        Some(dispatch::answer(&self.0, &request).status())
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
}

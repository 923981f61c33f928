//! The EKS Pod Identity Agent, by HTTP.

use std::error::Error;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, HeaderValue, USER_AGENT};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kube::client::Body;
use kube::{Client, Config};
use podpass::port::{self, ContainerCredentials, PortError, Service};
use serde::Deserialize;

use crate::error::{Call, causes};
use crate::{kubernetes, network};

const CALL: Call = Call {
    service: Service::Agent,
    operation: "credentials",
};
/// How long SDKs wait for the agent.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How often SDKs ask the agent that took their request and did not answer. It is as good as asking once.
const ATTEMPTS: u32 = 3;
/// More than any answer of an agent has, in bytes.
const LONGEST: usize = 64 << 10;

/// [`port::Agent`] over HTTP.
#[derive(Clone)]
pub struct Agent {
    /// kube's client is a plain client of HTTP as well.
    client: Client,
    uri: Uri,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}

/// What the agent answers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    access_key_id: String,
    secret_access_key: String,
    token: String,
    expiration: String,
}

impl Agent {
    pub(crate) fn at(url: &str) -> Result<Self, PortError> {
        let wrong = |why: String| {
            let message = format!("`{url}` is no URL of an agent: {why}");
            PortError::unreachable(Service::Agent, CALL.operation, message)
                .with_hint("it looks like `http://127.0.0.1:4566/v1/credentials`")
        };
        let uri: Uri = url
            .parse()
            .map_err(|error: http::uri::InvalidUri| wrong(error.to_string()))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong("it has no scheme or no host".to_owned()));
        };
        let server = format!("{scheme}://{authority}");
        let server = server
            .parse()
            .map_err(|error: http::uri::InvalidUri| wrong(error.to_string()))?;
        let mut config = Config::new(server);
        config.connect_timeout = Some(TIMEOUT);
        config.read_timeout = Some(TIMEOUT);
        config.default_retry = false;
        let client = Client::try_from(config).map_err(|error| wrong(causes(&error)))?;
        Ok(Self { client, uri })
    }

    /// Asks until an answer comes, as SDKs do.
    async fn ask(&self, token: &str) -> Result<Response<Body>, PortError> {
        let mut attempt = 1;
        loop {
            let request = self.request(token).map_err(|_| {
                let message = "the token is no legal value of a header";
                PortError::unreachable(Service::Agent, CALL.operation, message).with_hint(
                    "a token is one line: its file has no line break, not even at its end",
                )
            })?;
            let error = match self.client.send(request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let cause = kubernetes::cause(&error);
            if attempt == ATTEMPTS || network::is_unconnected(cause) {
                let why = network::why(cause);
                return Err(PortError::unreachable(Service::Agent, CALL.operation, why));
            }
            attempt += 1;
        }
    }

    fn request(&self, token: &str) -> Result<Request<Body>, http::Error> {
        let path = self.uri.path_and_query();
        let mut token = HeaderValue::from_str(token)?;
        token.set_sensitive(true);
        Request::get(path.map_or("/", |path| path.as_str()))
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("podpass/", env!("CARGO_PKG_VERSION")))
            .header(AUTHORIZATION, token)
            .body(Body::empty())
    }
}

impl port::Agent for Agent {
    async fn credentials(&self, token: &str) -> Result<ContainerCredentials, PortError> {
        let answer = self.ask(token).await?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LONGEST).collect().await;
        let body = body.map_err(|error| unread(error.as_ref()))?.to_bytes();
        if status != StatusCode::OK {
            return Err(refusal(status, &String::from_utf8_lossy(&body)));
        }
        let answer: Answer =
            serde_json::from_slice(&body).map_err(|error| CALL.unreadable(error))?;
        Ok(ContainerCredentials {
            access_key_id: answer.access_key_id,
            secret_access_key: answer.secret_access_key,
            session_token: answer.token,
            expiration: answer.expiration,
        })
    }
}

/// A body that is too long, or that broke off.
fn unread(error: &(dyn Error + 'static)) -> PortError {
    if error.is::<LengthLimitError>() {
        return CALL.unreadable(error);
    }
    let message = format!("the answer broke off: {}", network::why(error));
    PortError::unreachable(CALL.service, CALL.operation, message)
}

/// What the agent says for EKS Auth, `[REQUEST-ID]: (CODE): MESSAGE, fault: WHOSE`, or for itself: any text.
fn refusal(status: StatusCode, text: &str) -> PortError {
    let text = text.trim();
    let told = |code: &str, message: &str| {
        PortError::answered(CALL.service, CALL.operation, status.as_u16(), code, message)
    };
    let of_eks_auth = || {
        let (request_id, rest) = text.strip_prefix('[')?.split_once("]: (")?;
        let (code, rest) = rest.split_once("): ")?;
        let (message, _) = rest.rsplit_once(", fault: ")?;
        Some(told(code, message).with_request_id(request_id))
    };
    of_eks_auth().unwrap_or_else(|| told("", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_eks_auth_refuses_is_told_apart_from_what_the_agent_refuses() {
        let text = "[7b5f]: (AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the associated role., fault: client\n";
        let refused = refusal(StatusCode::BAD_REQUEST, text);
        assert_eq!(refused.code(), Some("AccessDeniedException"));
        assert_eq!(refused.request_id(), Some("7b5f"));
        assert_eq!(
            refused.message(),
            "Unauthorized Exception! EKS does not have permissions to assume the associated role."
        );
        let refused = refusal(
            StatusCode::BAD_REQUEST,
            "Service account token cannot be empty\n",
        );
        assert_eq!(refused.code(), None);
        assert_eq!(refused.message(), "Service account token cannot be empty");
    }

    #[test]
    fn urls_that_lead_to_no_agent_are_refused() {
        for wrong in ["", "127.0.0.1:4566", "/v1/credentials", "http://"] {
            assert!(Agent::at(wrong).is_err(), "{wrong}");
        }
    }
}

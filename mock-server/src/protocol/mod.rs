//! The wire formats: how requests are read and answers written, without knowing any operation.

pub(crate) mod aws_query;
pub(crate) mod rest_json;
pub(crate) mod unbuilt;
mod xml;

use std::borrow::Cow;
use std::convert::Infallible;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Request, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::operation::{Entry, Found, Operation, Registered, Service};
use crate::validation::Member;

/// An HTTP answer; streams of watches fit into its body too.
pub(crate) type Response = http::Response<axum::body::Body>;

/// What an address or a form says: names and values, in order.
pub(crate) type Labels<'r> = Vec<(Cow<'r, str>, Cow<'r, str>)>;

/// One wire format.
pub(crate) trait Protocol {
    /// The codes with which services of this protocol refuse callers.
    const CALLER_CODES: CallerCodes;

    /// Finds the operation that a request names.
    fn find<'r>(
        service: &'static Registered,
        request: &'r Request<Bytes>,
    ) -> Result<Found<'r>, Fault>;

    /// Reads the members of an input into a tree, with the types that the shapes say.
    fn read(members: &[Member], labels: &Labels, body: &[u8]) -> Result<Value, Fault>;

    /// Turns a checked tree into the operation.
    fn decode<O: DeserializeOwned>(input: Value) -> Result<O, Fault> {
        serde_json::from_value(input).map_err(|error| Fault::serialization(&error.to_string()))
    }

    /// Writes an answer.
    fn encode<O: Operation>(output: &O::Output, request_id: &str) -> Result<Response, Fault>;

    /// Writes an error.
    fn fault<S: Service>(fault: &Fault, request_id: &str) -> Response;
}

/// The codes of errors about who signed a request, and what the caller may do.
#[derive(Debug)]
pub(crate) struct CallerCodes {
    /// Nobody did.
    pub(crate) missing: &'static str,
    /// It is no signature of AWS's.
    pub(crate) incomplete: &'static str,
    /// Nobody has the access key, or its session has another token.
    pub(crate) unknown: &'static str,
    /// The signature is not right, here or now.
    pub(crate) mismatch: &'static str,
    /// The credentials have expired.
    pub(crate) expired: &'static str,
    /// The caller may not do this.
    pub(crate) denied: &'static str,
}

/// A map in an answer: AWS's query protocol writes it as entries of a key and a value.
#[derive(Debug, Serialize)]
pub(crate) struct Entries<V> {
    entry: Vec<Pair<V>>,
}

#[derive(Debug, Serialize)]
struct Pair<V> {
    key: &'static str,
    value: V,
}

impl<V> FromIterator<(&'static str, V)> for Entries<V> {
    fn from_iter<I: IntoIterator<Item = (&'static str, V)>>(pairs: I) -> Self {
        let entry = pairs
            .into_iter()
            .map(|(key, value)| Pair { key, value })
            .collect();
        Self { entry }
    }
}

/// An error on its way out: wire code, status and AWS's own text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// Further members of a JSON error, such as `clusterName`.
    pub(crate) members: Vec<(&'static str, String)>,
    /// What the ledger tells and AWS does not: why it is so.
    pub(crate) reason: Option<String>,
}

impl Fault {
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            members: Vec::new(),
            reason: None,
        }
    }

    /// The same error, of which the ledger tells more than AWS's message does.
    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The same error with a further member.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.members.push((name, value.into()));
        self
    }

    /// An operation that AWS has and this server has not; or a whole service, of which the request names none.
    pub(crate) fn not_implemented(service: &str, operation: Option<&str>) -> Self {
        let what = match operation {
            Some(operation) => format!("{service}:{operation}"),
            None => format!("the service `{service}`"),
        };
        Self::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplemented",
            format!("podpass-mock does not implement {what}"),
        )
    }

    /// A body that is not what the protocol says.
    pub(crate) fn serialization(why: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "SerializationException", why)
    }

    /// A fault of this server, not of the caller.
    pub(crate) fn internal(why: impl std::fmt::Display) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "ServiceFailure",
            why.to_string(),
        )
    }
}

impl From<Infallible> for Fault {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// The built operation of a name, or the fault that says why there is none.
fn built(service: &'static Registered, name: &str) -> Result<&'static Entry, Option<Fault>> {
    service
        .operations
        .iter()
        .find(|entry| entry.name == name)
        .ok_or_else(|| {
            let known = service.known.iter().find(|(known, _)| *known == name);
            known.map(|(known, _)| Fault::not_implemented(service.name, Some(known)))
        })
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

fn respond(
    status: StatusCode,
    content_type: &'static str,
    request_id: &str,
    body: Vec<u8>,
) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

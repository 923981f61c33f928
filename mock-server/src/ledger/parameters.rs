//! What a call asked for: kept as it came, and read again when somebody wants to know.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Map, Value};

use crate::operation::{Entry as Operation, Registered};
use crate::validation::Member;

/// Members that are secrets, or stand for one.
const SECRETS: &[&str] = &["WebIdentityToken", "token", "TokenCode"];
/// Members that clients make up for each call anew.
const MADE_UP: &[&str] = &["clientRequestToken", "clientToken"];
/// Longer requests are not kept, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// A request, as far as the ledger keeps it.
#[derive(Default)]
pub(crate) enum Held<'r> {
    /// Nothing to tell.
    #[default]
    Nothing,
    /// Its method, address without what signs it, and body.
    Request(&'static Registered, Method, Cow<'r, str>, Cow<'r, [u8]>),
    /// What it asked for, without its secrets.
    Parameters(Box<Value>),
    /// A number that is the same for the same request: of those too long to be kept, or not sent to AWS.
    Fingerprint(u64),
}

impl<'r> Held<'r> {
    /// Keeps a request to an operation of AWS.
    pub(crate) fn aws(
        service: &'static Registered,
        operation: &'static Operation,
        request: &'r Request<Bytes>,
    ) -> Self {
        let has_secret = |member: &Member| SECRETS.contains(&member.name);
        if operation.input.iter().any(has_secret) {
            // A secret is not even kept in memory.
            let parameters = read(service, request).unwrap_or_default();
            return Self::Parameters(Box::new(Value::Object(parameters)));
        }
        let target = target(request);
        if target.len() + request.body().len() > MAX_LENGTH {
            return Self::fingerprint(request);
        }
        let method = request.method().clone();
        let body = Cow::Borrowed(request.body().as_ref());
        Self::Request(service, method, target, body)
    }

    /// Keeps what tells a request from others.
    pub(crate) fn fingerprint(request: &Request<Bytes>) -> Self {
        let mut hasher = DefaultHasher::new();
        (request.method(), request.uri(), request.body()).hash(&mut hasher);
        Self::Fingerprint(hasher.finish())
    }

    /// The members of a request to AWS by their names on the wire, without secrets.
    pub(super) fn parameters(&self) -> Option<Map<String, Value>> {
        match self {
            Self::Request(service, method, target, body) => {
                let request = Request::builder()
                    .method(method.clone())
                    .uri(target.as_ref())
                    .body(Bytes::copy_from_slice(body))
                    .ok()?;
                read(service, &request)
            }
            Self::Parameters(parameters) => parameters.as_object().cloned(),
            Self::Nothing | Self::Fingerprint(_) => None,
        }
    }

    /// A text that is the same for requests that ask for the same; `None` where nothing is known.
    pub(super) fn likeness(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Fingerprint(number) => Some(number.to_string()),
            Self::Request(..) | Self::Parameters(_) => {
                let mut parameters = self.parameters()?;
                parameters.retain(|name, _| !MADE_UP.contains(&name.as_str()));
                Some(Value::Object(parameters).to_string())
            }
        }
    }
}

/// The address of a request, without the parameters of a signature.
fn target(request: &Request<Bytes>) -> Cow<'_, str> {
    let uri = request.uri();
    let path = uri.path();
    match uri.query() {
        None => path.into(),
        Some(query) => {
            let signs = |pair: &&str| pair.starts_with("X-Amz-");
            let whole = uri.path_and_query().map_or(path, |whole| whole.as_str());
            match query.split('&').any(|pair| signs(&pair)) {
                false => whole.into(),
                true => {
                    let query: Vec<&str> = query.split('&').filter(|it| !signs(it)).collect();
                    format!("{path}?{}", query.join("&")).into()
                }
            }
        }
    }
}

/// The members of a request that it gave, without secrets.
fn read(service: &'static Registered, request: &Request<Bytes>) -> Option<Map<String, Value>> {
    let found = (service.find)(service, request).ok()?;
    let read = (found.entry.read)(found.entry.input, &found.labels, request.body());
    let Ok(Value::Object(mut parameters)) = read else {
        return None;
    };
    parameters.retain(|_, value| !value.is_null());
    for (name, value) in &mut parameters {
        if SECRETS.contains(&name.as_str()) {
            *value = Value::from("HIDDEN_DUE_TO_SECURITY_REASONS");
        }
    }
    Some(parameters)
}

//! The Kubernetes API of a cluster, as a resource engine: kinds are descriptors, verbs are written once, watches are streams.
//!
//! [`handle`] is a request's life. [`route`] finds what is meant, [`body`] and [`negotiate`] read and write the forms
//! in which clients send and take objects, [`verbs`] does it. What an object's fields are stands in the [`schema`] of its
//! kind, who owns them in [`ownership`]. A new kind is a file in [`kinds`].
//!
//! The texts and status codes are those of the Kubernetes API server, because clients show and parse them.

mod admission;
mod body;
mod bound;
mod cluster;
mod discovery;
mod failure;
mod impersonation;
mod kind;
mod kinds;
mod negotiate;
mod options;
mod ownership;
mod patch;
mod reply;
mod rights;
mod route;
mod schema;
mod selector;
mod subresource;
mod table;
mod validation;
mod verbs;
mod writer;

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

pub(crate) use self::admission::Eks;
pub(crate) use self::bound::{Gone, service_account_user};
pub(crate) use self::cluster::KubernetesCluster;
pub(crate) use self::failure::Failure;
pub(crate) use self::kinds::token_request::API_SERVER;
pub(crate) use self::rights::Rights;
use self::route::Route;
use crate::auth::caller as auth;

/// The path under which clusters lie, each by its name.
pub(crate) const PREFIX: &str = "/k8s/";

/// Who sent a request, as the cluster's authentication found out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// The user's name; on EKS the ARN, unless an access entry says otherwise.
    pub(crate) username: String,
    /// What identifies the user across renamings.
    pub(crate) uid: String,
    /// The user's groups.
    pub(crate) groups: Vec<String>,
    /// What else the authenticator knows.
    pub(crate) extra: BTreeMap<String, Vec<String>>,
    /// What the caller may do.
    pub(crate) rights: Rights,
}

impl From<&auth::Caller> for Caller {
    /// An IAM principal as EKS' authenticator names it, when no access entry says otherwise.
    fn from(caller: &auth::Caller) -> Caller {
        let (arn, id) = (caller.arn(), caller.user_id());
        let extra = [
            ("arn", arn.as_str()),
            ("canonicalArn", &arn),
            ("principalId", &id),
            ("sessionName", ""),
        ];
        Caller {
            uid: format!("aws-iam-authenticator:{}:{id}", caller.account()),
            groups: vec!["system:authenticated".to_owned()],
            extra: extra
                .map(|(key, value)| (key.to_owned(), vec![value.to_owned()]))
                .into(),
            username: arn,
            rights: Rights::everything(),
        }
    }
}

/// A request to a cluster; the path begins after the cluster's own prefix.
#[derive(Clone)]
pub(crate) struct Request {
    /// The HTTP method.
    pub(crate) method: Method,
    /// The path, percent-encoded as it came, e.g. `/api/v1/namespaces`.
    pub(crate) path: String,
    /// The query without its question mark.
    pub(crate) query: String,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The whole body.
    pub(crate) body: Bytes,
    /// Who asks.
    pub(crate) caller: Caller,
}

/// Headers carry tokens and bodies may carry secrets: neither is shown.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}

/// A body, at once or as it comes.
pub(crate) enum Body {
    /// All of it.
    Full(Bytes),
    /// The events of a watch.
    Stream(Pin<Box<dyn Stream<Item = Bytes> + Send>>),
}

/// The answer to a request.
pub(crate) struct Response {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Body,
}

impl Response {
    fn full(status: StatusCode, content_type: &str, body: impl Into<Bytes>) -> Response {
        let mut response = Response {
            status,
            headers: HeaderMap::new(),
            body: Body::Full(body.into()),
        };
        response.set_content_type(content_type);
        response
    }

    fn stream(content_type: &str, body: impl Stream<Item = Bytes> + Send + 'static) -> Response {
        let mut response = Response {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Body::Stream(Box::pin(body)),
        };
        response.set_content_type(content_type);
        response
    }

    fn set_content_type(&mut self, content_type: &str) {
        if let Ok(value) = HeaderValue::from_str(content_type) {
            self.headers.insert(header::CONTENT_TYPE, value);
        }
    }
}

/// What became of a request.
pub(crate) struct Answered {
    /// The answer.
    pub(crate) response: Response,
    /// What was asked, such as `create pods`, if the request names anything.
    pub(crate) operation: Option<String>,
    /// Why it was not done, if it was not.
    pub(crate) failure: Option<Failure>,
}

/// Answers a request to a cluster.
pub(crate) fn handle(
    cluster: &Arc<KubernetesCluster>,
    eks: &dyn Eks,
    request: &Request,
) -> Answered {
    match impersonation::acting(request) {
        Ok(None) => handle_as_asked(cluster, eks, request),
        Ok(Some(other)) => {
            let request = Request {
                caller: other,
                ..request.clone()
            };
            handle_as_asked(cluster, eks, &request)
        }
        Err(failure) => refuse(failure, request),
    }
}

fn handle_as_asked(cluster: &Arc<KubernetesCluster>, eks: &dyn Eks, request: &Request) -> Answered {
    let route = match route::find(request) {
        Ok(route) => route,
        Err(failure) => return refused(failure, request),
    };
    let operation = operation_of(&route, request);
    let response = match route {
        Route::Version => Ok(discovery::version(cluster)),
        Route::Healthy => Ok(Response::full(
            StatusCode::OK,
            "text/plain; charset=utf-8",
            "ok",
        )),
        Route::Discovery(document) => discovery::answer(&document, request),
        Route::Resource(target) => verbs::answer(cluster, eks, &target, request),
    };
    match response {
        Ok(response) => Answered {
            response,
            operation,
            failure: None,
        },
        Err(failure) => Answered {
            operation,
            ..refused(failure, request)
        },
    }
}

/// What a request asks, as Kubernetes' audit has it: verb and resource.
fn operation_of(route: &Route, request: &Request) -> Option<String> {
    match route {
        Route::Resource(target) => verbs::operation(target, request),
        Route::Version => Some("get version".to_owned()),
        Route::Healthy => Some("get health".to_owned()),
        Route::Discovery(_) => Some("get discovery".to_owned()),
    }
}

/// What a request is about: `namespace/name` and the name, also where only the body tells it.
pub(crate) fn names(request: &Request) -> Vec<String> {
    let Ok(Route::Resource(target)) = route::find(request) else {
        return Vec::new();
    };
    let sent = || match request.method {
        Method::POST => body::name(target.kind, request),
        _ => None,
    };
    let name = target.name.or_else(sent).unwrap_or_default();
    match target.namespace {
        Some(namespace) => vec![format!("{namespace}/{name}"), name],
        None => vec![name],
    }
}

/// What a request asks, such as `create pods`, if it names anything.
pub(crate) fn operation(request: &Request) -> Option<String> {
    let route = route::find(request).ok()?;
    operation_of(&route, request)
}

/// Refuses a request for a reason from outside.
pub(crate) fn refuse(failure: Failure, request: &Request) -> Answered {
    Answered {
        operation: operation(request),
        ..refused(failure, request)
    }
}

fn refused(failure: Failure, request: &Request) -> Answered {
    Answered {
        response: refusal(&failure, &request.headers),
        operation: None,
        failure: Some(failure),
    }
}

fn refusal(failure: &Failure, headers: &HeaderMap) -> Response {
    match failure.status() {
        Some(status) => {
            let mut response = negotiate::write_status(failure.code(), &status, headers);
            if failure.code() == StatusCode::TOO_MANY_REQUESTS {
                // Clients ask again only where they are told when.
                let after = HeaderValue::from_static("1");
                response.headers.insert(header::RETRY_AFTER, after);
            }
            response
        }
        None => Response::full(
            StatusCode::NOT_FOUND,
            "text/plain; charset=utf-8",
            "404 page not found\n",
        ),
    }
}

#[cfg(test)]
mod tests;

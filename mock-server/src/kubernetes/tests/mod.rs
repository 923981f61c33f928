//! Requests against a cluster, as clients send them.

mod documents;
mod laws;
mod namespaces;
mod patches;
mod pods;
mod protobuf;
mod verbs;
mod watch;

use serde_json::{Value, json};

use super::*;
use crate::clock::Clock;
use crate::id::Ids;

/// EKS with one association, that of `default/linked`.
#[derive(Debug)]
struct OneAssociation;

impl Eks for OneAssociation {
    fn region(&self) -> String {
        "us-west-2".to_owned()
    }

    fn issuer(&self) -> Option<Arc<crate::oidc::Issuer>> {
        None
    }

    fn has_association(&self, namespace: &str, service_account: &str) -> bool {
        (namespace, service_account) == ("default", "linked")
    }
}

const ACCOUNTS: &str = "/api/v1/namespaces/default/serviceaccounts";

struct Api(Arc<KubernetesCluster>);

impl Api {
    fn new() -> Api {
        let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse().unwrap());
        Api(KubernetesCluster::new("1.33", clock, Ids::new(Some(1))))
    }

    fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
        body: Vec<u8>,
    ) -> Response {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut request = Request {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: HeaderMap::new(),
            body: body.into(),
            caller: Caller {
                username: "arn:aws:iam::111122223333:user/admin".to_owned(),
                groups: vec!["system:authenticated".to_owned()],
                rights: Rights::everything(),
                ..Caller::default()
            },
        };
        for (name, value) in headers {
            request
                .headers
                .insert(name, HeaderValue::from_str(value).unwrap());
        }
        handle(&self.0, &OneAssociation, &request).response
    }

    fn typed(&self, method: Method, path: &str, content_type: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        json_of(self.raw(method, path, &[(header::CONTENT_TYPE, content_type)], body))
    }

    fn send(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        self.typed(method, path, "application/json", body)
    }

    fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, &Value::Null)
    }

    fn create(&self, name: &str) -> Value {
        let (status, created) = self.send(Method::POST, ACCOUNTS, &named(name));
        assert_eq!(status, 201, "{created}");
        created
    }
}

fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

fn bytes_of(response: Response) -> Bytes {
    let Body::Full(body) = response.body else {
        panic!("expected a whole body")
    };
    body
}

fn json_of(response: Response) -> (u16, Value) {
    let status = response.status.as_u16();
    let body = bytes_of(response);
    (
        status,
        serde_json::from_slice(&body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&body))),
    )
}

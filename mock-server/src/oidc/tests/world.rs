//! A server with a pod, and the making of tokens good and bad.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures::FutureExt as _;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderValue, Request};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::super::*;
use crate::MockServer;
use crate::clock::Clock;
use crate::dispatch::{self, Shared};
use crate::oidc::keys::Keys;

pub(super) const NOW: &str = "2026-01-01T00:00:00Z";
pub(super) const AUDIENCE: &str = "pods.eks.amazonaws.com";
pub(super) const CLUSTER: &str = "/k8s/my-cluster/api/v1/namespaces/default";

/// A server where one pod's token is good everywhere, and what it takes to make others.
pub(super) struct World {
    pub(super) shared: Shared,
    pub(super) issuer: Arc<Issuer>,
    /// The issuer's private key.
    pub(super) key: Arc<SigningKey>,
    /// A key that is not the issuer's.
    pub(super) other: SigningKey,
    pub(super) claims: Value,
}

impl World {
    pub(super) fn new() -> Self {
        let shared = MockServer::builder()
            .cluster("my-cluster")
            .cluster("other")
            .clock(Clock::stopped_at(NOW.parse().unwrap()))
            .into_shared();
        let issuer = issuer(&shared, "my-cluster");
        let Keys::Own(keys) = &issuer.keys else {
            panic!("the issuer has keys of its own")
        };
        let key = keys.newest().unwrap();
        let mut world = Self {
            key,
            issuer,
            other: SigningKey::generate().unwrap(),
            claims: Value::Null,
            shared,
        };
        let pod = json!({ "metadata": { "name": "web" }, "spec": { "containers": [{ "name": "a", "image": "b" }] } });
        let pod = world.post(&format!("{CLUSTER}/pods"), &pod);
        let account = world.send(request(
            "GET",
            &format!("{CLUSTER}/serviceaccounts/default"),
        ));
        let now = NOW.parse::<jiff::Timestamp>().unwrap().as_second();
        world.claims = json!({
            "aud": [AUDIENCE], "exp": now + 3_600, "iat": now, "nbf": now, "jti": "1",
            "iss": world.issuer.url(), "sub": "system:serviceaccount:default:default",
            "kubernetes.io": {
                "namespace": "default",
                "pod": { "name": "web", "uid": pod["metadata"]["uid"] },
                "serviceaccount": { "name": "default", "uid": account.1["metadata"]["uid"] },
            },
        });
        world.permit();
        world
    }

    /// Roles for the pod: by association, and by web identity.
    pub(super) fn permit(&self) {
        let url = self.issuer.url();
        let provider = format!(
            "arn:aws:iam::111122223333:oidc-provider/{}",
            &url["https://".len()..]
        );
        let trust = |principal: Value, actions: Value| {
            json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": principal, "Action": actions }] }).to_string()
        };
        let service = json!({ "Service": AUDIENCE });
        let pods = trust(service, json!(["sts:AssumeRole", "sts:TagSession"]));
        let federated = json!({ "Federated": provider });
        let web = trust(federated, json!("sts:AssumeRoleWithWebIdentity"));
        let iam = |parameters: &[(&str, &str)]| {
            let (status, answer) = self.send(form("iam", "2010-05-08", parameters));
            assert_eq!(status, 200, "{answer}");
        };
        for (name, trust) in [("pods", &pods), ("web", &web)] {
            iam(&[
                ("Action", "CreateRole"),
                ("RoleName", name),
                ("AssumeRolePolicyDocument", trust),
            ]);
        }
        iam(&[
            ("Action", "CreateOpenIDConnectProvider"),
            ("Url", url),
            ("ClientIDList.member.1", AUDIENCE),
        ]);
        let association = json!({
            "namespace": "default", "serviceAccount": "default", "roleArn": "arn:aws:iam::111122223333:role/pods",
        });
        let path = "/clusters/my-cluster/pod-identity-associations";
        let (status, answer) = self.send(signed("eks", path, association.to_string()));
        assert_eq!(status, 200, "{answer}");
    }

    pub(super) fn send(&self, request: Request<Bytes>) -> (u16, Value) {
        let response = dispatch::answer(&self.shared, &request)
            .now_or_never()
            .unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).now_or_never();
        let body = body.unwrap().unwrap();
        let text = || json!(String::from_utf8_lossy(&body));
        (
            status,
            serde_json::from_slice(&body).unwrap_or_else(|_| text()),
        )
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Value {
        let mut request = request("POST", path);
        *request.body_mut() = body.to_string().into();
        let (status, answer) = self.send(request);
        assert_eq!(status, 201, "{answer}");
        answer
    }

    pub(super) fn eks_auth(&self, token: &str) -> (u16, Value) {
        let path = "/clusters/my-cluster/assume-role-for-pod-identity";
        self.send(signed(
            "eks-auth",
            path,
            json!({ "token": token }).to_string(),
        ))
    }

    pub(super) fn agent(&self, token: &str) -> (u16, Value) {
        let mut request = request("GET", crate::agent::PATH);
        let Ok(header) = HeaderValue::from_str(token) else {
            return (400, json!("no HTTP client sends it"));
        };
        request.headers_mut().insert(AUTHORIZATION, header);
        self.send(request)
    }

    pub(super) fn web_identity(&self, token: &str) -> (u16, Value) {
        let mut request = form(
            "sts",
            "2011-06-15",
            &[
                ("Action", "AssumeRoleWithWebIdentity"),
                ("RoleArn", "arn:aws:iam::111122223333:role/web"),
                ("RoleSessionName", "me"),
                ("WebIdentityToken", token),
            ],
        );
        request.headers_mut().remove(AUTHORIZATION);
        self.send(request)
    }

    pub(super) fn review(&self, token: &str) -> bool {
        let review = json!({ "spec": { "token": token, "audiences": [AUDIENCE] } });
        let path = "/k8s/my-cluster/apis/authentication.k8s.io/v1/tokenreviews";
        let answer = self.post(path, &review);
        answer["status"]["authenticated"] == true
    }

    /// The good token with other claims.
    pub(super) fn with(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims.clone();
        change(&mut claims);
        self.key.sign(&claims).unwrap()
    }

    /// A token with the good claims and another header, signed with the issuer's key.
    pub(super) fn headed(&self, change: impl FnOnce(&mut Value)) -> String {
        self.headed_by(&self.key, change)
    }

    pub(super) fn headed_by(&self, key: &SigningKey, change: impl FnOnce(&mut Value)) -> String {
        let mut header = json!({ "alg": "RS256", "kid": self.key.public().id });
        change(&mut header);
        sign(&header.to_string(), &self.claims.to_string(), key)
    }

    /// A token with these claims as they are written.
    pub(super) fn written(&self, claims: &str) -> String {
        let header = json!({ "alg": "RS256", "kid": self.key.public().id });
        sign(&header.to_string(), claims, &self.key)
    }

    /// The good claims with one more of this name.
    pub(super) fn doubled(&self, name: &str, value: &Value) -> String {
        let claims = self.claims.to_string();
        self.written(&format!("{{{}:{value},{}", json!(name), &claims[1..]))
    }

    pub(super) fn hmac(&self, secret: &[u8]) -> String {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(self.key.public().id.clone());
        let key = EncodingKey::from_secret(secret);
        jsonwebtoken::encode(&header, &self.claims, &key).unwrap()
    }

    pub(super) fn by(&self, algorithm: Algorithm) -> String {
        let mut header = Header::new(algorithm);
        header.kid = Some(self.key.public().id.clone());
        jsonwebtoken::encode(&header, &self.claims, &self.key.private).unwrap()
    }
}

pub(super) fn issuer(shared: &Shared, cluster: &str) -> Arc<Issuer> {
    let found = shared.store.cluster(cluster, |it| Arc::clone(&it.issuer));
    found.unwrap()
}

pub(super) fn request(method: &str, path: &str) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(path);
    request
        .header(HOST, "127.0.0.1")
        .body(Bytes::new())
        .unwrap()
}

pub(super) fn signed(service: &str, path: &str, body: String) -> Request<Bytes> {
    let mut request = request("POST", path);
    let credential =
        format!("AWS4-HMAC-SHA256 Credential=test/20260101/us-west-2/{service}/aws4_request");
    let credential = HeaderValue::from_str(&credential).unwrap();
    request.headers_mut().insert(AUTHORIZATION, credential);
    *request.body_mut() = body.into();
    request
}

pub(super) fn form(service: &str, version: &str, parameters: &[(&str, &str)]) -> Request<Bytes> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Version", version);
    form.extend_pairs(parameters);
    signed(service, "/", form.finish())
}

pub(super) fn sign(header: &str, claims: &str, key: &SigningKey) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &key.private, Algorithm::RS256).unwrap();
    format!("{message}.{signature}")
}

pub(super) fn part(token: &str, index: usize) -> &str {
    token.split('.').nth(index).unwrap()
}

/// The public key, as far as it tells it from others.
pub(super) fn modulus(key: &key::VerifyingKey) -> Vec<u8> {
    let n = json!(key.jwk)["n"]
        .as_str()
        .map(|n| URL_SAFE_NO_PAD.decode(n));
    n.unwrap().unwrap()
}

//! Hostile tokens against everything that takes tokens, and the keys of an issuer over time.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures::FutureExt as _;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderValue, Request};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::keys::Keys;
use super::*;
use crate::MockServer;
use crate::clock::Clock;
use crate::dispatch::{self, Shared};

const NOW: &str = "2026-01-01T00:00:00Z";
const AUDIENCE: &str = "pods.eks.amazonaws.com";
const CLUSTER: &str = "/k8s/my-cluster/api/v1/namespaces/default";

/// A server where one pod's token is good everywhere, and what it takes to make others.
struct World {
    shared: Shared,
    issuer: Arc<Issuer>,
    /// The issuer's private key.
    key: Arc<SigningKey>,
    /// A key that is not the issuer's.
    other: SigningKey,
    claims: Value,
}

impl World {
    fn new() -> Self {
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
    fn permit(&self) {
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

    fn send(&self, request: Request<Bytes>) -> (u16, Value) {
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

    fn post(&self, path: &str, body: &Value) -> Value {
        let mut request = request("POST", path);
        *request.body_mut() = body.to_string().into();
        let (status, answer) = self.send(request);
        assert_eq!(status, 201, "{answer}");
        answer
    }

    fn eks_auth(&self, token: &str) -> (u16, Value) {
        let path = "/clusters/my-cluster/assume-role-for-pod-identity";
        self.send(signed(
            "eks-auth",
            path,
            json!({ "token": token }).to_string(),
        ))
    }

    fn agent(&self, token: &str) -> (u16, Value) {
        let mut request = request("GET", crate::agent::PATH);
        let Ok(header) = HeaderValue::from_str(token) else {
            return (400, json!("no HTTP client sends it"));
        };
        request.headers_mut().insert(AUTHORIZATION, header);
        self.send(request)
    }

    fn web_identity(&self, token: &str) -> (u16, Value) {
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

    fn review(&self, token: &str) -> bool {
        let review = json!({ "spec": { "token": token, "audiences": [AUDIENCE] } });
        let path = "/k8s/my-cluster/apis/authentication.k8s.io/v1/tokenreviews";
        let answer = self.post(path, &review);
        answer["status"]["authenticated"] == true
    }

    /// The good token with other claims.
    fn with(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims.clone();
        change(&mut claims);
        self.key.sign(&claims).unwrap()
    }

    /// A token with the good claims and another header, signed with the issuer's key.
    fn headed(&self, change: impl FnOnce(&mut Value)) -> String {
        self.headed_by(&self.key, change)
    }

    fn headed_by(&self, key: &SigningKey, change: impl FnOnce(&mut Value)) -> String {
        let mut header = json!({ "alg": "RS256", "kid": self.key.public().id });
        change(&mut header);
        sign(&header.to_string(), &self.claims.to_string(), key)
    }

    /// A token with these claims as they are written.
    fn written(&self, claims: &str) -> String {
        let header = json!({ "alg": "RS256", "kid": self.key.public().id });
        sign(&header.to_string(), claims, &self.key)
    }

    /// The good claims with one more of this name.
    fn doubled(&self, name: &str, value: &Value) -> String {
        let claims = self.claims.to_string();
        self.written(&format!("{{{}:{value},{}", json!(name), &claims[1..]))
    }

    fn hmac(&self, secret: &[u8]) -> String {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(self.key.public().id.clone());
        let key = EncodingKey::from_secret(secret);
        jsonwebtoken::encode(&header, &self.claims, &key).unwrap()
    }

    fn by(&self, algorithm: Algorithm) -> String {
        let mut header = Header::new(algorithm);
        header.kid = Some(self.key.public().id.clone());
        jsonwebtoken::encode(&header, &self.claims, &self.key.private).unwrap()
    }
}

fn issuer(shared: &Shared, cluster: &str) -> Arc<Issuer> {
    let found = shared.store.cluster(cluster, |it| Arc::clone(&it.issuer));
    found.unwrap()
}

fn request(method: &str, path: &str) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(path);
    request
        .header(HOST, "127.0.0.1")
        .body(Bytes::new())
        .unwrap()
}

fn signed(service: &str, path: &str, body: String) -> Request<Bytes> {
    let mut request = request("POST", path);
    let credential =
        format!("AWS4-HMAC-SHA256 Credential=test/20260101/us-west-2/{service}/aws4_request");
    let credential = HeaderValue::from_str(&credential).unwrap();
    request.headers_mut().insert(AUTHORIZATION, credential);
    *request.body_mut() = body.into();
    request
}

fn form(service: &str, version: &str, parameters: &[(&str, &str)]) -> Request<Bytes> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Version", version);
    form.extend_pairs(parameters);
    signed(service, "/", form.finish())
}

fn sign(header: &str, claims: &str, key: &SigningKey) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &key.private, Algorithm::RS256).unwrap();
    format!("{message}.{signature}")
}

fn part(token: &str, index: usize) -> &str {
    token.split('.').nth(index).unwrap()
}

/// The public key, as far as it tells it from others.
fn modulus(key: &key::VerifyingKey) -> Vec<u8> {
    let n = json!(key.jwk)["n"]
        .as_str()
        .map(|n| URL_SAFE_NO_PAD.decode(n));
    n.unwrap().unwrap()
}

/// Whom a token deceives, if anybody.
#[derive(Clone, Copy, PartialEq)]
enum Good {
    ForNobody,
    /// STS asks for no pod.
    AsWebIdentity,
}

type Forgery = (&'static str, fn(&World) -> String, Good);

fn forgeries() -> Vec<Forgery> {
    use Good::{AsWebIdentity, ForNobody};
    vec![
        ("one word", |_| "token".to_owned(), ForNobody),
        (
            "two parts",
            |w| w.with(|_| ()).rsplit_once('.').unwrap().0.to_owned(),
            ForNobody,
        ),
        ("four parts", |w| w.with(|_| ()) + ".x", ForNobody),
        ("empty parts", |_| "..".to_owned(), ForNobody),
        (
            "a header that is not base64",
            |w| format!("!{}", w.with(|_| ())),
            ForNobody,
        ),
        (
            "a header that is not JSON",
            |w| sign("alg", &w.claims.to_string(), &w.key),
            ForNobody,
        ),
        ("claims that are not JSON", |w| w.written("sub"), ForNobody),
        ("claims that are a list", |w| w.written("[]"), ForNobody),
        ("padded base64", |w| w.with(|_| ()) + "==", ForNobody),
        (
            "a line break after it",
            |w| w.with(|_| ()) + "\n",
            ForNobody,
        ),
        (
            "a scheme before it",
            |w| format!("Bearer {}", w.with(|_| ())),
            ForNobody,
        ),
        (
            "no algorithm",
            |w| w.headed(|h| h["alg"] = json!("none")),
            ForNobody,
        ),
        (
            "no algorithm and no signature",
            |w| {
                let token = w.headed(|h| h["alg"] = json!("none"));
                format!("{}.{}.", part(&token, 0), part(&token, 1))
            },
            ForNobody,
        ),
        (
            "no algorithm, in other letters",
            |w| w.headed(|h| h["alg"] = json!("nOnE")),
            ForNobody,
        ),
        (
            "no member for the algorithm",
            |w| {
                w.headed(|h| {
                    h.as_object_mut().unwrap().remove("alg");
                })
            },
            ForNobody,
        ),
        (
            "HS256 with the public key",
            |w| w.hmac(&modulus(w.key.public())),
            ForNobody,
        ),
        (
            "HS256 with the key set",
            |w| w.hmac(w.issuer.key_set().unwrap().to_string().as_bytes()),
            ForNobody,
        ),
        (
            "HS256 with the key's id",
            |w| w.hmac(w.key.public().id.as_bytes()),
            ForNobody,
        ),
        ("RS512", |w| w.by(Algorithm::RS512), ForNobody),
        ("PS256", |w| w.by(Algorithm::PS256), ForNobody),
        (
            "RS256 that says RS512",
            |w| w.headed(|h| h["alg"] = json!("RS512")),
            ForNobody,
        ),
        (
            "no key's id",
            |w| {
                w.headed(|h| {
                    h.as_object_mut().unwrap().remove("kid");
                })
            },
            ForNobody,
        ),
        (
            "an unknown key's id",
            |w| w.headed(|h| h["kid"] = json!("x")),
            ForNobody,
        ),
        (
            "a path for a key's id",
            |w| w.headed(|h| h["kid"] = json!("../../dev/null")),
            ForNobody,
        ),
        (
            "two key ids",
            |w| {
                let header = format!(
                    r#"{{"alg":"RS256","kid":"x","kid":"{}"}}"#,
                    w.key.public().id
                );
                sign(&header, &w.claims.to_string(), &w.key)
            },
            ForNobody,
        ),
        (
            "another's signature",
            |w| w.headed_by(&w.other, |_| ()),
            ForNobody,
        ),
        (
            "another's key and id",
            |w| w.headed_by(&w.other, |h| h["kid"] = json!(w.other.public().id)),
            ForNobody,
        ),
        (
            "another's key in the header",
            |w| w.headed_by(&w.other, |h| h["jwk"] = json!(w.other.public().jwk)),
            ForNobody,
        ),
        (
            "a key in the header",
            |w| w.headed(|h| h["jwk"] = json!(w.key.public().jwk)),
            ForNobody,
        ),
        (
            "an address of keys",
            |w| w.headed(|h| h["jku"] = json!("https://evil.example/keys")),
            ForNobody,
        ),
        (
            "an address of certificates",
            |w| w.headed(|h| h["x5u"] = json!("https://evil.example/x5u")),
            ForNobody,
        ),
        (
            "certificates",
            |w| w.headed(|h| h["x5c"] = json!(["MIIB"])),
            ForNobody,
        ),
        (
            "a critical extension",
            |w| w.headed(|h| h["crit"] = json!(["b64"])),
            ForNobody,
        ),
        (
            "compressed claims",
            |w| w.headed(|h| h["zip"] = json!("DEF")),
            ForNobody,
        ),
        (
            "other claims under a good signature",
            |w| {
                let (good, other) = (w.with(|_| ()), w.with(|c| c["sub"] = json!("x")));
                format!("{}.{}.{}", part(&good, 0), part(&other, 1), part(&good, 2))
            },
            ForNobody,
        ),
        (
            "half a signature",
            |w| {
                let token = w.with(|_| ());
                token[..token.len() - 100].to_owned()
            },
            ForNobody,
        ),
        (
            "no signature",
            |w| {
                let token = w.with(|_| ());
                token[..=token.rfind('.').unwrap()].to_owned()
            },
            ForNobody,
        ),
        (
            "another issuer",
            |w| w.with(|c| c["iss"] = json!("https://evil.example")),
            ForNobody,
        ),
        (
            "the issuer with a slash",
            |w| w.with(|c| c["iss"] = json!(format!("{}/", w.issuer.url()))),
            ForNobody,
        ),
        (
            "the issuer in small letters",
            |w| w.with(|c| c["iss"] = json!(w.issuer.url().to_lowercase())),
            ForNobody,
        ),
        (
            "no issuer",
            |w| {
                w.with(|c| {
                    c.as_object_mut().unwrap().remove("iss");
                })
            },
            ForNobody,
        ),
        (
            "another cluster's issuer, by this one's key",
            |w| w.with(|c| c["iss"] = json!(issuer(&w.shared, "other").url())),
            ForNobody,
        ),
        (
            "another cluster's token",
            |w| {
                let other = issuer(&w.shared, "other");
                let mut claims = w.claims.clone();
                claims["iss"] = json!(other.url());
                other
                    .sign(&serde_json::from_value(claims).unwrap())
                    .unwrap()
            },
            ForNobody,
        ),
        (
            "another audience",
            |w| w.with(|c| c["aud"] = json!(["https://kubernetes.default.svc"])),
            ForNobody,
        ),
        (
            "an audience that begins alike",
            |w| w.with(|c| c["aud"] = json!("pods.eks.amazonaws.com.evil.example")),
            ForNobody,
        ),
        (
            "no audience",
            |w| {
                w.with(|c| {
                    c.as_object_mut().unwrap().remove("aud");
                })
            },
            ForNobody,
        ),
        (
            "an empty list of audiences",
            |w| w.with(|c| c["aud"] = json!([])),
            ForNobody,
        ),
        (
            "expired",
            |w| w.with(|c| c["exp"] = c["iat"].clone()),
            ForNobody,
        ),
        (
            "no expiry",
            |w| {
                w.with(|c| {
                    c.as_object_mut().unwrap().remove("exp");
                })
            },
            ForNobody,
        ),
        (
            "an expiry that is a text",
            |w| w.with(|c| c["exp"] = json!("9999999999")),
            ForNobody,
        ),
        (
            "an expiry beyond all numbers",
            |w| {
                w.written(
                    &w.claims
                        .to_string()
                        .replace("\"exp\":", "\"exp\":1e99,\"x\":"),
                )
            },
            ForNobody,
        ),
        (
            "not valid yet",
            |w| w.with(|c| c["nbf"] = json!(c["exp"].as_i64().unwrap() - 1)),
            ForNobody,
        ),
        (
            "issued in the future",
            |w| w.with(|c| c["iat"] = json!(c["exp"].as_i64().unwrap() - 1)),
            ForNobody,
        ),
        (
            "two subjects",
            |w| w.doubled("sub", &json!("system:serviceaccount:kube-system:default")),
            ForNobody,
        ),
        (
            "two audiences, one by one",
            |w| w.doubled("aud", &json!("x")),
            ForNobody,
        ),
        ("two expiries", |w| w.doubled("exp", &json!(1)), ForNobody),
        (
            "two bearers",
            |w| w.doubled("kubernetes.io", &json!({})),
            ForNobody,
        ),
        (
            "no subject",
            |w| {
                w.with(|c| {
                    c.as_object_mut().unwrap().remove("sub");
                })
            },
            ForNobody,
        ),
        (
            "too long",
            |w| w.with(|c| c["x"] = json!("x".repeat(20_000))),
            ForNobody,
        ),
        (
            "not Kubernetes's",
            |w| {
                w.with(|c| {
                    c.as_object_mut().unwrap().remove("kubernetes.io");
                })
            },
            AsWebIdentity,
        ),
        (
            "of no pod",
            |w| w.with(|c| c["kubernetes.io"]["pod"] = Value::Null),
            AsWebIdentity,
        ),
        (
            "of a pod that is not there",
            |w| w.with(|c| c["kubernetes.io"]["pod"]["name"] = json!("x")),
            AsWebIdentity,
        ),
        (
            "of an earlier pod",
            |w| w.with(|c| c["kubernetes.io"]["pod"]["uid"] = json!("x")),
            AsWebIdentity,
        ),
        (
            "of an earlier service account",
            |w| w.with(|c| c["kubernetes.io"]["serviceaccount"]["uid"] = json!("x")),
            AsWebIdentity,
        ),
        (
            "of another namespace's service account",
            |w| w.with(|c| c["kubernetes.io"]["namespace"] = json!("kube-system")),
            AsWebIdentity,
        ),
    ]
}

#[test]
fn hostile_tokens_are_refused_by_all_who_take_tokens() {
    let world = World::new();
    let good = world.with(|_| ());
    assert_eq!(world.eks_auth(&good).0, 200, "{:?}", world.eks_auth(&good));
    assert_eq!(world.agent(&good).0, 200);
    assert_eq!(world.web_identity(&good).0, 200);
    assert!(world.review(&good));

    for (name, forge, deceived) in forgeries() {
        let token = forge(&world);
        let (status, answer) = world.eks_auth(&token);
        assert_eq!(status, 400, "{name}: EKS Auth answers {answer}");
        let (status, answer) = world.agent(&token);
        assert_eq!(status, 400, "{name}: the agent answers {answer}");
        let (status, answer) = world.web_identity(&token);
        let expected = if deceived == Good::AsWebIdentity {
            200
        } else {
            400
        };
        assert_eq!(status, expected, "{name}: STS answers {answer}");
        let reviewed = world.review(&token);
        assert!(
            !reviewed || name == "of no pod",
            "{name}: TokenReview is deceived"
        );
        let told = format!(
            "{answer}{:?}",
            world.shared.ledger.calls(&Default::default())
        );
        assert!(
            token.len() < 100 || !told.contains(&token),
            "{name}: the token is told"
        );
    }
}

#[test]
fn keys_verify_after_later_ones_sign_and_not_for_ever() {
    let world = World::new();
    let claims: Claims = serde_json::from_value(world.claims.clone()).unwrap();
    let now = NOW.parse().unwrap();
    let first = world.issuer.sign(&claims).unwrap();
    let verify = |token: &str| world.issuer.verify(token, &[AUDIENCE], now).map(drop);
    for _ in 0..3 {
        world.issuer.rotate().unwrap();
        let later = world.issuer.sign(&claims).unwrap();
        assert_ne!(part(&first, 0), part(&later, 0));
        assert_eq!((verify(&first), verify(&later)), (Ok(()), Ok(())));
    }
    for _ in 0..5 {
        world.issuer.rotate().unwrap();
    }
    assert_eq!(verify(&first), Err(TokenError::UnknownKey));
}

#[test]
fn the_issuers_of_a_region_of_china_have_its_suffix() {
    assert_eq!(
        url("cn-north-1", "A"),
        "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/A"
    );
    assert_eq!(
        url("us-west-2", "A"),
        "https://oidc.eks.us-west-2.amazonaws.com/id/A"
    );
}

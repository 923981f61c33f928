//! `TokenRequest`, the part of a service account behind `kubectl create token`.
//!
//! As on EKS, no token lasts longer than a day. Tokens can be bound to a pod; a secret they cannot be bound to here.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::super::failure::{Cause, Failure};
use super::super::kind::{Kind, Question};
use super::super::schema::ListType::Atomic;
use super::super::schema::Type::{Int64, List, Object, Text, Time};
use super::super::schema::{meta, structures};
use super::super::subresource::{Act, Subresource};
use super::pod::POD;
use super::service_account::SERVICE_ACCOUNT;
use crate::oidc::{Bound, Claims, KubernetesClaims};
use crate::state::kubernetes::Key;

/// The part of a service account that issues its tokens.
pub(crate) const TOKEN: Subresource = Subresource {
    name: "token",
    kind: Some(&TOKEN_REQUEST),
    verbs: &["create"],
    act: Act::Answer(answer),
};

/// Whom tokens are for that name nobody: the API server.
pub(crate) const API_SERVER: &str = "https://kubernetes.default.svc";
/// How long a token lasts whose request does not say, in seconds.
const USUAL_SECONDS: i64 = 60 * 60;
/// The shortest and the longest time that may be asked for.
const MIN_SECONDS: i64 = 10 * 60;
const MAX_SECONDS: i64 = 1 << 32;
/// The longest time that a token lasts, whatever was asked for.
const LONGEST_SECONDS: i64 = 24 * 60 * 60;

static TOKEN_REQUEST: Kind = Kind {
    group: "authentication.k8s.io",
    verbs: &["create"],
    ..Kind::plain("TokenRequest", "tokenrequests", "tokenrequest", &REQUEST)
};

structures! {
    REQUEST "io.k8s.api.authentication.v1.TokenRequest" "TokenRequest requests a token for a given service account." {
        1 "metadata": Object(&meta::OBJECT_META) => "Standard object's metadata.";
        2 "spec" required: Object(&SPEC) => "Spec holds information about the request being evaluated";
        3 "status": Object(&STATUS) => "Status is filled in by the server and indicates whether the token can be authenticated.";
    }

    SPEC "io.k8s.api.authentication.v1.TokenRequestSpec" "TokenRequestSpec contains client provided parameters of a token request." {
        1 "audiences" required: List(&Text, Atomic) => "Audiences are the intendend audiences of the token.";
        4 "expirationSeconds" pointer: Int64 => "ExpirationSeconds is the requested duration of validity of the request.";
        3 "boundObjectRef" pointer: Object(&BOUND_OBJECT) => "BoundObjectRef is a reference to an object that the token will be bound to.";
    }

    BOUND_OBJECT "io.k8s.api.authentication.v1.BoundObjectReference" "BoundObjectReference is a reference to an object that a token is bound to." {
        1 "kind": Text => "Kind of the referent.";
        2 "apiVersion": Text => "API version of the referent.";
        3 "name": Text => "Name of the referent.";
        4 "uid": Text => "UID of the referent.";
    }

    STATUS "io.k8s.api.authentication.v1.TokenRequestStatus" "TokenRequestStatus is the result of a token request." {
        1 "token" required: Text => "Token is the opaque bearer token.";
        2 "expirationTimestamp" required: Time => "ExpirationTimestamp is the time of expiration of the returned token.";
    }
}

fn answer(question: &Question<'_>) -> Result<Value, Failure> {
    let (namespace, name) = &question.about;
    let mut request = question.object.clone();
    place(&mut request, namespace, name)?;
    let account = find(question, &SERVICE_ACCOUNT, &question.about)?;
    let spec = &mut request["spec"];
    let seconds = spec["expirationSeconds"].as_i64().unwrap_or(USUAL_SECONDS);
    check_seconds(name, seconds)?;
    let seconds = seconds.min(LONGEST_SECONDS);
    spec["expirationSeconds"] = json!(seconds);
    let audiences: Vec<String> = match spec["audiences"].as_array() {
        Some(audiences) if !audiences.is_empty() => audiences.iter().map(text).collect(),
        _ => vec![API_SERVER.to_owned()],
    };
    spec["audiences"] = json!(audiences);

    let pod = match &spec["boundObjectRef"] {
        Value::Null => None,
        reference => Some(bound_pod(question, namespace, name, reference)?),
    };
    let node = pod
        .as_ref()
        .and_then(|pod| pod["spec"]["nodeName"].as_str());
    let issued = question.now.as_second();
    let issuer = question.eks.issuer();
    let issuer = issuer.ok_or_else(|| Failure::bad_request("the cluster is gone"))?;
    let claims = Claims {
        aud: audiences,
        exp: issued + seconds,
        iat: Some(issued),
        iss: issuer.url().to_owned(),
        jti: Some(question.cluster.write(|writer| writer.ids.uuid())),
        kubernetes: Some(KubernetesClaims {
            namespace: namespace.clone(),
            node: node.map(|name| Bound {
                name: name.to_owned(),
                uid: String::new(),
            }),
            pod: pod.as_ref().map(bound),
            serviceaccount: bound(&account),
        }),
        nbf: Some(issued),
        sub: format!("system:serviceaccount:{namespace}:{name}"),
    };
    // Outside of every lock: this takes a moment.
    let token = issuer.sign(&claims);
    let token = token.map_err(|error| Failure::bad_request(error.to_string()))?;
    let expires = question
        .now
        .saturating_add(SignedDuration::from_secs(seconds));
    let expires = expires.unwrap_or(Timestamp::MAX);
    request["metadata"]["creationTimestamp"] = json!(format!("{:.0}", question.now));
    request["status"] = json!({ "token": token, "expirationTimestamp": format!("{expires:.0}") });
    Ok(request)
}

/// Gives a request the place of its service account, or refuses one of another.
fn place(request: &mut Value, namespace: &str, name: &str) -> Result<(), Failure> {
    for (field, place) in [("namespace", namespace), ("name", name)] {
        let given = &mut request["metadata"][field];
        match given.as_str().unwrap_or_default() {
            "" => *given = json!(place),
            given if given == place => {}
            given => {
                return Err(Failure::BadRequest(format!(
                    "the {field} of the provided object does not match the {field} sent on the request: \"{given}\" is not \"{place}\""
                )));
            }
        }
    }
    Ok(())
}

fn check_seconds(name: &str, seconds: i64) -> Result<(), Failure> {
    let rule = match seconds {
        ..MIN_SECONDS => "may not specify a duration less than 10 minutes",
        MIN_SECONDS..=MAX_SECONDS => return Ok(()),
        _ => "may not specify a duration larger than 2^32 seconds",
    };
    let cause = Cause::invalid("spec.expirationSeconds", &json!(seconds), rule);
    Err(Failure::Invalid(
        &TOKEN_REQUEST,
        name.to_owned(),
        vec![cause],
    ))
}

/// The pod that a token is to be bound to.
fn bound_pod(
    question: &Question<'_>,
    namespace: &str,
    service_account: &str,
    reference: &Value,
) -> Result<Value, Failure> {
    let (kind, version) = (text(&reference["kind"]), text(&reference["apiVersion"]));
    if (kind.as_str(), version.as_str()) != ("Pod", "v1") {
        return Err(Failure::BadRequest(format!(
            "cannot bind token to object of type {version}, Kind={kind}"
        )));
    }
    let name = text(&reference["name"]);
    let pod = find(question, &POD, &(namespace.to_owned(), name.clone()))?;
    if pod["spec"]["serviceAccountName"].as_str() != Some(service_account) {
        return Err(Failure::BadRequest(format!(
            "cannot bind token for serviceaccount \"{service_account}\" to pod running with different serviceaccount name."
        )));
    }
    let uid = text(&reference["uid"]);
    if !uid.is_empty() && pod["metadata"]["uid"].as_str() != Some(&uid) {
        let why = format!(
            "the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated"
        );
        return Err(Failure::Conflict(&POD, name, why));
    }
    Ok(pod)
}

fn find(question: &Question<'_>, kind: &'static Kind, key: &Key) -> Result<Value, Failure> {
    let found = question
        .cluster
        .read(|objects| objects.find(kind.plural, key).map(|it| Value::clone(it)));
    found.ok_or_else(|| Failure::NotFound(kind, key.1.clone()))
}

fn bound(object: &Value) -> Bound {
    Bound {
        name: text(&object["metadata"]["name"]),
        uid: text(&object["metadata"]["uid"]),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

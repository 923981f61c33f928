//! The webhook as an endpoint, for the API server of a real cluster: `POST /webhook/CLUSTER/mutate`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Identity, mutation};
use crate::id::Ids;
use crate::kubernetes::{Eks, KubernetesCluster};

/// The path under which the webhooks of clusters lie.
pub(crate) const PREFIX: &str = "/webhook/";
/// What follows the cluster's name.
pub(crate) const ROUTE: &str = "mutate";
const VERSIONS: [&str; 2] = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"];

/// Why a review can not be answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReviewError {
    /// The body has another type.
    #[error("Invalid Content-Type, expected `application/json`")]
    ContentType,
    /// The body is no JSON.
    #[error("the body cannot be read as an AdmissionReview: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The body is another object.
    #[error("the body is not an AdmissionReview of `admission.k8s.io/v1`")]
    NoReview,
    /// The review asks nothing.
    #[error("bad content: the AdmissionReview has no request with a `uid`")]
    NoRequest,
    /// The request has no object to look at.
    #[error("bad content: `request.object` is not a pod")]
    NoPod,
}

impl ReviewError {
    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            ReviewError::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// Answers a review. The pod's service account is looked up in the mock's cluster of that name: there its annotations
/// count, if it is there.
///
/// # Errors
/// When the body is not a review of a pod.
pub(crate) fn answer(
    eks: &dyn Eks,
    cluster: &KubernetesCluster,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<Value, ReviewError> {
    let media = content_type.and_then(|text| text.split(';').next());
    if media.map(str::trim) != Some("application/json") {
        return Err(ReviewError::ContentType);
    }
    let review: Value = serde_json::from_slice(body)?;
    let version = VERSIONS
        .into_iter()
        .find(|version| review["apiVersion"] == *version);
    let version = version.filter(|_| review["kind"] == "AdmissionReview");
    let version = version.ok_or(ReviewError::NoReview)?;
    let request = &review["request"];
    let uid = request["uid"].as_str().filter(|uid| !uid.is_empty());
    let uid = uid.ok_or(ReviewError::NoRequest)?;

    let mut response = json!({ "uid": uid, "allowed": true });
    let creates_pod = request["operation"]
        .as_str()
        .is_none_or(|operation| operation == "CREATE")
        && request["kind"]["kind"]
            .as_str()
            .is_none_or(|kind| kind == "Pod");
    if creates_pod && let Some(patch) = patch(eks, cluster, request)? {
        response["patchType"] = json!("JSONPatch");
        response["patch"] = json!(STANDARD.encode(patch.to_string()));
    }
    Ok(json!({ "kind": "AdmissionReview", "apiVersion": version, "response": response }))
}

fn patch(
    eks: &dyn Eks,
    cluster: &KubernetesCluster,
    request: &Value,
) -> Result<Option<Value>, ReviewError> {
    let pod = &request["object"];
    if !pod["spec"]["containers"].is_array() {
        return Err(ReviewError::NoPod);
    }
    let text = |value: &Value| {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    // The object itself may not know its namespace yet.
    let namespace = text(&request["namespace"]).or_else(|| text(&pod["metadata"]["namespace"]));
    let namespace = namespace.unwrap_or_default();
    let Some(account) = text(&pod["spec"]["serviceAccountName"]) else {
        return Ok(None);
    };
    let annotations = cluster.annotations(&namespace, &account);
    let identity = Identity {
        annotations: &annotations,
        has_association: eks.has_association(&namespace, &account),
        region: &eks.region(),
    };
    // Nothing else is made here that a seed should make repeatable.
    Ok(mutation(pod, &identity, &mut Ids::new(None)).map(|patch| patch.0))
}

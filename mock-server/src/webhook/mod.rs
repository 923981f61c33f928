//! The webhook of EKS that gives pods their way to credentials: by Pod Identity if their service account has an
//! association, or else by the role in the service account's annotation.
//!
//! [`mutation`] is a pure function from a pod and what is known of its service account to a JSON patch. It is the last
//! step of the mock clusters' admission; [`review`] serves it to real clusters.

mod container;
pub(crate) mod review;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use self::container::Injection;
use crate::id::Ids;

/// What annotations and labels of the webhook begin with.
const DOMAIN: &str = "eks.amazonaws.com";
/// A pod with this label is not shown to the webhook at all.
const SKIP_LABEL: &str = "eks.amazonaws.com/skip-pod-identity-webhook";
/// Tells pods that got Pod Identity; in a patch's path, a slash within a name is written so.
const POD_IDENTITY_LABEL: &str = "eks.amazonaws.com/pod-identity";
const POD_IDENTITY_LABEL_PATH: &str = "/metadata/labels/eks.amazonaws.com~1pod-identity";
/// How long a token is valid unless an annotation says otherwise, in seconds.
const TOKEN_SECONDS: i64 = 86_400;
/// The shortest life that jitter leaves of it, so that the tokens of pods that start together do not end together.
const JITTERED_SECONDS: i64 = 79_200;
/// The shortest life that an annotation can ask for.
const MIN_TOKEN_SECONDS: i64 = 600;

/// What is known of a pod's service account when the pod is created.
#[derive(Debug)]
pub(crate) struct Identity<'a> {
    /// The service account's annotations; null when it has none.
    pub(crate) annotations: &'a Value,
    /// Whether it has an association at this moment.
    pub(crate) has_association: bool,
    /// The cluster's region.
    pub(crate) region: &'a str,
}

/// A JSON patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Patch(Value);

impl Patch {
    /// Carries the patch out on the pod that it was made for. As its failure policy is to ignore, a patch that does not fit
    /// changes nothing.
    pub(crate) fn apply(self, pod: &mut Value) {
        let patch = serde_json::from_value::<json_patch::Patch>(self.0);
        let patched = patch
            .map_err(|error| error.to_string())
            .and_then(|patch| json_patch::patch(pod, &patch).map_err(|error| error.to_string()));
        if let Err(error) = patched {
            tracing::warn!(error, "the webhook's patch does not fit its pod");
        }
    }
}

/// What the webhook changes in a new pod; nothing when the service account has no way to credentials.
pub(crate) fn mutation(pod: &Value, identity: &Identity<'_>, ids: &mut Ids) -> Option<Patch> {
    if !pod["metadata"]["labels"][SKIP_LABEL].is_null() {
        return None;
    }
    let injection = Injection::of(identity)?.on(pod);
    let skipped = skipped_containers(pod);
    let mut operations = Vec::new();
    if identity.has_association {
        operations.push(label(pod));
    }
    let volume = injection.volume(token_seconds(pod, identity, ids));
    match pod["spec"]["volumes"].as_array() {
        None => operations.push(add("/spec/volumes", json!([volume]))),
        Some(volumes)
            if volumes
                .iter()
                .any(|present| present["name"] == volume["name"]) => {}
        Some(_) => operations.push(add("/spec/volumes/0", volume)),
    }
    for list in ["containers", "initContainers"] {
        let of = pod["spec"][list].as_array().map_or(&[][..], Vec::as_slice);
        let injected = of.iter().map(|container| {
            let name = container["name"].as_str().unwrap_or_default();
            match skipped.contains(name) {
                true => container.clone(),
                false => injection.inject(container),
            }
        });
        let injected: Vec<Value> = injected.collect();
        if !injected.is_empty() {
            operations.push(add(&format!("/spec/{list}"), json!(injected)));
        }
    }
    Some(Patch(Value::Array(operations)))
}

fn add(path: &str, value: Value) -> Value {
    json!({ "op": "add", "path": path, "value": value })
}

fn label(pod: &Value) -> Value {
    match pod["metadata"]["labels"].is_object() {
        true => add(POD_IDENTITY_LABEL_PATH, json!("enabled")),
        false => add("/metadata/labels", json!({ POD_IDENTITY_LABEL: "enabled" })),
    }
}

/// An annotation of the webhook's.
fn annotation<'a>(annotations: &'a Value, name: &str) -> Option<&'a str> {
    annotations[format!("{DOMAIN}/{name}")].as_str()
}

/// The containers that the pod wants left alone.
fn skipped_containers(pod: &Value) -> BTreeSet<&str> {
    let stated = annotation(&pod["metadata"]["annotations"], "skip-containers");
    stated
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .collect()
}

/// How long the token is to be valid: as the pod says, or its service account, or by default; what is no number is
/// passed over.
fn token_seconds(pod: &Value, identity: &Identity<'_>, ids: &mut Ids) -> i64 {
    let stated = [&pod["metadata"]["annotations"], identity.annotations]
        .into_iter()
        .find_map(|annotations| {
            annotation(annotations, "token-expiration")?
                .parse::<i64>()
                .ok()
        });
    match stated.unwrap_or(TOKEN_SECONDS) {
        TOKEN_SECONDS => ids.between(JITTERED_SECONDS, TOKEN_SECONDS),
        seconds => seconds.max(MIN_TOKEN_SECONDS),
    }
}

#[cfg(test)]
mod tests;

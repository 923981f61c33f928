//! Whether what a token is bound to is still there: a token ends with its pod and with its service account.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use thiserror::Error;

use super::cluster::KubernetesCluster;
use super::kind::Kind;
use super::kinds::pod::POD;
use super::kinds::service_account::SERVICE_ACCOUNT;
use super::{Caller, Rights};
use crate::oidc::{Bound, KubernetesClaims};
use crate::state::kubernetes::Objects;

/// What a token is bound to and is gone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Gone {
    #[error("the {0} `{1}` that the token is bound to does not exist")]
    Missing(&'static str, String),
    #[error("the {0} `{1}` is not the one that the token is bound to, but a later one of its name")]
    Replaced(&'static str, String),
    #[error("the {0} `{1}` that the token is bound to is being deleted")]
    Deleted(&'static str, String),
}

/// How long a token outlives the deletion of what it is bound to, while that is still there: as in Kubernetes.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);

impl KubernetesCluster {
    /// Checks that a token's service account is there, and so is its pod if it has one.
    ///
    /// # Errors
    /// When one of them is not, or is another than it was.
    pub(crate) fn check_bound(&self, claims: &KubernetesClaims) -> Result<(), Gone> {
        let now = self.now();
        self.read(|objects| {
            let namespace = claims.namespace.as_str();
            let account = (&SERVICE_ACCOUNT, "service account");
            check(objects, account, namespace, &claims.serviceaccount, now)?;
            match &claims.pod {
                Some(pod) => check(objects, (&POD, "pod"), namespace, pod, now),
                None => Ok(()),
            }
        })
    }
}

fn check(
    objects: &Objects,
    (kind, word): (&Kind, &'static str),
    namespace: &str,
    bound: &Bound,
    now: Timestamp,
) -> Result<(), Gone> {
    let name = || format!("{namespace}/{}", bound.name);
    let key = (namespace.to_owned(), bound.name.clone());
    let Some(object) = objects.find(kind.plural, &key) else {
        return Err(Gone::Missing(word, name()));
    };
    let metadata = &object["metadata"];
    if metadata["uid"].as_str() != Some(&bound.uid) {
        return Err(Gone::Replaced(word, name()));
    }
    match deletion(metadata).is_some_and(|deleted| now.duration_since(deleted) > LEEWAY) {
        true => Err(Gone::Deleted(word, name())),
        false => Ok(()),
    }
}

fn deletion(metadata: &Value) -> Option<Timestamp> {
    metadata["deletionTimestamp"].as_str()?.parse().ok()
}

/// The user that a token of a service account stands for. Beside what a service account may ask about itself, it has
/// no rights: those would come from RBAC.
pub(crate) fn service_account_user(claims: &KubernetesClaims, token_id: Option<&str>) -> Caller {
    let KubernetesClaims {
        namespace,
        node,
        pod,
        serviceaccount,
    } = claims;
    let mut extra = Vec::new();
    if let Some(id) = token_id {
        extra.push(("credential-id", format!("JTI={id}")));
    }
    if let Some(node) = node {
        extra.push(("node-name", node.name.clone()));
    }
    if let Some(pod) = pod {
        extra.push(("pod-name", pod.name.clone()));
        extra.push(("pod-uid", pod.uid.clone()));
    }
    let extra = extra.into_iter().map(|(name, value)| {
        let key = format!("authentication.kubernetes.io/{name}");
        (key, vec![value])
    });
    Caller {
        username: format!("system:serviceaccount:{namespace}:{}", serviceaccount.name),
        uid: serviceaccount.uid.clone(),
        groups: vec![
            "system:serviceaccounts".to_owned(),
            format!("system:serviceaccounts:{namespace}"),
            "system:authenticated".to_owned(),
        ],
        extra: extra.collect(),
        rights: Rights::default(),
    }
}

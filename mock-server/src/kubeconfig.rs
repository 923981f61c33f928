//! The kubeconfig by which Kubernetes clients reach the clusters.

use serde_json::json;

use crate::store::{Read, Store};

/// A kubeconfig for the clusters of the default account and region.
pub(crate) fn write(store: &Store) -> String {
    let settings = store.settings();
    let mut names: Vec<String> = store.enter::<Read, _>(&settings.scope(), |cx| {
        cx.eks()
            .clusters
            .scan("", None)
            .map(|(name, _)| name.to_owned())
            .collect()
    });
    // The clusters of the command line first, in its order: the first context becomes the current one.
    names.sort_by_key(|name| {
        settings
            .clusters
            .iter()
            .position(|first| first == name)
            .unwrap_or(usize::MAX)
    });

    let clusters: Vec<_> = names
        .iter()
        .map(|name| {
            let mut cluster =
                json!({ "server": format!("{}/k8s/{name}", settings.kubernetes_uri()) });
            if let Some(tls) = &settings.tls {
                cluster["certificate-authority-data"] = json!(tls.authority);
            }
            json!({ "name": name, "cluster": cluster })
        })
        .collect();
    let contexts: Vec<_> = names
        .iter()
        .map(|name| json!({ "name": name, "context": { "cluster": name, "user": USER, "namespace": "default" } }))
        .collect();
    let user = match &settings.tls {
        Some(tls) => json!({ "token": tls.token }),
        None => json!({}),
    };
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": names.first().map(String::as_str).unwrap_or_default(),
        "clusters": clusters,
        "contexts": contexts,
        "users": [{ "name": USER, "user": user }],
    });
    // JSON is YAML too: nothing is lost but comfort if this should fail.
    serde_saphyr::to_string(&config).unwrap_or_else(|_| format!("{config:#}\n"))
}

/// The cluster's creator: over plain HTTP no credential travels, and by TLS a token of the server's.
const USER: &str = "podpass-mock";

//! Which context of a kubeconfig leads to a cluster of EKS.
//!
//! Writing into the wrong cluster is worse than asking, so a context counts only for a reason: the
//! cluster's ARN (what `aws eks update-kubeconfig` writes), the API server that EKS describes, or the
//! cluster's bare name where the server is not another cluster of EKS.

use std::path::PathBuf;

use http::Uri;
use kube::config::{Kubeconfig, KubeconfigError, NamedContext};
use podpass::ClusterId;
use podpass::port::{PortError, Service};

use crate::error::causes;

/// How many contexts an error lists at most.
const LISTED: usize = 20;

/// Reads the file at `path`, or what `KUBECONFIG` and `~/.kube/config` say.
pub(crate) async fn read(path: Option<PathBuf>) -> Result<Kubeconfig, PortError> {
    let reading = tokio::task::spawn_blocking(move || match path {
        Some(path) => Kubeconfig::read_from(path),
        None => Kubeconfig::read(),
    });
    let why = match reading.await {
        Ok(Ok(kubeconfig)) => return Ok(kubeconfig),
        Ok(Err(KubeconfigError::ReadConfig(error, path))) => {
            format!(
                "the kubeconfig `{}` cannot be read: {error}",
                path.display()
            )
        }
        Ok(Err(error)) => causes(&error),
        Err(error) => causes(&error),
    };
    Err(failed(&why).with_hint(
        "`aws eks update-kubeconfig --name CLUSTER` writes a kubeconfig; KUBECONFIG says where it is",
    ))
}

/// The context of that name, if it exists.
pub(crate) fn named(kubeconfig: &Kubeconfig, name: &str) -> Result<String, PortError> {
    find(kubeconfig, |context, _| context.name == name)
        .ok_or_else(|| unknown(kubeconfig, &format!("there is no context `{name}`")))
}

/// The context that carries the cluster's ARN, as its own name or its cluster's.
pub(crate) fn by_arn(kubeconfig: &Kubeconfig, cluster: &ClusterId) -> Option<String> {
    let ClusterId {
        account,
        region,
        name,
    } = cluster;
    let tail = format!(":eks:{region}:{account}:cluster/{name}");
    let is_arn = |text: &str| {
        text.strip_suffix(&tail)
            .and_then(|head| head.strip_prefix("arn:"))
            .is_some_and(|partition| !partition.contains(':'))
    };
    find(kubeconfig, |context, _| {
        is_arn(&context.name) || cluster_of(context).is_some_and(is_arn)
    })
}

/// The context whose API server is at `endpoint`.
pub(crate) fn by_endpoint(kubeconfig: &Kubeconfig, endpoint: &str) -> Option<String> {
    let endpoint: Uri = endpoint.parse().ok()?;
    let place = |uri: &Uri| (uri.scheme().cloned(), uri.authority().cloned());
    let path = |uri: &Uri| uri.path().trim_end_matches('/').to_owned();
    find(kubeconfig, |_, server| {
        server.is_some_and(|uri| place(uri) == place(&endpoint) && path(uri) == path(&endpoint))
    })
}

/// The context of the cluster's bare name. Clusters of several regions can share it, so a server that
/// is EKS's own must have been found by its endpoint before; a tunnel's or proxy's is believed.
pub(crate) fn by_name(kubeconfig: &Kubeconfig, cluster: &ClusterId) -> Option<String> {
    let is_eks = |uri: &Uri| {
        let host = uri.host().unwrap_or_default();
        host.contains(".eks.") || host.contains(".eks-cluster.")
    };
    find(kubeconfig, |context, server| {
        context.name == cluster.name.as_str() && !server.is_some_and(is_eks)
    })
}

/// No context leads to the cluster.
pub(crate) fn missing(kubeconfig: &Kubeconfig, cluster: &ClusterId) -> PortError {
    let ClusterId { region, name, .. } = cluster;
    let why = format!("no context leads to cluster `{name}` in {region}");
    unknown(kubeconfig, &why).with_hint(format!(
        "`aws eks update-kubeconfig --name {name} --region {region}` adds one; \
         an existing one can be named as the context to use"
    ))
}

/// The first context that `wanted` accepts, given the context and its server; the current context
/// before all others.
fn find(
    kubeconfig: &Kubeconfig,
    wanted: impl Fn(&NamedContext, Option<&Uri>) -> bool,
) -> Option<String> {
    let current = kubeconfig.current_context.as_deref();
    let mut found = kubeconfig
        .contexts
        .iter()
        .filter(|context| wanted(context, server_of(kubeconfig, context).as_ref()))
        .collect::<Vec<_>>();
    found.sort_by_key(|context| Some(context.name.as_str()) != current);
    found.first().map(|context| context.name.clone())
}

fn cluster_of(context: &NamedContext) -> Option<&str> {
    context.context.as_ref().map(|inner| inner.cluster.as_str())
}

fn server_of(kubeconfig: &Kubeconfig, context: &NamedContext) -> Option<Uri> {
    let name = cluster_of(context)?;
    let entry = kubeconfig
        .clusters
        .iter()
        .find(|entry| entry.name == name)?;
    entry.cluster.as_ref()?.server.as_ref()?.parse().ok()
}

fn unknown(kubeconfig: &Kubeconfig, why: &str) -> PortError {
    let names: Vec<_> = kubeconfig
        .contexts
        .iter()
        .map(|context| format!("`{}`", context.name))
        .collect();
    let listed = match names.len() {
        0 => "the kubeconfig holds none".to_owned(),
        1..=LISTED => format!("the kubeconfig holds {}", names.join(", ")),
        count => format!(
            "the kubeconfig holds {} and {} more",
            names[..LISTED].join(", "),
            count - LISTED
        ),
    };
    failed(&format!("{why}; {listed}"))
}

fn failed(why: &str) -> PortError {
    PortError::unreachable(Service::Kubernetes, "connect", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kubeconfig(contexts: &[(&str, &str, &str)]) -> Kubeconfig {
        let clusters: Vec<_> = contexts
            .iter()
            .map(|(_, cluster, server)| {
                serde_json::json!({ "name": cluster, "cluster": { "server": server } })
            })
            .collect();
        let contexts: Vec<_> = contexts
            .iter()
            .map(|(name, cluster, _)| {
                serde_json::json!({ "name": name, "context": { "cluster": cluster, "user": "me" } })
            })
            .collect();
        let text = serde_json::json!({ "clusters": clusters, "contexts": contexts }).to_string();
        Kubeconfig::from_yaml(&text).unwrap()
    }

    fn my_cluster() -> ClusterId {
        ClusterId {
            account: "111122223333".parse().unwrap(),
            region: "us-west-2".parse().unwrap(),
            name: "my-cluster".parse().unwrap(),
        }
    }

    const ARN: &str = "arn:aws:eks:us-west-2:111122223333:cluster/my-cluster";
    const ENDPOINT: &str = "https://EXAMPLE.gr7.us-west-2.eks.amazonaws.com";

    #[test]
    fn alias_of_a_context_is_seen_through_to_the_arn_of_its_cluster() {
        let kubeconfig = kubeconfig(&[("prod", ARN, ENDPOINT)]);
        assert_eq!(by_arn(&kubeconfig, &my_cluster()).as_deref(), Some("prod"));
    }

    #[test]
    fn arn_of_another_region_or_account_is_no_match() {
        for other in [
            "arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster",
            "arn:aws:eks:us-west-2:444455556666:cluster/my-cluster",
            "arn:aws:eks:us-west-2:111122223333:cluster/not-my-cluster",
        ] {
            let kubeconfig = kubeconfig(&[(other, other, ENDPOINT)]);
            assert_eq!(by_arn(&kubeconfig, &my_cluster()), None, "{other}");
        }
    }

    #[test]
    fn server_is_compared_as_a_url_and_not_as_text() {
        let server = "https://example.gr7.us-west-2.eks.amazonaws.com/";
        let kubeconfig = kubeconfig(&[("me@my-cluster.eksctl.io", "c", server)]);
        assert!(by_endpoint(&kubeconfig, ENDPOINT).is_some());
        assert!(by_endpoint(&kubeconfig, "https://other.eks.amazonaws.com").is_none());
    }

    #[test]
    fn paths_of_servers_keep_clusters_apart() {
        let kubeconfig = kubeconfig(&[
            ("a", "a", "http://127.0.0.1:4566/k8s/a"),
            ("b", "b", "http://127.0.0.1:4566/k8s/b"),
        ]);
        let found = by_endpoint(&kubeconfig, "http://127.0.0.1:4566/k8s/b");
        assert_eq!(found.as_deref(), Some("b"));
    }

    #[test]
    fn bare_name_is_believed_of_a_tunnel_but_not_of_another_cluster_of_eks() {
        let tunnel = kubeconfig(&[("my-cluster", "c", "https://localhost:8443")]);
        assert!(by_name(&tunnel, &my_cluster()).is_some());
        let other = "https://OTHER.gr7.eu-west-1.eks.amazonaws.com";
        let elsewhere = kubeconfig(&[("my-cluster", "c", other)]);
        assert!(by_name(&elsewhere, &my_cluster()).is_none());
    }

    #[test]
    fn current_context_wins_among_several_that_lead_to_the_cluster() {
        let mut kubeconfig = kubeconfig(&[("first", ARN, ENDPOINT), ("second", ARN, ENDPOINT)]);
        let cluster = my_cluster();
        assert_eq!(by_arn(&kubeconfig, &cluster).as_deref(), Some("first"));
        kubeconfig.current_context = Some("second".to_owned());
        assert_eq!(by_arn(&kubeconfig, &cluster).as_deref(), Some("second"));
    }

    #[test]
    fn missing_context_is_told_with_those_that_exist() {
        let error = missing(
            &kubeconfig(&[("a", "a", ENDPOINT), ("b", "b", ENDPOINT)]),
            &my_cluster(),
        );
        assert_eq!(
            error.message(),
            "no context leads to cluster `my-cluster` in us-west-2; the kubeconfig holds `a`, `b`"
        );
        let hint = error.hint().unwrap();
        assert!(
            hint.starts_with("`aws eks update-kubeconfig --name my-cluster --region us-west-2`")
        );
    }

    #[test]
    fn long_list_of_contexts_is_cut() {
        let names: Vec<_> = (0..30).map(|n| format!("c{n}")).collect();
        let contexts: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), name.as_str(), ENDPOINT))
            .collect();
        let error = named(&kubeconfig(&contexts), "x").unwrap_err();
        assert!(error.message().ends_with("`c19` and 10 more"), "{error}");
    }
}

//! The service account, which the pod has to run as.

use super::{PodPath, Verdict};
use crate::port::NamespaceState;

/// Where a service account names the role of a web identity.
const ROLE_ANNOTATION: &str = "eks.amazonaws.com/role-arn";

pub(super) fn judge(path: &PodPath) -> Verdict {
    let subject = path.subject();
    let (namespace, name) = (&subject.namespace, &subject.service_account);
    if path.has_no_cluster() {
        return Verdict::not_reached("there is no such cluster");
    }
    match &path.namespace {
        Ok(NamespaceState::Missing) => {
            return Verdict::broken(format!("there is no namespace `{namespace}`"))
                .remedy(format!("create it: `kubectl create namespace {namespace}`"));
        }
        Ok(NamespaceState::Terminating) => {
            return Verdict::broken(format!("namespace `{namespace}` is being deleted"))
                .remedy("wait until it is gone, and create it anew");
        }
        Ok(NamespaceState::Active) | Err(_) => {}
    }
    let account = match &path.service_account {
        Err(error) => return Verdict::unasked(error),
        Ok(None) => {
            return Verdict::broken(format!(
                "there is no service account `{name}` in namespace `{namespace}`"
            ))
            .remedy(format!(
                "create it: `kubectl create serviceaccount {name} --namespace {namespace}`"
            ));
        }
        Ok(Some(account)) => account,
    };
    if let Ok(Some(pod)) = &path.pod
        && pod.service_account != *name
    {
        let found = &pod.service_account;
        return Verdict::broken(format!(
            "pod `{}` runs as service account `{found}`",
            pod.name
        ))
        .remedy(format!(
            "set `serviceAccountName: {name}` in the pod's template"
        ));
    }
    let passed_over = match account.annotations.get(ROLE_ANNOTATION) {
        Some(_) if path.association().is_some() => {
            format!(
                "; its annotation `{ROLE_ANNOTATION}` counts for nothing beside its association"
            )
        }
        _ => String::new(),
    };
    Verdict::holds(format!("`{namespace}/{name}` is there{passed_over}"))
}

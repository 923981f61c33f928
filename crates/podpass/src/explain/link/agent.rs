//! The agent: the webhook has to lead the pod there, nothing in the pod may lead elsewhere, and it has to answer.

use super::{PodPath, Verdict};
use crate::explain::look::mount;
use crate::port::{Container, Pod, PortError, Service};

const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
/// A pod with this label is not shown to the webhook.
const SKIP_LABEL: &str = "eks.amazonaws.com/skip-pod-identity-webhook";
/// The containers that a pod wants left alone.
const SKIP_CONTAINERS: &str = "eks.amazonaws.com/skip-containers";

/// What SDKs look at before they ask the agent, and by what it wins. (The credential provider chains of the AWS SDKs.)
const SOONER: [(&str, &str); 4] = [
    ("AWS_ACCESS_KEY_ID", "its access key"),
    ("AWS_PROFILE", "the profile"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "the web identity"),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "its own place"),
];

pub(super) fn judge(path: &PodPath) -> Verdict {
    let pod = match &path.pod {
        Ok(Some(pod)) => pod,
        Ok(None) => {
            return Verdict::not_reached("there is no such pod");
        }
        Err(_) if path.has_no_cluster() => {
            return Verdict::not_reached("without its cluster there can be no pod");
        }
        Err(_) if matches!(path.service_account, Ok(None)) => {
            return Verdict::not_reached("without its service account there can be no pod");
        }
        Err(error) => return Verdict::unasked(error),
    };
    let Some(container) = pod.containers.first() else {
        return Verdict::broken(format!("pod `{}` has no containers", pod.name));
    };
    injection(path, pod, container)
        .or_else(|| override_of(container))
        .unwrap_or_else(|| answer(path, pod))
}

/// What is wrong with what the webhook did to the pod, if anything is.
fn injection(path: &PodPath, pod: &Pod, container: &Container) -> Option<Verdict> {
    let own = |name: &str| container.environment.get(name);
    let is_mounted = |file: &String| container.tokens.iter().any(|mount| mount.path == *file);
    let name = &container.name;
    match own(TOKEN_FILE) {
        Some(Some(file)) if is_mounted(file) && own(FULL_URI).is_some() => return None,
        None if own(FULL_URI).is_none() => {}
        _ => {
            return Some(
                Verdict::broken(format!(
                    "container `{name}` sets `{FULL_URI}` or `{TOKEN_FILE}` itself, so the webhook left both alone"
                ))
                .remedy("take them out of the container"),
            );
        }
    }
    if pod.labels.contains_key(SKIP_LABEL) {
        return Some(
            Verdict::broken(format!(
                "pod `{}` has the label `{SKIP_LABEL}`, so the webhook passed it over",
                pod.name
            ))
            .remedy("take the label away, and create the pod anew"),
        );
    }
    let skipped = pod.annotations.get(SKIP_CONTAINERS);
    if skipped.is_some_and(|names| names.split(',').any(|one| one.trim() == name)) {
        return Some(
            Verdict::broken(format!(
                "the annotation `{SKIP_CONTAINERS}` has the webhook leave container `{name}` alone"
            ))
            .remedy("take the container out of the annotation, and create the pod anew"),
        );
    }
    if path.association.is_ok() && path.association().is_none() {
        return Some(Verdict::not_reached(
            "without an association the webhook leads no pod to the agent",
        ));
    }
    Some(
        Verdict::broken(format!(
            "the webhook has not led pod `{}` to the agent: it was created before the association, or in the seconds \
             after, or the webhook was not asked",
            pod.name
        ))
        .remedy("create the pod anew"),
    )
}

/// What in the container wins over the agent, if anything does.
fn override_of(container: &Container) -> Option<Verdict> {
    let set = |name: &str| match container.environment.get(name) {
        Some(Some(value)) => !value.is_empty(),
        Some(None) => true,
        None => false,
    };
    let (name, what) = SOONER.into_iter().find(|(name, _)| set(name))?;
    Some(
        Verdict::broken(format!(
            "container `{}` sets `{name}`, so that SDKs take {what} and do not ask the agent",
            container.name
        ))
        .remedy(format!("take `{name}` out of the container")),
    )
}

/// How the agent answered.
fn answer(path: &PodPath, pod: &Pod) -> Verdict {
    let url = &path.agent;
    match &path.session {
        Some(Err(error)) if is_about_node(error) => Verdict::broken(error.message()).remedy(
            "attach `AmazonEKSWorkerNodePolicy` to the role of the nodes, or allow it `eks-auth:AssumeRoleForPodIdentity`",
        ),
        Some(Err(error)) if error.is_unreadable() && is_of_agent(error) => {
            Verdict::broken(format!("what answers at {url} is no agent: {}", error.message()))
                .remedy("say where the agent is: `--agent URL`")
        }
        Some(Err(error)) if is_of_agent(error) => match error.status() {
            None if path.agent_expected => {
                Verdict::broken(format!("no agent answers at {url}: {}", error.message()))
                    .remedy("start it, or say where it is: `--agent URL`")
            }
            None => Verdict::unseen(format!(
                "the webhook led pod `{}` to the agent, which can be asked on the cluster's nodes only",
                pod.name
            ))
            .remedy("run this on a node, or say where an agent can be reached: `--agent URL`"),
            Some(_) => Verdict::broken(error.message()).remedy(
                "SDKs have to ask the agent at 169.254.170.23 or [fd00:ec2::23], as the webhook tells them",
            ),
        },
        Some(_) => Verdict::holds(format!(
            "the webhook led pod `{}` to the agent, which answers at {url}",
            pod.name
        )),
        None if mount(pod).is_none() => Verdict::broken(format!(
            "pod `{}` has no token for the agent",
            pod.name
        ))
        .remedy("create the pod anew"),
        None => Verdict::unseen("without a token the agent was not asked"),
    }
}

/// Whether an error is about the agent, and neither about the token nor the role.
pub(super) fn is_of_agent(error: &PortError) -> bool {
    let is_own = error.service() == Service::Agent && error.code().is_none();
    is_about_node(error) || is_own && !super::token::is_about(error)
}

/// Whether EKS Auth does not let the agent call it, which it does as the role of its node.
fn is_about_node(error: &PortError) -> bool {
    let action = "is not authorized to perform: eks-auth:AssumeRoleForPodIdentity";
    error.service() == Service::Agent && error.message().contains(action)
}

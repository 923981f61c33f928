//! Pods and their tokens.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::authentication::v1::{BoundObjectReference, TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{Api, DeleteParams, PostParams, Preconditions};
use podpass::port::{Container, Pod, PodName, Pods, PortError, ServiceAccountToken, TokenMount};
use podpass::{MANAGED_BY, Namespace, ServiceAccountName};

use super::{Kubernetes, call};
use crate::error::Call;

/// Whom pods wait for that nobody is to take: no scheduler has this name, so nothing pulls the image, and no
/// autoscaler makes room.
const NO_SCHEDULER: &str = "podpass.invalid";
const IMAGE: &str = "registry.k8s.io/pause:3.10";

/// How long the kubelet asks for when the volume does not say.
const USUAL_LIFETIME: Duration = Duration::from_secs(60 * 60);

impl Pods for Kubernetes {
    async fn create_pod(
        &self,
        namespace: &Namespace,
        service_account: &ServiceAccountName,
        name: &PodName,
    ) -> Result<Pod, PortError> {
        let call = call("create Pod");
        let pod = unscheduled(service_account, name);
        let created = self
            .pods(namespace)
            .create(&PostParams::default(), &pod)
            .await
            .map_err(|error| {
                without_account(self.failed(call, &error), namespace, service_account)
            })?;
        read(call, created)
    }

    async fn pod(&self, namespace: &Namespace, name: &str) -> Result<Option<Pod>, PortError> {
        let call = call("get Pod");
        let found = self.pods(namespace).get_opt(name).await;
        let pod = found.map_err(|error| self.failed(call, &error))?;
        pod.map(|pod| read(call, pod)).transpose()
    }

    async fn delete_pod(&self, namespace: &Namespace, pod: &Pod) -> Result<(), PortError> {
        let params = DeleteParams {
            grace_period_seconds: Some(0),
            ..DeleteParams::default()
        };
        let params = params.preconditions(Preconditions {
            uid: Some(pod.uid.clone()),
            resource_version: None,
        });
        self.pods(namespace)
            .delete(&pod.name, &params)
            .await
            .map(drop)
            .map_err(|error| self.failed(call("delete Pod"), &error))
    }

    async fn token(
        &self,
        namespace: &Namespace,
        pod: &Pod,
        mount: &TokenMount,
    ) -> Result<ServiceAccountToken, PortError> {
        let call = call("create ServiceAccount/token");
        let request = TokenRequest {
            spec: TokenRequestSpec {
                audiences: mount.audience.iter().cloned().collect(),
                expiration_seconds: i64::try_from(mount.lifetime.as_secs()).ok(),
                bound_object_ref: Some(BoundObjectReference {
                    api_version: Some("v1".to_owned()),
                    kind: Some("Pod".to_owned()),
                    name: Some(pod.name.clone()),
                    uid: Some(pod.uid.clone()),
                }),
            },
            ..TokenRequest::default()
        };
        let answer = self
            .accounts(namespace)
            .create_token_request(
                pod.service_account.as_str(),
                &PostParams::default(),
                &request,
            )
            .await
            .map_err(|error| self.failed(call, &error))?;
        let status = call.member("status", answer.status)?;
        let granted = answer.spec.expiration_seconds;
        Ok(ServiceAccountToken {
            text: status.token,
            lifetime: granted.and_then(seconds).unwrap_or(mount.lifetime),
        })
    }
}

impl Kubernetes {
    fn pods(&self, namespace: &Namespace) -> Api<v1::Pod> {
        Api::namespaced(self.client.clone(), namespace.as_str())
    }
}

/// A pod that keeps to the strictest pod security standard, so that every namespace takes it.
fn unscheduled(service_account: &ServiceAccountName, name: &PodName) -> v1::Pod {
    let (name, generate_name) = match name {
        PodName::Exactly(name) => (Some(name.clone()), None),
        PodName::StartingWith(start) => (None, Some((*start).to_owned())),
    };
    let (label, value) = MANAGED_BY;
    let container = v1::Container {
        name: "main".to_owned(),
        image: Some(IMAGE.to_owned()),
        security_context: Some(v1::SecurityContext {
            allow_privilege_escalation: Some(false),
            capabilities: Some(v1::Capabilities {
                drop: Some(vec!["ALL".to_owned()]),
                ..v1::Capabilities::default()
            }),
            ..v1::SecurityContext::default()
        }),
        ..v1::Container::default()
    };
    v1::Pod {
        metadata: ObjectMeta {
            name,
            generate_name,
            labels: Some(BTreeMap::from([(label.to_owned(), value.to_owned())])),
            ..ObjectMeta::default()
        },
        spec: Some(v1::PodSpec {
            service_account_name: Some(service_account.to_string()),
            scheduler_name: Some(NO_SCHEDULER.to_owned()),
            automount_service_account_token: Some(false),
            containers: vec![container],
            security_context: Some(v1::PodSecurityContext {
                run_as_non_root: Some(true),
                run_as_user: Some(65_535),
                seccomp_profile: Some(v1::SeccompProfile {
                    type_: "RuntimeDefault".to_owned(),
                    ..v1::SeccompProfile::default()
                }),
                ..v1::PodSecurityContext::default()
            }),
            ..v1::PodSpec::default()
        }),
        status: None,
    }
}

/// A pod without its service account is forbidden, which is no matter of the caller's rights.
fn without_account(
    error: PortError,
    namespace: &Namespace,
    name: &ServiceAccountName,
) -> PortError {
    if error.message().contains("error looking up service account") {
        let command = format!("kubectl create serviceaccount {name} --namespace {namespace}");
        return error.with_hint(format!("create the service account: `{command}`"));
    }
    error
}

fn read(call: Call, pod: v1::Pod) -> Result<Pod, PortError> {
    let metadata = pod.metadata;
    let spec = call.member("spec", pod.spec)?;
    let volumes = spec.volumes.unwrap_or_default();
    let service_account = match spec.service_account_name {
        Some(name) if !name.is_empty() => name,
        _ => "default".to_owned(),
    };
    let containers = spec.containers.into_iter();
    Ok(Pod {
        name: call.member("metadata.name", metadata.name)?,
        uid: call.member("metadata.uid", metadata.uid)?,
        service_account: call.read(&service_account)?,
        labels: metadata.labels.unwrap_or_default(),
        annotations: metadata.annotations.unwrap_or_default(),
        containers: containers.map(|one| container(one, &volumes)).collect(),
    })
}

fn container(container: v1::Container, volumes: &[v1::Volume]) -> Container {
    let environment = container.env.unwrap_or_default().into_iter();
    let environment = environment.map(|variable| {
        // Kubernetes takes a variable with neither for an empty one.
        let value = match variable.value_from {
            Some(_) => None,
            None => Some(variable.value.unwrap_or_default()),
        };
        (variable.name, value)
    });
    let mounts = container.volume_mounts.unwrap_or_default();
    Container {
        name: container.name,
        environment: environment.collect(),
        tokens: mounts
            .iter()
            .flat_map(|mount| tokens(mount, volumes))
            .collect(),
    }
}

/// The tokens of the volume behind a mount.
fn tokens(mount: &v1::VolumeMount, volumes: &[v1::Volume]) -> Vec<TokenMount> {
    let volume = volumes.iter().find(|volume| volume.name == mount.name);
    let sources = volume
        .and_then(|volume| volume.projected.as_ref()?.sources.as_deref())
        .unwrap_or_default();
    let tokens = sources
        .iter()
        .filter_map(|source| source.service_account_token.as_ref());
    tokens
        .map(|token| TokenMount {
            path: format!("{}/{}", mount.mount_path.trim_end_matches('/'), token.path),
            audience: token.audience.clone().filter(|name| !name.is_empty()),
            lifetime: token
                .expiration_seconds
                .and_then(seconds)
                .unwrap_or(USUAL_LIFETIME),
        })
        .collect()
}

fn seconds(count: i64) -> Option<Duration> {
    u64::try_from(count).ok().map(Duration::from_secs)
}

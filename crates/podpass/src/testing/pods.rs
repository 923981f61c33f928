//! The pods of the world in memory, and its agent.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Memory, memory};
use crate::port::{
    Agent, Container, ContainerCredentials, Pod, PodName, Pods, PortError, Service,
    ServiceAccountToken, TokenMount,
};
use crate::{Namespace, ServiceAccountName};

const TOKEN_FILE: &str =
    "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token";

/// A container as the webhook leaves it.
pub(crate) fn injected() -> Container {
    let variable = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
    let uri = "http://169.254.170.23/v1/credentials";
    Container {
        name: "main".to_owned(),
        environment: [
            variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri),
            variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", TOKEN_FILE),
        ]
        .into(),
        tokens: vec![TokenMount {
            path: TOKEN_FILE.to_owned(),
            audience: Some("pods.eks.amazonaws.com".to_owned()),
            lifetime: Duration::from_secs(86_400),
        }],
    }
}

/// A token with these claims; nothing here looks at its head and its signature.
pub(crate) fn token(claims: &Value) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

impl Pods for Memory {
    async fn create_pod(
        &self,
        namespace: &Namespace,
        service_account: &ServiceAccountName,
        name: &PodName,
    ) -> Result<Pod, PortError> {
        self.write(Service::Kubernetes, "create pod", |state| {
            let key = (namespace.clone(), service_account.clone());
            if !state.service_accounts.contains_key(&key) {
                return Err(memory::denied(Service::Kubernetes, "create pod"));
            }
            let is_associated = state.associations.values().any(|association| {
                (&association.namespace, &association.service_account)
                    == (namespace, service_account)
            });
            let number = state.pods.len();
            let pod = Pod {
                name: match name {
                    PodName::Exactly(name) => name.clone(),
                    PodName::StartingWith(start) => format!("{start}{number}"),
                },
                uid: format!("uid-{number}"),
                service_account: service_account.clone(),
                labels: Default::default(),
                annotations: Default::default(),
                containers: vec![if is_associated {
                    injected()
                } else {
                    Container::default()
                }],
            };
            let key = (namespace.clone(), pod.name.clone());
            state.pods.insert(key, pod.clone());
            Ok(pod)
        })
    }

    async fn pod(&self, namespace: &Namespace, name: &str) -> Result<Option<Pod>, PortError> {
        let key = (namespace.clone(), name.to_owned());
        self.read(Service::Kubernetes, "get pod", |state| {
            Some(state.pods.get(&key).cloned())
        })
    }

    async fn delete_pod(&self, namespace: &Namespace, pod: &Pod) -> Result<(), PortError> {
        let key = (namespace.clone(), pod.name.clone());
        self.write(Service::Kubernetes, "delete pod", |state| {
            let removed = state.pods.remove(&key);
            let missing = || memory::not_found(Service::Kubernetes, "delete pod");
            removed.map(drop).ok_or_else(missing)
        })
    }

    async fn token(
        &self,
        namespace: &Namespace,
        pod: &Pod,
        mount: &TokenMount,
    ) -> Result<ServiceAccountToken, PortError> {
        self.write(Service::Kubernetes, "create token", |_| {
            let claims = json!({
                "sub": format!("system:serviceaccount:{namespace}:{}", pod.service_account),
                "aud": [mount.audience],
                "kubernetes.io": { "pod": { "name": pod.name } },
            });
            Ok(ServiceAccountToken {
                text: token(&claims),
                lifetime: mount.lifetime,
            })
        })
    }
}

impl Agent for Memory {
    async fn credentials(&self, _: &str) -> Result<ContainerCredentials, PortError> {
        self.change(|state| match &state.agent_refuses {
            Some(error) => Err(error.clone()),
            None => Ok(ContainerCredentials {
                access_key_id: "ASIAEXAMPLE".to_owned(),
                secret_access_key: "secret".to_owned(),
                session_token: "session".to_owned(),
                expiration: "2026-11-25T12:00:00Z".to_owned(),
            }),
        })
    }
}

//! The Kubernetes API server of one cluster, by kube: here its namespaces and service accounts, in `pods` its pods.

mod pods;

use std::collections::BTreeMap;
use std::time::Duration;

use http::header::{HeaderValue, USER_AGENT};
use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, Preconditions};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use podpass::port::{self, NamespaceState, PortError, Service, ServiceAccount};
use podpass::{Namespace, ServiceAccountName};

use crate::error::{Call, causes};
use crate::network;

/// How many service accounts one page of a listing asks for.
const PAGE_SIZE: u32 = 500;

/// [`port::Kubernetes`] over kube.
#[derive(Clone)]
pub struct Kubernetes {
    client: Client,
    /// Where it is.
    server: String,
}

impl std::fmt::Debug for Kubernetes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kubernetes").finish_non_exhaustive()
    }
}

const fn call(operation: &'static str) -> Call {
    Call {
        service: Service::Kubernetes,
        operation,
    }
}

const CONNECT: Call = call("connect");

impl Kubernetes {
    /// Connects as `context` says. An exec plugin (`aws eks get-token`) is run here, off the async
    /// threads, as it may take seconds.
    pub(crate) async fn connect(
        kubeconfig: Kubeconfig,
        context: String,
        timeout: Duration,
    ) -> Result<Self, PortError> {
        let options = KubeConfigOptions {
            context: Some(context),
            ..KubeConfigOptions::default()
        };
        let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
            .await
            .map_err(|error| unsent(CONNECT, &error))?;
        if config.cluster_url.scheme_str() == Some("http") {
            // Plain HTTP needs no certificate authority. kubectl does not read it then either, so a
            // local server may hand out an empty one.
            config.root_cert = None;
        }
        let agent = HeaderValue::from_static(concat!("podpass/", env!("CARGO_PKG_VERSION")));
        config.headers.push((USER_AGENT, agent));
        config.read_timeout = Some(timeout);
        config.reset_reader_on_write = true;
        // Throttling is the engine's to hear of.
        config.default_retry = false;
        let server = network::address_of(&config.cluster_url);
        let server = server.unwrap_or_else(|| config.cluster_url.to_string());
        let connecting = tokio::task::spawn_blocking(move || Client::try_from(config));
        match connecting.await {
            Ok(Ok(client)) => Ok(Self { client, server }),
            Ok(Err(error)) => Err(failed(CONNECT, &server, &error)),
            Err(error) => Err(unsent(CONNECT, &error)),
        }
    }

    fn failed(&self, call: Call, error: &kube::Error) -> PortError {
        failed(call, &self.server, error)
    }

    fn accounts(&self, namespace: &Namespace) -> Api<v1::ServiceAccount> {
        Api::namespaced(self.client.clone(), namespace.as_str())
    }
}

impl port::Kubernetes for Kubernetes {
    async fn namespace(&self, name: &Namespace) -> Result<NamespaceState, PortError> {
        let namespaces: Api<v1::Namespace> = Api::all(self.client.clone());
        let found = namespaces
            .get_opt(name.as_str())
            .await
            .map_err(|error| self.failed(call("get Namespace"), &error))?;
        Ok(match found {
            None => NamespaceState::Missing,
            Some(namespace) if namespace.metadata.deletion_timestamp.is_some() => {
                NamespaceState::Terminating
            }
            Some(_) => NamespaceState::Active,
        })
    }

    async fn service_account(
        &self,
        namespace: &Namespace,
        name: &ServiceAccountName,
    ) -> Result<Option<ServiceAccount>, PortError> {
        let call = call("get ServiceAccount");
        let found = self.accounts(namespace).get_opt(name.as_str()).await;
        let account = found.map_err(|error| self.failed(call, &error))?;
        account.map(|account| read(call, account)).transpose()
    }

    async fn service_accounts(
        &self,
        namespace: &Namespace,
    ) -> Result<Vec<ServiceAccount>, PortError> {
        let call = call("list ServiceAccount");
        let api = self.accounts(namespace);
        let mut params = ListParams::default().limit(PAGE_SIZE);
        let mut accounts = Vec::new();
        loop {
            let page = api.list(&params).await;
            let page = page.map_err(|error| self.failed(call, &error))?;
            for account in page.items {
                accounts.push(read(call, account)?);
            }
            match page.metadata.continue_ {
                Some(token) if !token.is_empty() => params.continue_token = Some(token),
                _ => return Ok(accounts),
            }
        }
    }

    /// Conflicts are not forced: a label that another manager holds stays that manager's, and the
    /// API server's 409 names it.
    async fn apply_service_account(
        &self,
        namespace: &Namespace,
        name: &ServiceAccountName,
        labels: &BTreeMap<String, String>,
        field_manager: &str,
    ) -> Result<ServiceAccount, PortError> {
        let call = call("apply ServiceAccount");
        let account = v1::ServiceAccount {
            metadata: ObjectMeta {
                name: Some(name.to_string()),
                namespace: Some(namespace.to_string()),
                labels: (!labels.is_empty()).then(|| labels.clone()),
                ..ObjectMeta::default()
            },
            ..v1::ServiceAccount::default()
        };
        let params = PatchParams::apply(field_manager);
        let applied = self
            .accounts(namespace)
            .patch(name.as_str(), &params, &Patch::Apply(&account))
            .await
            .map_err(|error| self.failed(call, &error))?;
        read(call, applied)
    }

    async fn delete_service_account(
        &self,
        namespace: &Namespace,
        name: &ServiceAccountName,
        uid: &str,
    ) -> Result<(), PortError> {
        let params = DeleteParams::default().preconditions(Preconditions {
            uid: Some(uid.to_owned()),
            resource_version: None,
        });
        self.accounts(namespace)
            .delete(name.as_str(), &params)
            .await
            .map(drop)
            .map_err(|error| self.failed(call("delete ServiceAccount"), &error))
    }
}

fn read(call: Call, account: v1::ServiceAccount) -> Result<ServiceAccount, PortError> {
    let metadata = account.metadata;
    let managed_fields = metadata.managed_fields.unwrap_or_default();
    Ok(ServiceAccount {
        namespace: call.read(&call.member("metadata.namespace", metadata.namespace)?)?,
        name: call.read(&call.member("metadata.name", metadata.name)?)?,
        labels: metadata.labels.unwrap_or_default(),
        annotations: metadata.annotations.unwrap_or_default(),
        field_managers: managed_fields
            .into_iter()
            .filter_map(|entry| entry.manager)
            .collect(),
        uid: call.member("metadata.uid", metadata.uid)?,
    })
}

fn unsent(call: Call, error: &dyn std::error::Error) -> PortError {
    PortError::unreachable(call.service, call.operation, causes(error))
}

/// What is wrong, without kube's own "ServiceError".
pub(crate) fn cause(error: &kube::Error) -> &(dyn std::error::Error + 'static) {
    match error {
        kube::Error::Service(error) => error.as_ref(),
        error => error,
    }
}

/// The error of a request to the API server at this address.
fn failed(call: Call, server: &str, error: &kube::Error) -> PortError {
    match error {
        kube::Error::Api(status) => {
            let Call { service, operation } = call;
            // What kube says of a body that is no Status; the proxy that wrote it gave no reason.
            let reason = match status.reason.as_str() {
                "Failed to parse error data" => "",
                reason => reason,
            };
            let message = status.message.as_str();
            let failure = PortError::answered(service, operation, status.code, reason, message);
            match status.code {
                401 => failure.with_hint(
                    "the API server does not know the caller: an EKS access entry \
                     (`aws eks create-access-entry`) lets an IAM principal in",
                ),
                _ => failure,
            }
        }
        kube::Error::SerdeError(error) => call.unreadable(error),
        kube::Error::FromUtf8(error) => call.unreadable(error),
        kube::Error::Auth(error) => unsent(call, error).with_hint(
            "the kubeconfig's way to sign in failed: try `kubectl get serviceaccounts` with the same context",
        ),
        _ => {
            let Call { service, operation } = call;
            let cause = cause(error);
            let message = network::told(server, cause);
            let failure = if network::is_lost(cause) {
                // Asked again, none of it is done twice: it is applied, deleted by its uid, or created by its name.
                PortError::lost(service, operation, message)
            } else {
                PortError::unreachable(service, operation, message)
            };
            failure.with_hint(
                "check that the API server can be reached from here, as `kubectl version` would",
            )
        }
    }
}

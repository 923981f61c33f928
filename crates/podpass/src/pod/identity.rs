//! A pod object without a process of its own.

use std::fmt;

use crate::port::{Pod, PodName, Pods, PortError, ServiceAccountToken, TokenMount, World};
use crate::run::{Handle, Run};
use crate::subject::Subject;

/// A pod of the cluster in which nothing runs: whoever holds it can request its tokens.
///
/// It stays in the cluster until it is [deleted](Self::delete).
pub struct PodIdentity<'r, W: World> {
    run: &'r Run<W>,
    subject: Subject,
    kubernetes: Handle<'r, W, W::Kubernetes>,
    pod: Pod,
}

impl<W: World> fmt::Debug for PodIdentity<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PodIdentity")
            .field("subject", &self.subject)
            .field("pod", &self.pod)
            .finish_non_exhaustive()
    }
}

impl<'r, W: World> PodIdentity<'r, W> {
    /// Creates the pod, of this service account. No scheduler takes it.
    ///
    /// # Errors
    /// [`PortError`], for instance when there is no such namespace or service account.
    pub async fn create(
        run: &'r Run<W>,
        subject: &Subject,
        name: &PodName,
    ) -> Result<Self, PortError> {
        let kubernetes = run.kubernetes(&subject.cluster).await?;
        let (namespace, account) = (&subject.namespace, &subject.service_account);
        let pod = kubernetes
            .write(|kubernetes| kubernetes.create_pod(namespace, account, name))
            .await?;
        Ok(Self {
            run,
            subject: subject.clone(),
            kubernetes,
            pod,
        })
    }

    /// Takes on the identity of a pod that is there; `None` when it is not.
    ///
    /// # Errors
    /// [`PortError`] when the API server cannot be asked.
    pub async fn of(
        run: &'r Run<W>,
        subject: &Subject,
        name: &str,
    ) -> Result<Option<Self>, PortError> {
        let kubernetes = run.kubernetes(&subject.cluster).await?;
        let namespace = &subject.namespace;
        let pod = kubernetes
            .read(|kubernetes| kubernetes.pod(namespace, name))
            .await?;
        Ok(pod.map(|pod| Self {
            run,
            subject: subject.clone(),
            kubernetes,
            pod,
        }))
    }

    /// The pod, with what webhooks added to it.
    pub fn pod(&self) -> &Pod {
        &self.pod
    }

    /// Requests one of its tokens, as the kubelet would.
    ///
    /// # Errors
    /// [`PortError`], for instance when the pod is gone.
    pub async fn token(&self, mount: &TokenMount) -> Result<ServiceAccountToken, PortError> {
        let namespace = &self.subject.namespace;
        self.kubernetes
            .write(|kubernetes| kubernetes.token(namespace, &self.pod, mount))
            .await
    }

    /// Deletes the pod. One that is gone already is no error.
    ///
    /// # Errors
    /// [`PortError`] when it is still there.
    pub async fn delete(&self) -> Result<(), PortError> {
        let namespace = &self.subject.namespace;
        let deleted = self
            .kubernetes
            .write(|kubernetes| kubernetes.delete_pod(namespace, &self.pod))
            .await;
        match deleted {
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer,
        }
    }

    pub(super) fn run(&self) -> &'r Run<W> {
        self.run
    }
}

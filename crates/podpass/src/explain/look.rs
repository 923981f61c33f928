//! What can be seen of a pod's way to its credentials.

use crate::can_i::{observe_association, observe_roles};
use crate::observed::{Observed, ObservedAssociation};
use crate::pod::PodIdentity;
use crate::port::{
    Agent, Eks, Kubernetes, NamespaceState, Pod, PortError, ServiceAccount, Sts, TokenMount, World,
};
use crate::run::Run;
use crate::subject::Subject;

/// How to look.
#[derive(Debug)]
pub struct Probe<'a, W: World> {
    /// The pod to look at: `None` when one was asked for that is not there.
    pub pod: Result<Option<&'a PodIdentity<'a, W>>, PortError>,
    /// A token that is there, as it stands in its file, instead of a new one.
    pub token: Option<String>,
    /// Where the agent is.
    pub agent: String,
    /// Whether the agent can be expected there, rather than only on the cluster's nodes.
    pub agent_expected: bool,
}

/// What was seen. Failures stand for what could not be.
#[derive(Clone, Debug)]
pub struct PodPath {
    pub(super) subject: Subject,
    pub(super) namespace: Result<NamespaceState, PortError>,
    pub(super) service_account: Result<Option<ServiceAccount>, PortError>,
    /// The cluster and the association.
    pub(super) association: Result<Observed, PortError>,
    /// The same with the roles and their policies.
    pub(super) roles: Result<Observed, PortError>,
    /// Who signs the cluster's tokens, if that was seen.
    pub(super) issuer: Option<String>,
    pub(super) pod: Result<Option<Pod>, PortError>,
    /// The token's text; `None` when there is no pod to have one.
    pub(super) token: Option<Result<String, PortError>>,
    /// Whether the token was there before.
    pub(super) token_is_old: bool,
    pub(super) agent: String,
    pub(super) agent_expected: bool,
    /// What came of the token; `None` without a token.
    pub(super) session: Option<Result<Session, PortError>>,
}

/// A session that was got for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its ARN, as STS tells it to whoever has its credentials.
    pub arn: String,
    /// When its credentials expire, as the agent tells it.
    pub expiration: String,
}

/// Whom the agent's tokens are for.
pub(super) const AUDIENCE: &str = "pods.eks.amazonaws.com";

/// Looks at the way of a service account's pods to their credentials. A token of the pod is requested, unless there
/// is one, and the agent is asked for credentials with it; nothing else comes into being.
///
/// It does not fail: what cannot be seen is told by [`explain`](super::explain).
pub async fn look<W: World>(run: &Run<W>, subject: &Subject, probe: Probe<'_, W>) -> PodPath {
    let Probe {
        pod,
        token,
        agent,
        agent_expected,
    } = probe;
    let association = observe_association(run, subject).await;
    let roles = match association.clone() {
        Ok(observed) => observe_roles(run, subject, observed).await,
        Err(error) => Err(error),
    };
    let (namespace, service_account) = objects(run, subject).await;
    let issuer = issuer(run, subject).await.ok().flatten();
    let token_is_old = token.is_some();
    let token = match (token, &pod) {
        (Some(text), _) => Some(Ok(text)),
        (None, Ok(Some(pod))) => new_token(pod).await,
        (None, _) => None,
    };
    let session = match &token {
        Some(Ok(text)) => Some(exchange(run, &agent, text).await),
        _ => None,
    };
    PodPath {
        subject: subject.clone(),
        namespace,
        service_account,
        association,
        roles,
        issuer,
        pod: pod.map(|pod| pod.map(|pod| pod.pod().clone())),
        token,
        token_is_old,
        agent,
        agent_expected,
        session,
    }
}

type Objects = (
    Result<NamespaceState, PortError>,
    Result<Option<ServiceAccount>, PortError>,
);

async fn objects<W: World>(run: &Run<W>, subject: &Subject) -> Objects {
    let kubernetes = match run.kubernetes(&subject.cluster).await {
        Ok(kubernetes) => kubernetes,
        Err(error) => return (Err(error.clone()), Err(error)),
    };
    let (namespace, name) = (&subject.namespace, &subject.service_account);
    let state = kubernetes.read(|kubernetes| kubernetes.namespace(namespace));
    let account = kubernetes.read(|kubernetes| kubernetes.service_account(namespace, name));
    (state.await, account.await)
}

async fn issuer<W: World>(run: &Run<W>, subject: &Subject) -> Result<Option<String>, PortError> {
    let eks = run.eks(&subject.cluster).await?;
    let cluster = &subject.cluster.name;
    let described = eks.read(|eks| eks.describe_cluster(cluster)).await?;
    Ok(described.issuer)
}

/// A new token of the pod, for the agent; `None` when the pod has none.
async fn new_token<W: World>(pod: &PodIdentity<'_, W>) -> Option<Result<String, PortError>> {
    let mount = mount(pod.pod())?;
    let token = pod.token(mount).await;
    Some(token.map(|token| token.text))
}

/// Where the pod has its token for the agent.
pub(super) fn mount(pod: &Pod) -> Option<&TokenMount> {
    let mut mounts = pod.containers.iter().flat_map(|one| &one.tokens);
    mounts.find(|mount| mount.audience.as_deref() == Some(AUDIENCE))
}

async fn exchange<W: World>(run: &Run<W>, agent: &str, token: &str) -> Result<Session, PortError> {
    let agent = run.world().agent(agent).await?;
    let credentials = agent.credentials(token).await?;
    let sts = run.world().sts_as(&credentials).await?;
    let caller = run.patiently(|| sts.caller_identity()).await?;
    Ok(Session {
        arn: caller.arn,
        expiration: credentials.expiration,
    })
}

impl PodPath {
    /// The association, if it was seen.
    pub(super) fn association(&self) -> Option<&ObservedAssociation> {
        let observed = self.association.as_ref().ok()?;
        observed.associations.get(&self.subject)
    }

    /// Whether EKS knows no such cluster, so that there is nothing in it either.
    pub(super) fn has_no_cluster(&self) -> bool {
        let has_it = |observed: &Observed| observed.clusters.contains_key(&self.subject.cluster);
        matches!(&self.association, Ok(observed) if !has_it(observed))
    }
}

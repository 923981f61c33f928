//! What Python asks the engine for. Nobody waits here: `blocking` and `aio` do, each in its way.

use podpass::{
    AccessQuestion, ClusterId, ClusterName, Depth, Desired, Document, Namespace, Observed,
    PlanOptions, Run, ServiceAccountName, Subject, observe, observe_service_account,
};
use podpass_aws::World;
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::access::Access;
use crate::applied::Applied;
use crate::error;
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::policy::{PolicyDocument, given};
use crate::progress::Listener;
use crate::report::Report;
use crate::session::Session;

/// What a plan is to reach.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// Everything is as the manifest says.
    Presence(PlanOptions),
    /// Nothing of the manifest is left that podpass owns.
    Absence,
}

impl Goal {
    /// The goal of `plan`'s keywords. There is nothing to adopt for what will be removed.
    pub(crate) fn new(adopt: bool, destroy: bool) -> Self {
        if destroy {
            Self::Absence
        } else {
            Self::Presence(PlanOptions { adopt })
        }
    }
}

/// What `can_i` is asked.
pub(crate) struct Question {
    cluster: ClusterName,
    namespace: Namespace,
    service_account: ServiceAccountName,
    access: AccessQuestion,
}

impl Question {
    /// About a service account, by its cluster, its namespace and its name.
    pub(crate) fn new(
        [cluster, namespace, service_account]: [&str; 3],
        action: &str,
        resource: &str,
        context: Option<&Bound<'_, PyMapping>>,
        resource_policy: Option<&Bound<'_, PolicyDocument>>,
    ) -> PyResult<Self> {
        let mut access = AccessQuestion::new(action, resource);
        given::extend(&mut access.context, context)?;
        access.resource_policy =
            resource_policy.map(|document| Document::new(document.get().text()));
        Ok(Self {
            cluster: cluster.parse().map_err(error::plain)?,
            namespace: namespace.parse().map_err(error::plain)?,
            service_account: service_account.parse().map_err(error::plain)?,
            access,
        })
    }
}

pub(crate) async fn can_i(question: Question, session: &Session) -> PyResult<Access> {
    let run = session.run().await?;
    let caller = run.caller_identity().await.map_err(error::service)?;
    let region = run.world().region().ok_or_else(error::no_region)?;
    let subject = Subject {
        cluster: ClusterId {
            account: caller.account,
            region: region.clone(),
            name: question.cluster,
        },
        namespace: question.namespace,
        service_account: question.service_account,
    };
    let observed = observe_service_account(run, &subject)
        .await
        .map_err(error::service)?;
    Ok(podpass::can_i(&observed, &subject, &question.access).into())
}

pub(crate) async fn plan(manifest: &Manifest, session: &Session, goal: Goal) -> PyResult<Plan> {
    let depth = match goal {
        Goal::Presence(_) => Depth::Plan,
        Goal::Absence => Depth::Destroy,
    };
    let (desired, observed) = look(session.run().await?, manifest, depth).await?;
    let plan = match goal {
        Goal::Presence(options) => {
            podpass::plan(&desired, &observed, options).map_err(error::plan)?
        }
        Goal::Absence => podpass::destroy(&desired, &observed),
    };
    Ok(plan.into())
}

/// An exception of `on_progress` ends the work where it stands.
pub(crate) async fn apply(
    plan: &Plan,
    session: &Session,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Applied> {
    let run = session.run().await?;
    let (listener, mut exceptions) = Listener::new(on_progress);
    let outcome = tokio::select! {
        biased;
        Some(exception) = exceptions.recv() => return Err(exception),
        outcome = podpass::apply(run, plan.as_engine(), &listener) => outcome,
    };
    match exceptions.try_recv() {
        Ok(exception) => Err(exception),
        Err(_) => outcome.map(Applied::from).map_err(error::apply),
    }
}

pub(crate) async fn verify(manifest: &Manifest, session: &Session) -> PyResult<Report> {
    let (desired, observed) = look(session.run().await?, manifest, Depth::Verify).await?;
    Ok(podpass::verify(&desired, &observed).into())
}

pub(crate) async fn destroy(
    manifest: &Manifest,
    session: &Session,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Applied> {
    let plan = plan(manifest, session, Goal::Absence).await?;
    apply(&plan, session, on_progress).await
}

async fn look(
    run: &Run<World>,
    manifest: &Manifest,
    depth: Depth,
) -> PyResult<(Desired, Observed)> {
    let caller = run.caller_identity().await.map_err(error::service)?;
    let desired = manifest.resolve(&caller, run.world().region())?;
    let observed = observe(run, &desired, depth)
        .await
        .map_err(error::service)?;
    Ok((desired, observed))
}

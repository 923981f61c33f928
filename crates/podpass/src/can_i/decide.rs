//! Deciding, from what was observed: pure.

use podpass_policy::{AssumeRole, DocumentKind, Explanation, Layers, Principal, Request};

use super::role::{RolePolicies, Stopped, compile};
use super::{Access, AccessQuestion, AccessReason, AccessStage, AccessStep};
use crate::observed::{Observed, ObservedAssociation, ObservedCluster};
use crate::session_tag::{Pod, UNKNOWN_POD, session_tags};
use crate::subject::Subject;
use crate::trust::PODS_SERVICE;

/// Decides whether the pods of a service account may do something, as EKS, STS and the service would: EKS
/// assumes the association's role with the session tags that it sends, then the target role if there is
/// one, with the first role's session, the tags that it hands down and the external id; the last role's
/// session then acts, within the role's permissions boundary and the association's session policy.
///
/// What is not found, not read or not understood never allows. Service and resource control policies are
/// not looked at, nor is the resource's policy unless the question has it.
///
/// ```
/// use podpass::port::CallerIdentity;
/// use podpass::{AccessQuestion, Desired, Manifest, Observed, ObservedCluster, PlanOptions, can_i, plan};
///
/// let manifest = Manifest::parse(r#"
/// clusters:
///   - clusterName: my-cluster
///     region: us-west-2
///     associations:
///       - namespace: default
///         serviceAccount: my-service-account
///         role:
///           name: my-role
///           policies:
///             - name: my-policy
///               document: { Version: "2012-10-17", Statement: [ { Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-pod-secrets-bucket" } ] }
/// "#)?;
/// # let caller = CallerIdentity {
/// #     account: "111122223333".parse()?,
/// #     partition: "aws".parse()?,
/// #     arn: "arn:aws:iam::111122223333:user/admin".to_owned(),
/// # };
/// # let desired = Desired::resolve(&manifest, &caller, None)?;
/// # let mut observed = Observed::default();
/// # for cluster in desired.clusters() {
/// #     let state = ObservedCluster { arn: desired.cluster_arn(cluster), status: "ACTIVE".to_owned() };
/// #     observed.clusters.insert(cluster.clone(), state);
/// # }
/// // What would hold once the plan is applied; `observe_service_account` reads what holds now.
/// let after = observed.after(&plan(&desired, &observed, PlanOptions::default())?);
/// let subject = desired.associations.keys().next().expect("the manifest has one");
/// let question = AccessQuestion::new("s3:GetObject", "arn:aws:s3:::my-pod-secrets-bucket/key");
///
/// let access = can_i(&after, subject, &question);
/// assert!(!access.allowed, "the user guide's policy names the bucket, not the objects in it");
/// assert!(access.reasons[0].to_string().ends_with(
///     "statement 1 is about `arn:aws:s3:::my-pod-secrets-bucket`, not `arn:aws:s3:::my-pod-secrets-bucket/key`",
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn can_i(observed: &Observed, subject: &Subject, question: &AccessQuestion) -> Access {
    walk(observed, subject, UNKNOWN_POD, Some(question))
}

/// Walks the way of one pod: to what it wants to do, or without a question to its credentials.
pub(crate) fn walk(
    observed: &Observed,
    subject: &Subject,
    pod: Pod<'_>,
    question: Option<&AccessQuestion>,
) -> Access {
    Path::of(pod).access(|path| path.walk(observed, subject, question))
}

/// Walks the way of pods to the credentials that an association would give them, whether or not EKS has it.
pub(crate) fn walk_association(
    observed: &Observed,
    subject: &Subject,
    association: &ObservedAssociation,
) -> Access {
    Path::of(UNKNOWN_POD).access(|path| path.follow(observed, subject, association, None))
}

/// The way from a pod to what it wants to do, as far as it was walked.
struct Path<'a> {
    pod: Pod<'a>,
    steps: Vec<AccessStep>,
}

impl<'a> Path<'a> {
    fn of(pod: Pod<'a>) -> Self {
        Self {
            pod,
            steps: Vec::new(),
        }
    }

    /// What comes of walking.
    fn access(mut self, walk: impl FnOnce(&mut Self) -> Result<(), Stopped>) -> Access {
        let reasons = walk(&mut self).err().unwrap_or_default();
        Access {
            allowed: reasons.is_empty(),
            steps: self.steps,
            reasons,
        }
    }

    fn walk(
        &mut self,
        observed: &Observed,
        subject: &Subject,
        question: Option<&AccessQuestion>,
    ) -> Result<(), Stopped> {
        cluster_of(observed, subject)?;
        let association = observed.associations.get(subject).ok_or_else(|| {
            let subject = subject.clone();
            vec![AccessReason::AssociationMissing { subject }]
        })?;
        self.follow(observed, subject, association, question)
    }

    fn follow(
        &mut self,
        observed: &Observed,
        subject: &Subject,
        association: &ObservedAssociation,
        question: Option<&AccessQuestion>,
    ) -> Result<(), Stopped> {
        let cluster = cluster_of(observed, subject)?;
        let mut role = RolePolicies::of(observed, &association.spec.role_arn)?;
        let mut session = self.assume_role(&role, cluster, association, subject)?;
        if let Some(target) = &association.spec.target_role_arn {
            let target = RolePolicies::of(observed, target)?;
            session = self.assume_target_role(&role, &session, &target, association, subject)?;
            role = target;
        }
        match question {
            Some(question) => self.act(&role, &session, association, question),
            None => Ok(()),
        }
    }

    fn assume_role(
        &mut self,
        role: &RolePolicies<'_>,
        cluster: &ObservedCluster,
        association: &ObservedAssociation,
        subject: &Subject,
    ) -> Result<AssumeRole, Stopped> {
        let eks = Principal::service(PODS_SERVICE);
        let mut call = AssumeRole::new(eks, role.arn.clone(), self.session_name(subject));
        call.role_tags.clone_from(role.tags);
        call.context
            .insert("aws:SourceArn", cluster.arn.as_str())
            .insert("aws:SourceAccount", subject.cluster.account.as_str());
        if !association.spec.disable_session_tags {
            for (key, value) in session_tags(subject, &cluster.arn, self.pod) {
                call.tags.push((key.to_owned(), value));
                call.transitive_tag_keys.push(key.to_owned());
            }
        }
        let layers = Layers::new().trust(&role.trust);
        let mut explanation = call.explain(&layers);
        // EKS demands sts:TagSession of every trust policy, even where it then sends no tags.
        if explanation.decision.is_allowed()
            && call.tags.is_empty()
            && let Some(request) = call.requests().pop()
        {
            explanation = layers.explain(&Request {
                action: "sts:TagSession".to_owned(),
                ..request
            });
        }
        self.step(AccessStage::AssumeRole, role, explanation)?;
        Ok(call)
    }

    /// The session's name as EKS makes it: `eks-`, ten characters each of the cluster's and the pod's name, a
    /// uuid that is another one every time.
    fn session_name(&self, subject: &Subject) -> String {
        let start = |text: &str| text.chars().take(10).collect::<String>();
        let (cluster, pod) = (start(subject.cluster.name.as_str()), start(self.pod.name));
        format!("eks-{cluster}-{pod}-{}", UNKNOWN_POD.uid)
    }

    fn assume_target_role(
        &mut self,
        role: &RolePolicies<'_>,
        session: &AssumeRole,
        target: &RolePolicies<'_>,
        association: &ObservedAssociation,
        subject: &Subject,
    ) -> Result<AssumeRole, Stopped> {
        let principal = role.session(session)?;
        let mut call = AssumeRole::new(principal, target.arn.clone(), &session.session_name);
        call.role_tags.clone_from(target.tags);
        call.inherited_tags = session.transitive_tags();
        call.external_id = association
            .external_id
            .clone()
            .or_else(|| Some(external_id(subject)));
        for (key, value) in session.principal_tags() {
            call.context
                .insert(&format!("aws:PrincipalTag/{key}"), value);
        }
        let layers = role.layers().trust(&target.trust);
        self.step(AccessStage::AssumeTargetRole, target, call.explain(&layers))?;
        Ok(call)
    }

    fn act(
        &mut self,
        role: &RolePolicies<'_>,
        session: &AssumeRole,
        association: &ObservedAssociation,
        question: &AccessQuestion,
    ) -> Result<(), Stopped> {
        let principal = role.session(session)?;
        // SDKs in pods call AWS themselves, and by TLS.
        let mut request = Request::new(principal, &question.action, &question.resource)
            .with("aws:SecureTransport", "true")
            .with("aws:ViaAWSService", "false");
        for (key, value) in session.principal_tags() {
            let key = format!("aws:PrincipalTag/{key}");
            request.context.insert(&key, value);
        }
        for (key, value) in question.context.iter() {
            request.context.set(key, value.clone());
        }
        let session_policy = (association.spec.policy.as_ref())
            .map(|document| compile("policy of the association", document, DocumentKind::Session))
            .transpose()?;
        let resource_policy = (question.resource_policy.as_ref())
            .map(|document| compile("policy of the resource", document, DocumentKind::Resource))
            .transpose()?;
        let mut layers = role.layers();
        if let Some(policy) = &session_policy {
            layers = layers.session(policy);
        }
        if let Some(policy) = &resource_policy {
            layers = layers.resource(policy);
        }
        self.step(AccessStage::Act, role, layers.explain(&request))
    }

    fn step(
        &mut self,
        stage: AccessStage,
        role: &RolePolicies<'_>,
        explanation: Explanation,
    ) -> Result<(), Stopped> {
        let allowed = explanation.decision.is_allowed();
        self.steps.push(AccessStep {
            stage,
            role: role.role_arn.clone(),
            decision: explanation.decision,
        });
        if allowed {
            return Ok(());
        }
        let role = role.role_arn;
        let reasons = explanation.reasons.into_iter();
        Err(reasons
            .map(|reason| AccessReason::Policy {
                stage,
                role: role.clone(),
                reason,
            })
            .collect())
    }
}

fn cluster_of<'a>(
    observed: &'a Observed,
    subject: &Subject,
) -> Result<&'a ObservedCluster, Stopped> {
    observed.clusters.get(&subject.cluster).ok_or_else(|| {
        let cluster = subject.cluster.clone();
        vec![AccessReason::ClusterMissing { cluster }]
    })
}

/// `REGION/ACCOUNT/CLUSTER/NAMESPACE/SERVICE-ACCOUNT`, as EKS makes it. (EKS user guide, "Access AWS
/// resources using EKS Pod Identity target IAM roles".)
pub(crate) fn external_id(subject: &Subject) -> String {
    let cluster = &subject.cluster;
    format!(
        "{}/{}/{}/{}/{}",
        cluster.region, cluster.account, cluster.name, subject.namespace, subject.service_account
    )
}

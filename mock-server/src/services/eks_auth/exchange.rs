//! The exchange of a token that is good: from the association to the credentials of its role, or of its target role.

use std::sync::Arc;

use podpass_policy::{Arn, AssumeRole as Call, CompiledPolicy, DocumentKind, Principal, validate};

use super::EksAuthError;
use crate::account::AccountId;
use crate::auth::authorize::{self, CallerPolicies};
use crate::oidc::{Bound, KubernetesClaims};
use crate::propagation::Propagation;
use crate::services::sts::assume::{self, AssumedRoleUser};
use crate::services::sts::{Credentials, StsError, Wanted};
use crate::state::eks::{Association, Cluster};
use crate::state::iam::Role;
use crate::store::Context;

/// The service that assumes the roles of associations.
const POD_IDENTITY: &str = "pods.eks.amazonaws.com";
/// How long a session of an association's role lasts, whatever the role's own maximum.
const SECONDS: u32 = 6 * 60 * 60;
/// How long one of a target role lasts: chained sessions end within the hour.
const TARGET_SECONDS: u32 = 59 * 60;
/// How much of the names of cluster and pod goes into the session's name.
const NAME_PART: usize = 10;

/// What a token leads to: who bears it, and the association.
#[derive(Debug)]
pub(super) struct Exchange {
    cluster_name: String,
    cluster_arn: String,
    account: AccountId,
    pub(super) association: Association,
    pub(super) association_arn: String,
    external_id: Option<String>,
    pod: Bound,
    /// The association's session policy.
    policy: Option<Arc<CompiledPolicy>>,
}

impl Exchange {
    /// The exchange for a service account's pod; none without an association.
    pub(super) fn of(
        cx: &Context,
        cluster: &Cluster,
        claims: &KubernetesClaims,
        pod: &Bound,
    ) -> Option<Self> {
        let key = Association::key(&claims.namespace, &claims.serviceaccount.name);
        let moment = cx.moment(Propagation::AssociationToAuth);
        let association = cluster.associations.row_at(&key, moment)?;
        Some(Self {
            cluster_name: cluster.name.clone(),
            cluster_arn: cluster.arn.clone(),
            account: cluster.account,
            association_arn: cluster.association_arn(&association.id),
            external_id: cluster.external_id(association),
            association: association.clone(),
            pod: pod.clone(),
            policy: None,
        })
    }

    /// Compiles the association's policy, which takes its time.
    pub(super) fn prepare(&mut self) {
        let text = self.association.extras.policy.as_deref();
        let document = text.and_then(|text| validate(text, DocumentKind::Session).ok());
        let compiled = document.map(|it| CompiledPolicy::compile(&it, DocumentKind::Session));
        self.policy = compiled.map(Arc::new);
    }

    /// Begins the session, through the target role if there is one.
    pub(super) fn begin(
        &self,
        cx: &mut Context,
    ) -> Result<(Credentials, AssumedRoleUser), EksAuthError> {
        let name = self.session_name(&cx.ids.uuid());
        let (role_arn, account, role) = find(cx, &self.association.role_arn)?;
        let call = self.decided(cx, role_arn, role, &name)?;
        let policies = self.policy.clone().into_iter().collect();
        let begun = match &self.association.extras.target_role_arn {
            None => {
                let role_id = role.id.clone();
                let lasts = (&Wanted::default(), SECONDS);
                assume::begin(cx, &call, (account, &role_id), policies, lasts)
            }
            Some(target) => {
                let (target_arn, account, target) = find(cx, target)?;
                let call = self.chained(cx, &call, role, (target_arn, target))?;
                let role_id = target.id.clone();
                let lasts = (&Wanted::default(), TARGET_SECONDS);
                assume::begin(cx, &call, (account, &role_id), policies, lasts)
            }
        };
        begun.map_err(sts_refusal)
    }

    /// EKS's call on the association's role, once it is allowed.
    fn decided(
        &self,
        cx: &Context,
        arn: Arn,
        role: &Role,
        name: &str,
    ) -> Result<Call, EksAuthError> {
        let mut call = assume::call(Principal::service(POD_IDENTITY), arn, role, name);
        if !self.association.extras.disable_session_tags {
            let tags = self.tags();
            call.transitive_tag_keys = tags.iter().map(|(key, _)| (*key).to_owned()).collect();
            call.tags = tags
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into();
        }
        call.context = authorize::request_keys(cx);
        call.context
            .insert("aws:SourceArn", self.cluster_arn.as_str())
            .insert("aws:SourceAccount", self.account.to_string());
        decide(cx, call, role, &CallerPolicies::default())
    }

    /// The call of the association's role on the target role, once it is allowed.
    fn chained(
        &self,
        cx: &Context,
        first: &Call,
        role: &Role,
        (arn, target): (Arn, &Role),
    ) -> Result<Call, EksAuthError> {
        let principal = assume::session(first, &role.id).map_err(sts_refusal)?;
        let mut call = assume::call(principal, arn, target, &first.session_name);
        call.inherited_tags = first.transitive_tags();
        call.external_id.clone_from(&self.external_id);
        call.context = authorize::request_keys(cx);
        call.context
            .insert("aws:TokenIssueTime", cx.now_in_seconds().to_string());
        for (key, value) in first.principal_tags() {
            call.context
                .insert(&format!("aws:PrincipalTag/{key}"), value);
        }
        let moment = cx.moment(Propagation::IamToSts);
        decide(cx, call, target, &CallerPolicies::of_role(cx, role, moment))
    }

    /// The session tags, all of which are handed down.
    fn tags(&self) -> [(&'static str, &str); 6] {
        [
            ("eks-cluster-arn", &self.cluster_arn),
            ("eks-cluster-name", &self.cluster_name),
            ("kubernetes-namespace", &self.association.namespace),
            (
                "kubernetes-service-account",
                &self.association.service_account,
            ),
            ("kubernetes-pod-name", &self.pod.name),
            ("kubernetes-pod-uid", &self.pod.uid),
        ]
    }

    fn session_name(&self, uuid: &str) -> String {
        let part = |name: &str| name.chars().take(NAME_PART).collect::<String>();
        let (cluster, pod) = (part(&self.cluster_name), part(&self.pod.name));
        format!("eks-{cluster}-{pod}-{uuid}")
    }
}

/// A role of an association. One that was deleted is like one that must not be assumed.
fn find<'c>(cx: &'c Context, arn: &str) -> Result<(Arn, AccountId, &'c Role), EksAuthError> {
    let missing = || EksAuthError::RoleDenied(format!("the role `{arn}` does not exist"));
    let parsed = arn.parse::<Arn>().map_err(|_| missing())?;
    let (account, role) = assume::role(cx, &parsed).ok_or_else(missing)?;
    Ok((parsed, account, role))
}

fn decide(
    cx: &Context,
    call: Call,
    role: &Role,
    own: &CallerPolicies,
) -> Result<Call, EksAuthError> {
    match assume::decide(cx, &call, role, own) {
        Ok(()) => Ok(call),
        Err(message) => {
            let role = &call.role;
            let message = message.unwrap_or_else(|| format!("`{role}` must not be assumed"));
            Err(EksAuthError::RoleDenied(message))
        }
    }
}

fn sts_refusal(error: StsError) -> EksAuthError {
    EksAuthError::RoleDenied(crate::protocol::Fault::from(error).message)
}

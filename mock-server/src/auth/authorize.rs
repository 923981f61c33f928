//! What a caller may do: the layers of policies that apply to it, and the context of its requests.

use std::sync::Arc;

use podpass_policy::{CompiledPolicy, Context as Keys, Layers, Principal};

use crate::account::AccountId;
use crate::auth::caller::Caller;
use crate::state::iam::Role;
use crate::store::Context;

/// The policies of a caller.
#[derive(Debug, Default)]
pub(crate) struct CallerPolicies {
    pub(crate) identity: Vec<Arc<CompiledPolicy>>,
    pub(crate) boundary: Option<Arc<CompiledPolicy>>,
    session: Vec<Arc<CompiledPolicy>>,
}

impl CallerPolicies {
    /// The policies of whoever makes this call.
    pub(crate) fn of(cx: &Context) -> Self {
        let administrator = || Self {
            identity: managed(cx, cx.account(), &administrator_access(cx))
                .into_iter()
                .collect(),
            ..Self::default()
        };
        match &cx.scope.caller {
            Caller::Admin(_) => administrator(),
            Caller::Session(session) => Self {
                session: session.policies.clone(),
                ..match &session.principal {
                    // A role that was deleted, or made anew since, has no policies for this session.
                    Principal::RoleSession {
                        role_id: Some(id), ..
                    } => cx
                        .iam()
                        .roles
                        .find(Role::BY_ID, id)
                        .map_or_else(Self::default, |role| Self::of_role(cx, role)),
                    _ => administrator(),
                }
            },
        }
    }

    /// The policies of a role of the caller's account.
    pub(crate) fn of_role(cx: &Context, role: &Role) -> Self {
        let managed = |arn| managed(cx, cx.account(), arn);
        let inline = role
            .inline
            .values()
            .map(|document| Arc::clone(&document.compiled));
        let attached = role.attached.iter().filter_map(|(_, arn)| managed(arn));
        Self {
            identity: inline.chain(attached).collect(),
            boundary: role.permissions_boundary.as_deref().and_then(managed),
            session: Vec::new(),
        }
    }

    /// The layers that decide about the caller, without those of the resource.
    pub(crate) fn layers(&self) -> Layers<'_> {
        let identity = self.identity.iter();
        let layers = identity.fold(Layers::new(), |layers, policy| layers.identity(policy));
        let layers = self
            .boundary
            .iter()
            .fold(layers, |layers, policy| layers.boundary(policy));
        self.session
            .iter()
            .fold(layers, |layers, policy| layers.session(policy))
    }
}

/// What an administrator has attached.
fn administrator_access(cx: &Context) -> String {
    format!("arn:{}:iam::aws:policy/AdministratorAccess", cx.partition())
}

/// The document in force of a managed policy.
pub(crate) fn managed(cx: &Context, account: AccountId, arn: &str) -> Option<Arc<CompiledPolicy>> {
    let document = cx.state.iam(account).managed_policy(arn)?.document()?;
    Some(Arc::clone(&document.compiled))
}

/// The context keys that every request has, beside those that follow from its principal.
pub(crate) fn common_keys(cx: &Context) -> Keys {
    let mut keys = Keys::new();
    keys.insert("aws:CurrentTime", cx.now.to_string())
        .insert("aws:EpochTime", cx.now.as_second().to_string())
        .insert("aws:RequestedRegion", cx.scope.region.as_str())
        .insert("aws:SecureTransport", "false")
        .insert("aws:SourceIp", "127.0.0.1")
        .insert("aws:ViaAWSService", "false");
    let Some(session) = cx.scope.caller.session() else {
        return keys;
    };
    keys.insert("aws:TokenIssueTime", session.issued.to_string())
        .insert("aws:MultiFactorAuthPresent", "false");
    for (key, value) in &session.principal_tags {
        keys.insert(&format!("aws:PrincipalTag/{key}"), value.as_str());
    }
    if let Some(identity) = &session.source_identity {
        keys.insert("aws:SourceIdentity", identity.as_str());
    }
    keys
}

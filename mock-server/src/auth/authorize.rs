//! What a caller may do: the layers of policies that apply to it, and the context of its requests.

use std::sync::Arc;

use http::StatusCode;
use podpass_policy::{
    ArnError, CompiledPolicy, Context as Keys, Decision, Layers, Outcome, Principal, Request,
};

use crate::account::AccountId;
use crate::auth::caller::Caller;
use crate::auth::gate::Gate;
use crate::auth::permission::{PASS_ROLE, Permission};
use crate::dispatch::Shared;
use crate::operation::{Operation, Service};
use crate::propagation::Propagation;
use crate::protocol::{Fault, Protocol};
use crate::state::iam::{Group, Permissions, Role, User};
use crate::state::table::Moment;
use crate::store::{Context, Read, Scope};

/// Refuses an operation that the caller's policies do not allow.
pub(crate) fn check<O: Operation>(
    shared: &Shared,
    scope: &Scope,
    operation: &O,
    gate: &mut Gate,
) -> Result<(), Fault> {
    // What decides is collected under the lock, and the decision is made outside.
    let is_open = gate.is_open();
    let (required, policies, common) = shared.store.enter::<Read, _>(scope, |cx| {
        let required = operation.requires(cx);
        if is_open || required.is_empty() {
            return (required, CallerPolicies::default(), None);
        }
        let policies = CallerPolicies::of(cx);
        // Most policies ask for no context, which takes longer to collect than they take to decide.
        let context = policies.layers().reads_context().then(|| common_keys(cx));
        (required, policies, context)
    });
    if is_open {
        gate.asks_for(required.into_iter().map(|permission| permission.resource));
        return Ok(());
    }
    let resources = required
        .iter()
        .map(|permission| permission.resource.clone());
    gate.asks_for(resources);
    gate.check(|| {
        if required.is_empty() {
            return Ok(());
        }
        let layers = policies.layers();
        match scope.caller.principal() {
            Ok(principal) => Case { principal, common }.decide(required, &layers),
            Err(error) => Err(error.to_string()),
        }
        .map_err(|message| {
            let code = <O::Service as Service>::Protocol::CALLER_CODES.denied;
            Fault::new(StatusCode::FORBIDDEN, code, message)
        })
    })?;
    gate.passed();
    Ok(())
}

/// Decides about any action on any resource, without a policy of the resource.
pub(crate) fn decide(
    shared: &Shared,
    scope: &Scope,
    action: String,
    resource: String,
    keys: Keys,
) -> Result<(Request, Decision), ArnError> {
    let (policies, common) = shared
        .store
        .enter::<Read, _>(scope, |cx| (CallerPolicies::of(cx), common_keys(cx)));
    let principal = scope.caller.principal()?;
    let mut context = principal.context();
    context.merge(common);
    if let Some(account) = account_of(&resource) {
        context.insert("aws:ResourceAccount", account);
    }
    context.merge(keys);
    let request = Request {
        principal,
        action,
        resource,
        context,
    };
    let decision = policies.layers().authorize(&request);
    Ok((request, decision))
}

/// Who asks, and the context keys that do not depend on what for.
struct Case {
    principal: Principal,
    /// None where no policy looks at them.
    common: Option<Keys>,
}

impl Case {
    /// Decides about each permission in turn, or answers with AWS's sentence about the first that lacks.
    fn decide(self, required: Vec<Permission>, layers: &Layers) -> Result<(), String> {
        let looks_at_context = self.common.is_some();
        let common = match self.common {
            Some(common) => {
                let mut context = self.principal.context();
                context.merge(common);
                // Of what has no account of its own, in the ARN, the caller's is the owner.
                if let Some(account) = self.principal.account() {
                    context.insert("aws:ResourceAccount", account);
                }
                context
            }
            None => Keys::new(),
        };
        let mut request = Request {
            principal: self.principal,
            action: String::new(),
            resource: String::new(),
            context: Keys::new(),
        };
        for permission in required {
            request.action = permission.action.into_owned();
            request.resource = permission.resource;
            if looks_at_context {
                request.context.clone_from(&common);
                request.context.merge(permission.keys);
                if let Some(account) = account_of(&request.resource) {
                    request.context.insert("aws:ResourceAccount", account);
                }
            }
            if request.action == PASS_ROLE && crosses_accounts(&request) {
                return Err(FOREIGN_ROLE.to_owned());
            }
            if layers.decide(&request).outcome != Outcome::Allowed {
                let decision = layers.authorize(&request);
                let message = match permission.name {
                    Some(name) => decision.message_naming(&request, &name),
                    None => decision.message,
                };
                return Err(message.unwrap_or_default());
            }
        }
        Ok(())
    }
}

/// The account that an ARN names; AWS's own policies are nobody's.
fn account_of(arn: &str) -> Option<&str> {
    let account = arn.split(':').nth(4)?;
    (account.len() == 12).then_some(account)
}

/// What AWS says of a role of another account, and of none at all (eksctl issue 8718).
const FOREIGN_ROLE: &str = "Cross-account pass role is not allowed.";

fn crosses_accounts(request: &Request) -> bool {
    let is_arn = request.resource.starts_with("arn:");
    request.resource.is_empty()
        || is_arn && request.resource_account() != request.principal.account()
}

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
        let moment = cx.moment(Propagation::IamToSts);
        match &cx.scope.caller {
            Caller::User(user) => Self::of_user_id(cx, &user.id, moment),
            Caller::Session(session) => Self {
                session: session.policies.clone(),
                ..match &session.principal {
                    // A role that was deleted, or made anew since, has no policies for this session.
                    Principal::RoleSession {
                        role_id: Some(id), ..
                    } => cx
                        .iam()
                        .seen(moment)
                        .role_by_id(id)
                        .map_or_else(Self::default, |role| Self::of_role(cx, role, moment)),
                    _ => session
                        .user
                        .as_deref()
                        .map_or_else(Self::default, |id| Self::of_user_id(cx, id, moment)),
                }
            },
        }
    }

    /// The policies of the user with a unique id; one that was deleted has none.
    fn of_user_id(cx: &Context, id: &str, moment: Option<Moment>) -> Self {
        let user = cx.iam().seen(moment).user_by_id(id);
        user.map_or_else(Self::default, |user| Self::of_user(cx, user, moment))
    }

    /// The policies of a role of the caller's account, as they are known of a moment.
    pub(crate) fn of_role(cx: &Context, role: &Role, moment: Option<Moment>) -> Self {
        Self::of_permissions(cx, &role.permissions, moment)
    }

    /// The policies of a user of the caller's account: its own and its groups'.
    pub(crate) fn of_user(cx: &Context, user: &User, moment: Option<Moment>) -> Self {
        let mut policies = Self::of_permissions(cx, &user.permissions, moment);
        for group in cx.iam().seen(moment).groups_of(user) {
            let of_group = Self::of_permissions(cx, &group.permissions, moment);
            policies.identity.extend(of_group.identity);
        }
        policies
    }

    /// The policies of a group of the caller's account.
    pub(crate) fn of_group(cx: &Context, group: &Group) -> Self {
        Self::of_permissions(cx, &group.permissions, None)
    }

    fn of_permissions(cx: &Context, permissions: &Permissions, moment: Option<Moment>) -> Self {
        let managed = |arn| managed(cx, cx.account(), arn, moment);
        let inline = permissions.inline.values();
        let inline = inline.map(|document| Arc::clone(&document.compiled));
        let attached = permissions.attached.iter();
        let attached = attached.filter_map(|(_, arn)| managed(arn));
        Self {
            identity: inline.chain(attached).collect(),
            boundary: permissions.boundary.as_deref().and_then(managed),
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

/// The document in force of a managed policy.
pub(crate) fn managed(
    cx: &Context,
    account: AccountId,
    arn: &str,
    moment: Option<Moment>,
) -> Option<Arc<CompiledPolicy>> {
    let document = cx.managed_policy_at(account, arn, moment)?.document()?;
    Some(Arc::clone(&document.compiled))
}

/// The context keys that every request has, whoever makes it.
pub(crate) fn request_keys(cx: &Context) -> Keys {
    let mut keys = Keys::new();
    keys.insert("aws:CurrentTime", cx.now.to_string())
        .insert("aws:EpochTime", cx.now.as_second().to_string())
        .insert("aws:RequestedRegion", cx.scope.region.as_str())
        // Requests to AWS come by TLS, and policies are written for those.
        .insert("aws:SecureTransport", "true")
        .insert("aws:ViaAWSService", "false");
    keys
}

/// The context keys that every request of the caller has, beside those that follow from its principal.
pub(crate) fn common_keys(cx: &Context) -> Keys {
    let mut keys = request_keys(cx);
    cx.scope.origin.add_to(&mut keys);
    if let Caller::User(user) = &cx.scope.caller
        && let Some(user) = cx.iam().users.find(User::BY_ID, &user.id)
    {
        for (_, tag) in user.tags.scan() {
            keys.insert(&format!("aws:PrincipalTag/{}", tag.key), tag.value.as_str());
        }
    }
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
    if let Some(provider) = &session.provider {
        keys.insert("aws:FederatedProvider", provider.as_str());
    }
    keys
}

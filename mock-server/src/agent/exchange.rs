//! The agent's call of EKS Auth, in the same process, with the node's credentials.

use std::sync::Arc;

use http::StatusCode;
use serde_json::json;

use super::token::Outline;
use super::{Issued, Recipient, Refusal, Source};
use crate::account::Partition;
use crate::auth::caller::{Caller, SigningUser};
use crate::auth::gate::Gate;
use crate::auth::origin::Origin;
use crate::dispatch::{self, Shared};
use crate::fault::{Instead, Meeting, Met};
use crate::oidc::Place;
use crate::operation::{self, Call, Operation as _};
use crate::protocol::Fault;
use crate::services::eks_auth::{AssumeRoleForPodIdentity, SERVICE};
use crate::state::sts::Session;
use crate::store::{Context, Read, Scope};

/// What the agent calls.
static OPERATION: operation::Entry = operation::Entry::of::<AssumeRoleForPodIdentity>();

/// EKS Auth.
#[derive(Debug, Default)]
pub(super) struct EksAuth;

impl Source for EksAuth {
    fn credentials(&self, shared: &Shared, token: &str) -> Result<Issued, Refusal> {
        let outline = Outline::read(token)?;
        let request_id = shared.request_id();
        let issuer = shared.store.issuer(&outline.iss);
        let Some(place) = issuer.as_ref().map(|issuer| issuer.place()) else {
            // An agent belongs to a cluster, which knows no such issuer.
            let text = "The token included in the request is invalid";
            let fault = Fault::new(StatusCode::BAD_REQUEST, "InvalidTokenException", text).into();
            return Err(Refusal::EksAuth { request_id, fault });
        };
        let scope = scope(shared, place, request_id);
        let mut gate = Gate::new(shared.store.settings().auth);
        let body = json!({ "token": token }).to_string();
        let call = Call {
            scope: &scope,
            labels: vec![("clusterName".into(), place.cluster.as_str().into())],
            body: body.as_bytes(),
            gate: &mut gate,
        };
        let clock = shared.store.clock();
        let ready = shared.throttle.check(&SERVICE, NAME, &scope, clock);
        let met = match &ready {
            Ok(()) => meet(shared, &scope, place, token),
            Err(_) => None,
        };
        let instead = met.as_ref().and_then(|met| met.instead(SERVICE.name));
        let answered = ready.and_then(|()| match instead {
            Some(Instead::Error(refusal)) => Err(refusal.into()),
            Some(Instead::Answer(answer)) => Ok(Err(answer.status())),
            None => operation::run::<AssumeRoleForPodIdentity>(shared, call).map(Ok),
        });
        let outcome = dispatch::Outcome {
            service: &SERVICE,
            operation: Some(&OPERATION),
            status: match &answered {
                Ok(Ok(_)) => StatusCode::OK,
                Ok(Err(status)) => *status,
                Err(fault) => fault.status,
            },
            fault: answered.as_ref().err(),
            access_key: None,
            is_signed: true,
            request: None,
            met: met.as_ref(),
        };
        let request_id = scope.request_id.clone();
        dispatch::record(shared, scope, gate, outcome);
        match answered {
            _ if met.is_some_and(|met| !met.is_readable()) => Err(Refusal::Unanswered),
            Ok(Ok(output)) => Ok(issued(output, outline.sub, place)),
            Ok(Err(_)) => Err(Refusal::Unanswered),
            Err(fault) => Err(Refusal::EksAuth {
                request_id,
                fault: fault.into(),
            }),
        }
    }
}

const NAME: &str = AssumeRoleForPodIdentity::NAME;

/// What a script has for the agent's call. It takes no time: pods that ask at once wait for the same call.
fn meet(shared: &Shared, scope: &Scope, place: &Place, token: &str) -> Option<Met> {
    if !shared.faults.any() {
        return None;
    }
    shared.faults.meet(&Meeting {
        service: SERVICE.name,
        operation: NAME,
        account: &scope.account.to_string(),
        region: &scope.region,
        caller: &scope.caller.arn(),
        resources: &|| {
            let cluster = place.cluster.clone();
            super::subject(token).into_iter().chain([cluster]).collect()
        },
    })
}

/// The answer in the agent's own form.
fn issued(output: Output, subject: String, place: &Place) -> Issued {
    let expires = output.credentials.expiration;
    let account = output.assumed_role_user.arn.split(':').nth(4);
    let body = json!({
        "AccessKeyId": output.credentials.access_key_id,
        "SecretAccessKey": output.credentials.secret_access_key,
        "Token": output.credentials.session_token,
        "AccountId": account.unwrap_or_default(),
        "Expiration": expires.to_string(),
    });
    Issued {
        body: body.to_string().into(),
        expires,
        to: Arc::new(Recipient {
            subject,
            account: place.account.to_string(),
            region: place.region.clone(),
        }),
    }
}

type Output = <AssumeRoleForPodIdentity as operation::Operation>::Output;

/// Who the agent is to EKS Auth: a session of the role of the cluster's first node group, or where there is none, the
/// account's administrator.
fn scope(shared: &Shared, place: &Place, request_id: String) -> Scope {
    let partition = Partition::of_region(&place.region).name;
    let administrator = SigningUser::administrator(place.account, partition);
    let scope = Scope {
        caller: Caller::User(administrator),
        account: place.account,
        region: place.region.clone(),
        request_id,
        origin: Origin::default(),
    };
    let node = shared.store.enter::<Read, _>(&scope, |cx| node(cx, place));
    match node {
        Some(session) => Scope {
            caller: Caller::Session(Arc::new(session)),
            ..scope
        },
        None => scope,
    }
}

/// The instance id that nodes have in their sessions' names.
const INSTANCE: &str = "i-0a1b2c3d4e5f60718";

fn node(cx: &Context, place: &Place) -> Option<Session> {
    let cluster = cx.eks().cluster(&place.cluster)?;
    let (_, group) = cluster.nodegroups.scan("", None).next()?;
    let role = cx.iam().role_by_arn(group.settings["nodeRole"].as_str()?)?;
    Session::without_keys(place.account, role, INSTANCE, cx.now).ok()
}

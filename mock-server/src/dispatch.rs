//! From a request to what answers it: a service's operation, a cluster, or a control route.

mod cluster;
mod record;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use record::{Outcome, record};

use axum::body::Body;
use bytes::Bytes;
use http::header::HOST;
use http::{HeaderMap, Request, StatusCode};

use crate::agent::{self, Agent, Entrance};
use crate::auth::authenticate;
use crate::auth::caller::Credential;
use crate::auth::gate::Gate;
use crate::auth::mode::Auth;
use crate::auth::origin::Origin;
use crate::auth::sigv4::SeenSignatures;
use crate::fault::{Faults, Instead, Meeting, Met};
use crate::id::{self, Ids};
use crate::ledger::Ledger;
use crate::operation::{self, Call, Found, Registered};
use crate::persist::ImportError;
use crate::protocol::{Fault, Response, unbuilt};
use crate::server::Only;
use crate::services;
use crate::store::{Scope, Store};
use crate::throttle::Throttle;
use crate::webhook::review;
use crate::{control, kubernetes, oidc};

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) ledger: Ledger,
    pub(crate) agent: Agent,
    pub(crate) seen_signatures: SeenSignatures,
    pub(crate) faults: Faults,
    pub(crate) throttle: Throttle,
    request_ids: Mutex<Ids>,
}

impl Shared {
    pub(crate) fn new(store: Store, faults: Faults, throttle: Throttle) -> Self {
        let request_ids = request_ids(&store);
        Self {
            store,
            ledger: Ledger::default(),
            agent: Agent::default(),
            seen_signatures: SeenSignatures::default(),
            faults,
            throttle,
            request_ids: Mutex::new(request_ids),
        }
    }

    pub(crate) fn reset(&self) {
        // What is made anew is made at the time of the start.
        self.store.clock().reset();
        self.store.reset();
        self.ledger.clear();
        self.agent.reset();
        self.seen_signatures.clear();
        *self.request_ids() = request_ids(&self.store);
        self.faults.reset();
        self.throttle.reset();
    }

    /// Replaces the state by one that was exported.
    ///
    /// # Errors
    /// As [`Store::import`].
    pub(crate) fn import(&self, text: &str) -> Result<(), ImportError> {
        self.store.import(text)?;
        self.agent.reset();
        Ok(())
    }

    pub(crate) fn request_id(&self) -> String {
        match self.store.settings().seed {
            Some(_) => self.request_ids().uuid(),
            // Those that nobody can foretell need no order, and no lock.
            None => id::random_uuid(),
        }
    }

    fn request_ids(&self) -> MutexGuard<'_, Ids> {
        self.request_ids
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream of its own: how many requests were made must not change the ids of what they make.
fn request_ids(store: &Store) -> Ids {
    Ids::new(store.settings().seed.map(|seed| !seed))
}

/// Answers a request. It waits for nothing but what a scripted fault has it wait for.
pub(crate) async fn answer(shared: &Shared, request: &Request<Bytes>) -> Response {
    if !request.headers().contains_key(HOST) {
        return plain(
            StatusCode::BAD_REQUEST,
            "the request has no Host header, which HTTP/1.1 demands",
        );
    }
    let path = request.uri().path();
    match request.extensions().get::<Only>() {
        Some(Only::Agent) if path != agent::PATH => return agent::not_found(),
        Some(Only::Agent) => return agent::answer(shared, Entrance::Own, request).await,
        Some(Only::AgentMetrics) => return agent::answer_metrics(shared, request),
        None if path == agent::PATH => {
            return agent::answer(shared, Entrance::Shared, request).await;
        }
        None => {}
    }
    if path.starts_with(control::PREFIX) {
        return control::answer(shared, request);
    }
    if let Some(target) = path.strip_prefix(kubernetes::PREFIX) {
        return cluster::answer(shared, target, request).await;
    }
    if let Some(target) = path.strip_prefix(review::PREFIX) {
        return cluster::answer_webhook(shared, target, request);
    }
    if let Some(target) = path.strip_prefix(oidc::PREFIX) {
        return oidc::answer(shared, target, request);
    }
    if !admits(shared, request.headers()) {
        return plain(
            StatusCode::FORBIDDEN,
            "foreign Host and Origin headers are refused: web pages have no business here",
        );
    }
    let credential = Credential::of(request);
    let service = match &credential {
        Some(credential) => {
            services::service(&credential.service).or_else(|| meant(shared, request))
        }
        None => looks_like(request),
    };
    match (service, credential) {
        (Some(service), credential) => answer_aws(shared, service, credential, request).await,
        (None, Some(Credential { service, .. })) if is_service_name(&service) => {
            unbuilt::refuse(&service, request, &shared.request_id())
        }
        (None, _) => plain(
            StatusCode::NOT_FOUND,
            "no service answers here: AWS requests are told by the service in their signature",
        ),
    }
}

/// Whether a request to AWS may come in by these headers: from no page of another origin, and addressed to
/// this machine unless others can reach the server, by whatever name they know it.
fn admits(shared: &Shared, headers: &HeaderMap) -> bool {
    let by_any_name = shared.store.settings().allow_remote;
    control::is_from_here(headers) && (by_any_name || control::is_to_here(headers))
}

/// Whether a text has the form of a service's name in a signature.
fn is_service_name(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The life of an AWS request: route, authenticate, throttle, then what a script has for it or
/// [`serve`](crate::operation) as its operation says.
async fn answer_aws(
    shared: &Shared,
    service: &'static Registered,
    credential: Option<Credential<'_>>,
    request: &Request<Bytes>,
) -> Response {
    let scope = Scope {
        origin: Origin::of(request),
        ..authenticate::scope(shared, credential.as_ref())
    };
    let (service, found) = find(shared, service, request);
    let operation = found.as_ref().ok().map(|found| found.entry);
    // What is not built may not take signatures at all.
    let signed = match &found {
        Ok(found) => found.entry.signed,
        Err(_) => credential.is_some(),
    };
    let mut gate = Gate::new(shared.store.settings().auth);
    let authenticated = match signed {
        true => authenticate::check(
            shared,
            service,
            request,
            (&scope, credential.as_ref()),
            &mut gate,
        ),
        false => Ok(()),
    };
    let ready = authenticated.and(found).and_then(|found| {
        throttle(shared, service, found.entry, &scope)?;
        Ok(found)
    });
    let met = match &ready {
        Ok(found) => meet(shared, service, found, &scope, request.body()),
        Err(_) => None,
    };
    if let Some(met) = &met {
        met.wait().await;
    }
    let answered: Result<Response, Fault> = ready.and_then(|found| {
        match met.as_ref().and_then(|met| met.instead(service.name)) {
            Some(Instead::Error(refusal)) => return Err(refusal.into()),
            Some(Instead::Answer(answer)) => return Ok(answer),
            None => {}
        }
        let call = Call {
            scope: &scope,
            labels: found.labels,
            body: request.body(),
            gate: &mut gate,
        };
        (found.entry.serve)(shared, call)
    });
    let (mut response, fault) = match answered {
        Ok(response) => (response, None),
        Err(fault) => ((service.refuse)(&fault, &scope.request_id), Some(fault)),
    };
    let outcome = Outcome {
        service,
        operation,
        status: response.status(),
        met: met.as_ref(),
        fault: fault.as_ref(),
        access_key: credential.map(|credential| credential.access_key.into_owned()),
        is_signed: signed,
        request: Some(request),
    };
    record(shared, scope, gate, outcome);
    if let Some(met) = &met {
        met.spoil(&mut response);
    }
    response
}

/// Refuses a call that is one too many of its account. Calls that nobody signed are no account's.
fn throttle(
    shared: &Shared,
    service: &Registered,
    entry: &operation::Entry,
    scope: &Scope,
) -> Result<(), Fault> {
    let clock = shared.store.clock();
    match entry.signed {
        true => shared.throttle.check(service, entry.name, scope, clock),
        false => Ok(()),
    }
}

/// What a script has for a call that is about to be served.
fn meet(
    shared: &Shared,
    service: &'static Registered,
    found: &Found<'_>,
    scope: &Scope,
    body: &[u8],
) -> Option<Met> {
    if !shared.faults.any() {
        return None;
    }
    let Found { entry, labels } = found;
    shared.faults.meet(&Meeting {
        service: service.name,
        operation: entry.name,
        account: &scope.account.to_string(),
        region: &scope.region,
        caller: &scope.caller.arn(),
        resources: &|| (entry.names)(shared, scope, labels, body),
    })
}

/// The operation that a request names, of the service that its signature names, or else of the one that is meant.
fn find<'r>(
    shared: &Shared,
    service: &'static Registered,
    request: &'r Request<Bytes>,
) -> (&'static Registered, Result<Found<'r>, Fault>) {
    let found = (service.find)(service, request);
    match found.is_err().then(|| meant(shared, request)).flatten() {
        Some(meant) => (meant, (meant.find)(meant, request)),
        None => (service, found),
    }
}

/// The service that a request is for, where signatures count: one for another service is wrong.
fn meant(shared: &Shared, request: &Request<Bytes>) -> Option<&'static Registered> {
    match shared.store.settings().auth {
        Auth::Off => None,
        Auth::Simulate | Auth::Enforce => looks_like(request),
    }
}

/// The service that a request looks like, whatever it is signed for.
fn looks_like(request: &Request<Bytes>) -> Option<&'static Registered> {
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let mut parameters =
        form_urlencoded::parse(query).chain(form_urlencoded::parse(request.body()));
    let version = parameters
        .find(|(name, _)| name == "Version")
        .map(|(_, version)| version);
    let service = services::SERVICES.iter().find(|service| match &version {
        Some(version) => service.version == version,
        None => (service.find)(service, request).is_ok(),
    });
    service.copied()
}

/// A short answer to someone who speaks none of the protocols.
pub(crate) fn plain(status: StatusCode, message: impl Into<Body>) -> Response {
    let mut response = Response::new(message.into());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests;

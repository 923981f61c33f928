//! Who asks. Requests have to be signed; whether the signatures are right is checked as the server's mode says.

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use crate::account::Partition;
use crate::auth::caller::Credential;
use crate::auth::gate::Gate;
use crate::auth::keys;
use crate::auth::origin::Origin;
use crate::auth::sigv4::{Evidence, Now, SignatureError, Signed};
use crate::dispatch::Shared;
use crate::operation::Registered;
use crate::protocol::Fault;
use crate::state::MAX_ACCOUNTS;
use crate::store::Scope;

/// Finds out who asks. Keys that the server issued are theirs who got them; all others are administrators'.
pub(crate) fn scope(shared: &Shared, credential: Option<&Credential>) -> Scope {
    let settings = shared.store.settings();
    let region = credential
        .and_then(Credential::region)
        .unwrap_or(&settings.region);
    let account = credential.and_then(Credential::account);
    let account = account.unwrap_or(settings.account);
    let access_key = credential.map(|credential| credential.access_key.as_ref());
    let partition = Partition::of_region(region).name;
    let caller = shared.store.caller(access_key, account, partition);
    Scope {
        account: caller.account(),
        caller,
        region: region.to_owned(),
        request_id: shared.request_id(),
        origin: Origin::default(),
    }
}

/// Refuses requests that are not signed, or not rightly, and accounts for which there is no room.
pub(crate) fn check<B: AsRef<[u8]>>(
    shared: &Shared,
    service: &'static Registered,
    request: &Request<B>,
    (scope, credential): (&Scope, Option<&Credential>),
    gate: &mut Gate,
) -> Result<(), Fault> {
    let codes = &service.caller_codes;
    gate.check_always(|| check_signed(service, request.headers(), credential))?;
    gate.check(|| {
        let target = request.uri().path_and_query();
        let evidence = Evidence {
            method: request.method().as_str(),
            target: target.map_or("/", |target| target.as_str()),
            headers: request.headers(),
            body: request.body().as_ref(),
        };
        verify(shared, service.name, &evidence, None).map_err(|error| error.into_fault(codes))
    })?;
    let session = scope.caller.session();
    gate.check_always(|| {
        check_current(shared, session.map(|session| session.expires))
            .map_err(|error| error.into_fault(codes))
    })?;
    if !shared.store.begin(scope) {
        let message = Unusable::NoRoom.to_string();
        return Err(Fault::new(
            StatusCode::BAD_REQUEST,
            "LimitExceeded",
            message,
        ));
    }
    shared.store.remember_use(scope, service.name);
    Ok(())
}

/// Refuses who signs not at all, or otherwise than AWS's clients do: forms of web pages are not signed.
fn check_signed(
    service: &Registered,
    headers: &HeaderMap,
    credential: Option<&Credential>,
) -> Result<(), Fault> {
    let codes = &service.caller_codes;
    match (credential, headers.contains_key(AUTHORIZATION)) {
        (Some(_), _) => Ok(()),
        (None, true) => Err(Fault::new(
            StatusCode::BAD_REQUEST,
            codes.incomplete,
            "Authorization header requires 'Credential' parameter.",
        )),
        (None, false) => Err(Fault::new(
            StatusCode::FORBIDDEN,
            codes.missing,
            "Request is missing Authentication Token",
        )),
    }
}

/// Verifies a signature for a service, whether it stands in a header or in the address.
///
/// An address is good for as long as it says, unless `lifetime` does: the tokens of clusters are addresses that
/// live longer.
pub(crate) fn verify(
    shared: &Shared,
    service: &str,
    evidence: &Evidence,
    lifetime: Option<SignedDuration>,
) -> Result<(), SignatureError> {
    let clock = shared.store.clock();
    let now = Now {
        server: clock.now(),
        clients: clock.of_clients(),
    };
    let signed = Signed::parse(evidence)?;
    signed.check_coverage(evidence.headers)?;
    let made = shared.seen_signatures.made(&signed, now);
    signed.check_time(now, made, lifetime)?;
    signed.check_scope(service)?;
    let key = keys::find(&shared.store, &signed.access_key, &signed.scope.region);
    let key = key.filter(|key| key.is_active);
    let key = key.ok_or(SignatureError::UnknownKey)?;
    let has_token = match (&key.session_token, &signed.session_token) {
        (Some(issued), Some(given)) => issued.is(given),
        (issued, given) => issued.is_none() && given.is_none(),
    };
    if !has_token {
        return Err(SignatureError::UnknownKey);
    }
    check_current(shared, key.expires)?;
    signed.check_signature(evidence, &key.signer)?;
    shared.seen_signatures.remember(made);
    Ok(())
}

/// Refuses credentials that have expired by the server's clock.
fn check_current(shared: &Shared, expires: Option<Timestamp>) -> Result<(), SignatureError> {
    match expires.is_some_and(|expires| expires <= shared.store.clock().now()) {
        true => Err(SignatureError::ExpiredToken),
        false => Ok(()),
    }
}

/// Why nobody can call with some credentials.
#[derive(Debug, Clone, Copy, Error)]
pub(crate) enum Unusable {
    /// In AWS's words.
    #[error("The security token included in the request is expired")]
    Expired,
    #[error(
        "This server keeps {MAX_ACCOUNTS} accounts, and all of them are in use; a reset frees them."
    )]
    NoRoom,
}

/// Begins the account of a caller who can call.
pub(crate) fn begin(shared: &Shared, scope: &Scope) -> Result<(), Unusable> {
    let expires = scope.caller.session().map(|session| session.expires);
    check_current(shared, expires).map_err(|_| Unusable::Expired)?;
    match shared.store.begin(scope) {
        true => Ok(()),
        false => Err(Unusable::NoRoom),
    }
}

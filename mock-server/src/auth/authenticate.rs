//! Who asks: requests have to be signed, but every access key is accepted, other than those that have expired, and
//! no signature is verified.

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use thiserror::Error;

use crate::account::Partition;
use crate::auth::caller::Credential;
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
    let access_key = credential.map(|credential| credential.access_key.as_str());
    let partition = Partition::of_region(region).name;
    let caller = shared.store.caller(access_key, account, partition);
    Scope {
        account: caller.account(),
        caller,
        region: region.to_owned(),
        request_id: shared.request_id(),
    }
}

/// Refuses who signs not at all, or otherwise than AWS's clients do: forms of web pages are not signed.
pub(crate) fn check_signed(
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

/// Refuses credentials that have expired by the server's clock, and accounts for which there is no room.
pub(crate) fn check(shared: &Shared, service: &Registered, scope: &Scope) -> Result<(), Fault> {
    begin(shared, scope).map_err(|unusable| {
        let (status, code) = match unusable {
            Unusable::Expired => (StatusCode::FORBIDDEN, service.caller_codes.expired),
            Unusable::NoRoom => (StatusCode::BAD_REQUEST, "LimitExceeded"),
        };
        Fault::new(status, code, unusable.to_string())
    })?;
    shared.store.remember_use(scope, service.name);
    Ok(())
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
    let session = scope.caller.session();
    if session.is_some_and(|session| session.expires <= shared.store.clock().now()) {
        return Err(Unusable::Expired);
    }
    match shared.store.begin(scope) {
        true => Ok(()),
        false => Err(Unusable::NoRoom),
    }
}

//! Who asks: every access key is accepted, but for those that have expired.

use http::StatusCode;

use crate::auth::caller::{Caller, Credential};
use crate::dispatch::Shared;
use crate::operation::Registered;
use crate::protocol::Fault;
use crate::store::Scope;

/// Finds out who asks. Keys that the server issued are theirs who got them; all others are administrators'.
pub(crate) fn scope(shared: &Shared, credential: Option<&Credential>) -> Scope {
    let settings = shared.store.settings();
    let session = credential.and_then(|credential| shared.store.session(&credential.access_key));
    let caller = session.map_or_else(
        || {
            Caller::Admin(
                credential
                    .and_then(Credential::account)
                    .unwrap_or(settings.account),
            )
        },
        Caller::Session,
    );
    let region = credential
        .and_then(Credential::region)
        .unwrap_or(&settings.region);
    Scope {
        account: caller.account(),
        caller,
        region: region.to_owned(),
        request_id: shared.request_id(),
    }
}

/// Refuses credentials that have expired by the server's clock.
pub(crate) fn check(shared: &Shared, service: &Registered, scope: &Scope) -> Result<(), Fault> {
    let session = scope.caller.session();
    match session.is_some_and(|session| session.expires <= shared.store.clock().now()) {
        true => Err(Fault::new(
            StatusCode::FORBIDDEN,
            service.expired_token,
            "The security token included in the request is expired",
        )),
        false => Ok(()),
    }
}

//! Client request tokens: a repeated request gets its answer again, and another one that comes with the
//! same token is refused. A token is remembered as long as what its request made.

use super::Cause;
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::Table;

/// What this very request made before.
pub(super) fn made_before<R: Requested>(
    rows: &Table<R>,
    request: Option<RequestToken>,
) -> Result<Option<&R>, Cause> {
    let by_request = RequestToken::index_text(request.as_ref());
    match rows.find(R::BY_REQUEST, &by_request) {
        Some(made) if made.request() != request => Err(Cause::ReusedToken),
        made => Ok(made),
    }
}

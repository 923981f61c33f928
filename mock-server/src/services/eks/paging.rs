//! Pages as EKS's lists take them.

use super::Cause;
use crate::state::page;

/// The size of a page when the caller does not say, which is also the greatest.
const DEFAULT_RESULTS: usize = 100;

pub(super) fn limit(max_results: Option<usize>) -> usize {
    max_results.unwrap_or(DEFAULT_RESULTS)
}

/// The key after which a page begins.
pub(super) fn after(next_token: Option<&str>) -> Result<Option<String>, Cause> {
    next_token
        .map(|token| page::after(token).ok_or(Cause::InvalidNextToken))
        .transpose()
}

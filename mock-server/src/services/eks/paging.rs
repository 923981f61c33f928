//! Pages as EKS's lists take them.

use serde::Deserialize;

use super::{Cause, EksError};
use crate::state::eks::Cluster;
use crate::state::page::{self, Page};
use crate::state::table::{Row, Table};

/// The size of a page when the caller does not say, which is also the greatest.
const DEFAULT_RESULTS: usize = 100;

/// Which page of a list the caller asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Paging {
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl Paging {
    pub(super) fn limit(&self) -> usize {
        self.max_results.unwrap_or(DEFAULT_RESULTS)
    }

    /// The key after which the page begins.
    pub(super) fn after(&self) -> Result<Option<String>, Cause> {
        let token = self.next_token.as_deref();
        token
            .map(|token| page::after(token).ok_or(Cause::InvalidNextToken))
            .transpose()
    }

    /// The page of everything that a cluster has in one of its tables.
    pub(super) fn of<R: Row, T>(
        &self,
        cluster: &Cluster,
        table: &Table<R>,
        item: impl Fn(&R) -> T,
    ) -> Result<Page<T>, EksError> {
        let after = self
            .after()
            .map_err(|cause| cause.in_cluster(&cluster.name))?;
        Ok(Page::of(
            table.scan("", after.as_deref()),
            self.limit(),
            item,
        ))
    }
}

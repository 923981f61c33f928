//! Pages as IAM's operations take and answer them.

use serde::{Deserialize, Serialize};

use super::IamError;
use crate::state::page::{self, Page};
use crate::state::table::{Row, Table};

/// What a request says about the page it wants.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Paging {
    marker: Option<String>,
    max_items: Option<usize>,
}

/// What an answer says about the next page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct More {
    is_truncated: bool,
    marker: Option<String>,
}

/// The size of a page when the caller does not say.
const DEFAULT_ITEMS: usize = 100;

impl Paging {
    /// The key after which the page begins.
    pub(super) fn after(&self) -> Result<Option<String>, IamError> {
        let after = |marker: &String| page::after(marker).ok_or(IamError::InvalidMarker);
        self.marker.as_ref().map(after).transpose()
    }

    pub(super) fn limit(&self) -> usize {
        self.max_items.unwrap_or(DEFAULT_ITEMS)
    }

    /// A page of the rows of a table whose keys begin with a prefix.
    pub(super) fn of_table<R: Row, T>(
        &self,
        table: &Table<R>,
        prefix: &str,
        item: impl Fn(&R) -> T,
    ) -> Result<(Vec<T>, More), IamError> {
        let after = self.after()?;
        let rows = table.scan(prefix, after.as_deref());
        Ok(More::after(Page::of(rows, self.limit(), item)))
    }

    /// A page of a list that is short by nature, such as the tags of a role, in the order of its keys.
    pub(super) fn of<K: AsRef<str>, R, T>(
        &self,
        rows: impl Iterator<Item = (K, R)>,
        item: impl Fn(R) -> T,
    ) -> Result<(Vec<T>, More), IamError> {
        let after = self.after()?;
        let rest =
            rows.filter(|(key, _)| after.as_deref().is_none_or(|after| key.as_ref() > after));
        Ok(More::after(Page::of(rest, self.limit(), item)))
    }
}

impl More {
    /// The items of a page, and what follows them.
    pub(super) fn after<T>(page: Page<T>) -> (Vec<T>, Self) {
        (page.items, Self::from(page.next))
    }
}

/// From the marker of the next page.
impl From<Option<String>> for More {
    fn from(marker: Option<String>) -> Self {
        Self {
            is_truncated: marker.is_some(),
            marker,
        }
    }
}

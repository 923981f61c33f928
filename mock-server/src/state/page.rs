//! Pages of listings and the opaque markers between them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::table::{Row, Table};

/// A page, and where the next one begins.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The marker to continue with; `None` on the last page.
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    /// Takes the first `limit` of the rows that a scan finds.
    pub(crate) fn of<K: AsRef<str>, R>(
        mut rows: impl Iterator<Item = (K, R)>,
        limit: usize,
        item: impl Fn(R) -> T,
    ) -> Self {
        let (mut items, mut last) = (Vec::new(), None);
        for (key, row) in rows.by_ref().take(limit) {
            items.push(item(row));
            last = Some(key);
        }
        let more = rows.next().is_some();
        let next = last.filter(|_| more).map(|key| marker(key.as_ref()));
        Self { items, next }
    }
}

/// One table of a listing that goes through several: its keys get a mark, and the marks rise.
pub(crate) fn part<'t, R: Row>(
    mark: char,
    table: &'t Table<R>,
    prefix: &'t str,
    after: Option<&str>,
) -> impl Iterator<Item = (String, &'t R)> + use<'t, R> {
    let over = after.is_some_and(|after| after.starts_with(|reached| reached > mark));
    let resume = after.and_then(|after| after.strip_prefix(mark));
    let rows = (!over).then(|| table.scan(prefix, resume));
    rows.into_iter()
        .flatten()
        .map(move |(key, row)| (format!("{mark}{key}"), row))
}

/// The marker that stands for a key.
pub(crate) fn marker(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

/// The key that a marker stands for; `None` when it is none of ours.
pub(crate) fn after(marker: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(marker).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_last_page_has_no_marker() {
        let rows = [("a", 1), ("b", 2), ("c", 3)];
        let page = Page::of(rows.into_iter(), 2, |n| n);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(page.next.as_deref().and_then(after).as_deref(), Some("b"));
        assert_eq!(Page::of(rows.into_iter(), 3, |n| n).next, None);
    }
}

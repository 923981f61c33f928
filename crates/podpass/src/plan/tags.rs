//! What changes in tags.

use std::collections::BTreeSet;

use super::step::{Change, TagChanges};
use crate::association::Tags;
use crate::spec::{ADOPTED_TAG, OWNERSHIP_VALUE, is_owned};

/// What leads from the tags found to the tags wanted.
///
/// Tags that AWS itself sets (`aws:…`) are nobody else's to change. What is adopted keeps the tags that the manifest does
/// not name: whoever set them (for costs, say, or for access by attributes) still needs them. [`ADOPTED_TAG`] remembers that
/// there are some, so that later plans keep them as well.
pub(crate) fn tag_changes(found: &Tags, wanted: &Tags) -> TagChanges {
    let keeps = !is_owned(found) || found.contains_key(ADOPTED_TAG);
    let is_kept = |key: &String| keeps && !wanted.contains_key(key) && !is_reserved(key);
    let marker = found
        .keys()
        .any(&is_kept)
        .then(|| OWNERSHIP_VALUE.to_owned());
    let wanted_value = |key: &String| match wanted.get(key) {
        None if key == ADOPTED_TAG => marker.clone(),
        value => value.cloned(),
    };
    let adopted = ADOPTED_TAG.to_owned();
    let keys: BTreeSet<_> = found
        .keys()
        .chain(wanted.keys())
        .chain([&adopted])
        .collect();
    keys.into_iter()
        .filter(|key| !is_of_aws(key) && !is_kept(key))
        .map(|key| {
            let change = Change {
                from: found.get(key).cloned(),
                to: wanted_value(key),
            };
            (key.clone(), change)
        })
        .filter(|(_, change)| change.from != change.to)
        .collect()
}

fn is_of_aws(key: &str) -> bool {
    starts_with(key, "aws:")
}

/// Whether no user's tag has this key.
fn is_reserved(key: &str) -> bool {
    is_of_aws(key) || starts_with(key, "podpass:")
}

fn starts_with(key: &str, prefix: &str) -> bool {
    key.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::OWNERSHIP_TAG;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    fn after(found: &Tags, wanted: &Tags) -> Tags {
        let mut tags = found.clone();
        for (key, change) in tag_changes(found, wanted) {
            match change.to {
                Some(value) => tags.insert(key, value),
                None => tags.remove(&key),
            };
        }
        tags
    }

    const MANAGED: (&str, &str) = (OWNERSHIP_TAG, OWNERSHIP_VALUE);
    const ADOPTED: (&str, &str) = (ADOPTED_TAG, OWNERSHIP_VALUE);

    #[test]
    fn adopting_keeps_the_tags_of_others_then_and_later() {
        let found = tags(&[("cost-center", "7"), ("team", "old"), ("aws:x", "y")]);
        let wanted = tags(&[MANAGED, ("team", "new")]);
        let adopted = after(&found, &wanted);
        let expected = [
            MANAGED,
            ADOPTED,
            ("aws:x", "y"),
            ("cost-center", "7"),
            ("team", "new"),
        ];
        assert_eq!(adopted, tags(&expected));
        assert!(tag_changes(&adopted, &wanted).is_empty(), "nothing is left");
        let renamed = after(&adopted, &tags(&[MANAGED]));
        assert_eq!(renamed["cost-center"], "7");
    }

    #[test]
    fn adopting_what_has_no_tags_of_others_leaves_no_trace_of_it() {
        let wanted = tags(&[MANAGED, ("team", "new")]);
        for found in [tags(&[]), tags(&[("team", "old")]), tags(&[("aws:x", "y")])] {
            assert!(!after(&found, &wanted).contains_key(ADOPTED_TAG));
        }
    }

    #[test]
    fn what_podpass_made_has_the_tags_of_the_manifest_and_no_others() {
        let found = tags(&[MANAGED, ("cost-center", "7"), ("aws:x", "y")]);
        let wanted = tags(&[MANAGED, ("team", "new")]);
        let expected = tags(&[MANAGED, ("aws:x", "y"), ("team", "new")]);
        assert_eq!(after(&found, &wanted), expected);
    }

    #[test]
    fn mark_of_adoption_goes_with_the_last_tag_of_others() {
        let wanted = tags(&[MANAGED]);
        assert_eq!(after(&tags(&[MANAGED, ADOPTED]), &wanted), wanted);
    }
}

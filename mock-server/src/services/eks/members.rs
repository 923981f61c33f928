//! The members that EKS's operations share, with the constraints of its service model.

use crate::validation::{ANY_TEXT, Member, Pattern, Shape};

const CLUSTER_NAME_TEXT: Pattern = Pattern {
    text: r"^[0-9A-Za-z][A-Za-z0-9\-_]*",
    accepts: |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    },
    instead: None,
};

/// The name of a cluster that is about to be made.
pub(super) const NEW_CLUSTER_NAME: Member =
    Member::new("name", Shape::Text(1, 100, Some(CLUSTER_NAME_TEXT))).required();
/// The name of a cluster that should exist.
pub(super) const CLUSTER: Member = Member::new("name", ANY_TEXT).required();
pub(super) const ROLE_ARN: Member = Member::new("roleArn", ANY_TEXT).required();
pub(super) const TAGS: Member = Member::new("tags", Shape::Map(50));
pub(super) const CLIENT_REQUEST_TOKEN: Member = Member::new("clientRequestToken", ANY_TEXT);

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
pub(super) const ROLE_ARN: Member = Member::new("roleArn", ANY_TEXT);
pub(super) const CLIENT_REQUEST_TOKEN: Member = Member::new("clientRequestToken", ANY_TEXT);

pub(super) const ASSOCIATION_ID: Member = Member::new("associationId", ANY_TEXT).required();
pub(super) const NAMESPACE: Member = Member::new("namespace", ANY_TEXT);
pub(super) const SERVICE_ACCOUNT: Member = Member::new("serviceAccount", ANY_TEXT);
pub(super) const TARGET_ROLE_ARN: Member = Member::new("targetRoleArn", ANY_TEXT);
pub(super) const DISABLE_SESSION_TAGS: Member = Member::new("disableSessionTags", Shape::Boolean);
pub(super) const POLICY: Member = Member::new("policy", ANY_TEXT);

pub(super) const TAGS: Member = Member::new("tags", Shape::Map((1, 50), (1, 128), (0, 256)));
pub(super) const RESOURCE_ARN: Member = Member::new("resourceArn", ANY_TEXT).required();

pub(super) const MAX_RESULTS: Member = Member::new("maxResults", Shape::Integer(1, 100));
pub(super) const NEXT_TOKEN: Member = Member::new("nextToken", ANY_TEXT);

/// A list of strings without a constraint.
pub(super) const TEXTS: Shape = Shape::List(0, usize::MAX, &ANY_TEXT);

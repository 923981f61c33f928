//! The members that EKS's operations share, with the constraints of its service model.

use super::Cause;
use crate::validation::{ANY_TEXT, Member, Pattern, Shape};

pub(crate) const CLUSTER_NAME_TEXT: Pattern = Pattern {
    text: r"^[0-9A-Za-z][A-Za-z0-9\-_]*",
    accepts: |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    },
    instead: None,
};

/// Checks the name of a part of a cluster that is about to be made, of which the service model says nothing
/// (API reference: letters, digits, hyphens and underscores, the first of them a letter or digit).
pub(super) fn check_new_name(name: &str, refusal: Cause) -> Result<(), Cause> {
    match (CLUSTER_NAME_TEXT.accepts)(name) {
        true => Ok(()),
        false => Err(refusal),
    }
}

/// The name of a cluster that is about to be made.
pub(super) const NEW_CLUSTER_NAME: Member =
    Member::new("name", Shape::Text(1, 100, Some(CLUSTER_NAME_TEXT))).required();
/// The name of a cluster that should exist.
pub(super) const CLUSTER: Member = Member::new("name", ANY_TEXT).required();
/// The same in operations whose model repeats the constraints of a new name.
pub(super) const CLUSTER_NAME: Member = NEW_CLUSTER_NAME;
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

/// A whole number without a constraint.
pub(super) const ANY_INTEGER: Shape = Shape::Integer(i32::MIN as i64, i32::MAX as i64);
/// A list of strings without a constraint.
pub(super) const TEXTS: Shape = Shape::List(0, usize::MAX, &ANY_TEXT);

pub(super) const ADDON_NAME: Member = Member::new("addonName", ANY_TEXT).required();
pub(super) const ADDON_VERSION: Member = Member::new("addonVersion", ANY_TEXT);
pub(super) const SERVICE_ACCOUNT_ROLE_ARN: Member = Member::text("serviceAccountRoleArn", 1, 255);
pub(super) const RESOLVE_CONFLICTS: Member = Member::new(
    "resolveConflicts",
    Shape::Enum(&["OVERWRITE", "NONE", "PRESERVE"]),
);
pub(super) const CONFIGURATION_VALUES: Member = Member::new("configurationValues", ANY_TEXT);
pub(super) const ADDON_ASSOCIATIONS: Member = Member::new(
    "podIdentityAssociations",
    Shape::List(
        0,
        usize::MAX,
        &Shape::Structure(&[SERVICE_ACCOUNT.required(), ROLE_ARN.required()]),
    ),
);

pub(super) const NODEGROUP_NAME: Member = Member::new("nodegroupName", ANY_TEXT).required();

pub(super) const FARGATE_PROFILE_NAME: Member =
    Member::new("fargateProfileName", ANY_TEXT).required();

pub(super) const IDENTITY_PROVIDER_CONFIG: Member = Member::new(
    "identityProviderConfig",
    Shape::Structure(&[
        Member::new("type", ANY_TEXT).required(),
        Member::new("name", ANY_TEXT).required(),
    ]),
)
.required();
/// Names to strings without a constraint.
pub(super) const ANY_MAP: Shape = Shape::Map((0, usize::MAX), (0, usize::MAX), (0, usize::MAX));

pub(super) const PRINCIPAL_ARN: Member = Member::new("principalArn", ANY_TEXT).required();
pub(super) const KUBERNETES_GROUPS: Member = Member::new("kubernetesGroups", TEXTS);
pub(super) const USERNAME: Member = Member::new("username", ANY_TEXT);
pub(super) const ACCESS_POLICY_ARN: Member = Member::new("policyArn", ANY_TEXT).required();

pub(super) const UPDATE_ID: Member = Member::new("updateId", ANY_TEXT).required();

//! The members that IAM's operations share, with the constraints of its service model.

use crate::services::patterns;
use crate::validation::{ANY_TEXT, Member, Pattern, Shape};

const NAME: Pattern = Pattern {
    text: r"[\w+=,.@-]+",
    accepts: |text| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b))
    },
    instead: Some("It must contain only alphanumeric characters and/or the following: +=,.@_-"),
};

/// The model's pattern does not know the wildcards that its documentation allows.
const LOOSE_NAME: Pattern = Pattern {
    accepts: |text| text.split(['*', '?']).all(NAME.accepts),
    ..NAME
};

const PATH_TEXT: Pattern = Pattern {
    text: r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)",
    accepts: |text| {
        let inner = text
            .strip_prefix('/')
            .and_then(|rest| rest.strip_suffix('/'));
        text == "/"
            || inner.is_some_and(|inner| {
                !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_graphic())
            })
    },
    instead: Some(
        "It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    ),
};

const POLICY_PATH_TEXT: Pattern = Pattern {
    text: r"((/[A-Za-z0-9\.,\+@=_-]+)*)/",
    accepts: |text| {
        let inner = text
            .strip_prefix('/')
            .map(|rest| rest.strip_suffix('/').unwrap_or(rest));
        text.ends_with('/')
            && inner.is_some_and(|inner| {
                inner.is_empty()
                    || inner
                        .split('/')
                        .all(|part| !part.is_empty() && (NAME.accepts)(part))
            })
    },
    instead: PATH_TEXT.instead,
};

const PREFIX_TEXT: Pattern = Pattern {
    text: r"\u002F[\u0021-\u007F]*",
    accepts: |text| text.starts_with('/') && text.bytes().all(|b| (0x21..=0x7f).contains(&b)),
    instead: Some(
        "It must begin with the / character and contain only alphanumeric characters and/or / characters.",
    ),
};

const POLICY_PREFIX_TEXT: Pattern = Pattern {
    text: POLICY_PATH_TEXT.text,
    accepts: POLICY_PATH_TEXT.accepts,
    instead: PREFIX_TEXT.instead,
};

const DESCRIPTION_TEXT: Pattern = Pattern {
    text: r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*",
    accepts: |text| {
        text.chars()
            .all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}'))
    },
    instead: None,
};

const VERSION_TEXT: Pattern = Pattern {
    text: r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?",
    accepts: |text| {
        let number = text
            .strip_prefix('v')
            .map(|rest| rest.split_once('.').unwrap_or((rest, "")));
        number.is_some_and(|(number, suffix)| {
            !number.starts_with('0')
                && !number.is_empty()
                && number.bytes().all(|b| b.is_ascii_digit())
                && suffix
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
    },
    instead: None,
};

const ACCESS_KEY_ID_TEXT: Pattern = Pattern {
    text: r"[\w]+",
    accepts: |text| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
    instead: None,
};

const ALIAS_TEXT: Pattern = Pattern {
    text: r"^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
    accepts: |text| {
        text.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--")
    },
    instead: None,
};

const fn name(name: &'static str, max: usize) -> Member {
    Member::new(name, Shape::Text(1, max, Some(NAME)))
}

const fn document(name: &'static str) -> Member {
    Member::new(name, DOCUMENT).required()
}

const DOCUMENT: Shape = Shape::Text(1, 131_072, Some(patterns::DOCUMENT));
const DOCUMENTS: Shape = Shape::List(0, usize::MAX, &DOCUMENT);

pub(super) const ROLE_NAME: Member = name("RoleName", 64).required();
pub(super) const USER_NAME: Member = name("UserName", 64).required();
/// Names of users could once be longer.
pub(super) const EXISTING_USER_NAME: Member = CALLER_OR_USER_NAME.required();
/// Who leaves it out means the caller.
pub(super) const CALLER_OR_USER_NAME: Member = name("UserName", 128);
pub(super) const NEW_USER_NAME: Member = name("NewUserName", 64);
pub(super) const GROUP_NAME: Member = name("GroupName", 128).required();
pub(super) const NEW_GROUP_NAME: Member = name("NewGroupName", 128);
pub(super) const ACCESS_KEY_ID: Member = Member::new(
    "AccessKeyId",
    Shape::Text(16, 128, Some(ACCESS_KEY_ID_TEXT)),
)
.required();
pub(super) const ACCESS_KEY_STATUS: Member =
    Member::new("Status", Shape::Enum(&["Active", "Inactive", "Expired"])).required();
pub(super) const POLICY_NAME: Member = name("PolicyName", 128).required();
pub(super) const POLICY_ARN: Member = Member::text("PolicyArn", 20, 2048).required();
pub(super) const VERSION_ID: Member =
    Member::new("VersionId", Shape::Text(0, usize::MAX, Some(VERSION_TEXT))).required();
pub(super) const PATH: Member = Member::new("Path", Shape::Text(1, 512, Some(PATH_TEXT)));
pub(super) const NEW_PATH: Member = Member::new("NewPath", Shape::Text(1, 512, Some(PATH_TEXT)));
pub(super) const POLICY_PATH: Member =
    Member::new("Path", Shape::Text(1, 512, Some(POLICY_PATH_TEXT)));
pub(super) const PATH_PREFIX: Member =
    Member::new("PathPrefix", Shape::Text(1, 512, Some(PREFIX_TEXT)));
pub(super) const POLICY_PATH_PREFIX: Member =
    Member::new("PathPrefix", Shape::Text(1, 512, Some(POLICY_PREFIX_TEXT)));
/// The path of roles and their like, as some listings take it: with a slash at the end.
pub(super) const ANY_PATH_PREFIX: Member =
    Member::new("PathPrefix", Shape::Text(1, 512, Some(PATH_TEXT)));
pub(super) const POLICY_USAGE_FILTER: Member = Member::new(
    "PolicyUsageFilter",
    Shape::Enum(&["PermissionsPolicy", "PermissionsBoundary"]),
);
pub(super) const ENTITY_TYPES: &[&str] = &[
    "User",
    "Role",
    "Group",
    "LocalManagedPolicy",
    "AWSManagedPolicy",
];
pub(super) const POLICY_DOCUMENT: Member = document("PolicyDocument");
pub(super) const TRUST_POLICY: Member = document("AssumeRolePolicyDocument");
pub(super) const DESCRIPTION: Member =
    Member::new("Description", Shape::Text(0, 1000, Some(DESCRIPTION_TEXT)));
pub(super) const POLICY_DESCRIPTION: Member = Member::text("Description", 0, 1000);
pub(super) const MAX_SESSION_DURATION: Member =
    Member::new("MaxSessionDuration", Shape::Integer(3_600, 43_200));
pub(super) const MAX_SIGNIN_SESSION_DURATION: Member =
    Member::new("MaxSigninSessionDuration", Shape::Integer(3_600, 7_776_000));
pub(super) const PERMISSIONS_BOUNDARY: Member = Member::text("PermissionsBoundary", 20, 2048);
// A marker holds the key of a row, which can be longer than the 320 characters of AWS's own markers.
pub(super) const MARKER: Member = Member::text("Marker", 1, 1024);
pub(super) const MAX_ITEMS: Member = Member::new("MaxItems", Shape::Integer(1, 1_000));

const TAG_KEY: Shape = Shape::Text(1, 128, Some(patterns::TAG_KEY));
const TAG: Shape = Shape::Structure(&[
    Member::new("Key", TAG_KEY).required(),
    Member::new("Value", Shape::Text(0, 256, Some(patterns::TAG_VALUE))).required(),
]);
pub(super) const TAGS: Member = Member::new("Tags", Shape::List(0, 50, &TAG));
pub(super) const TAG_KEYS: Member = Member::new("TagKeys", Shape::List(0, 50, &TAG_KEY)).required();

pub(super) const INSTANCE_PROFILE_NAME: Member = name("InstanceProfileName", 128).required();
pub(super) const OIDC_PROVIDER_ARN: Member =
    Member::text("OpenIDConnectProviderArn", 20, 2048).required();
pub(super) const THUMBPRINTS: Member =
    Member::new("ThumbprintList", Shape::List(0, usize::MAX, &THUMBPRINT));
pub(super) const CLIENT_ID: Member = Member::text("ClientID", 1, 255).required();
pub(super) const CLIENT_IDS: Member = Member::new(
    "ClientIDList",
    Shape::List(0, usize::MAX, &Shape::Text(1, 255, None)),
);
const THUMBPRINT: Shape = Shape::Text(40, 40, None);

pub(super) const ACCOUNT_ALIAS: Member =
    Member::new("AccountAlias", Shape::Text(3, 63, Some(ALIAS_TEXT))).required();

pub(super) const AWS_SERVICE_NAME: Member = name("AWSServiceName", 128).required();
pub(super) const CUSTOM_SUFFIX: Member = name("CustomSuffix", 64);
pub(super) const DELETION_TASK_ID: Member = Member::text("DeletionTaskId", 1, 1000).required();

pub(super) const POLICY_SOURCE_ARN: Member = Member::text("PolicySourceArn", 20, 2048).required();
pub(super) const POLICY_INPUT_LIST: Member = Member::new("PolicyInputList", DOCUMENTS);
pub(super) const BOUNDARY_INPUT_LIST: Member =
    Member::new("PermissionsBoundaryPolicyInputList", DOCUMENTS);
pub(super) const ACTION_NAMES: Member = Member::new(
    "ActionNames",
    Shape::List(0, usize::MAX, &Shape::Text(3, 128, None)),
)
.required();
pub(super) const RESOURCE_ARNS: Member = Member::new(
    "ResourceArns",
    Shape::List(0, usize::MAX, &Shape::Text(1, 2048, None)),
);
pub(super) const RESOURCE_POLICY: Member = Member::new("ResourcePolicy", DOCUMENT);
pub(super) const RESOURCE_OWNER: Member = Member::text("ResourceOwner", 1, 2048);
pub(super) const CALLER_ARN: Member = Member::text("CallerArn", 1, 2048);
pub(super) const RESOURCE_HANDLING_OPTION: Member = Member::text("ResourceHandlingOption", 1, 64);
pub(super) const CONTEXT_ENTRIES: Member =
    Member::new("ContextEntries", Shape::List(0, usize::MAX, &CONTEXT_ENTRY));
const CONTEXT_ENTRY: Shape = Shape::Structure(&[
    Member::text("ContextKeyName", 5, 256),
    Member::new("ContextKeyValues", Shape::List(0, usize::MAX, &ANY_TEXT)),
    Member::new("ContextKeyType", Shape::Enum(CONTEXT_KEY_TYPES)),
]);
const CONTEXT_KEY_TYPES: &[&str] = &[
    "string",
    "stringList",
    "numeric",
    "numericList",
    "boolean",
    "booleanList",
    "ip",
    "ipList",
    "binary",
    "binaryList",
    "date",
    "dateList",
];

/// Levels of an organisation, from its root to the account.
pub(super) const ORGANIZATION_LEVELS: Member = Member::new(
    "OrderedOrganizationPolicyInputList",
    Shape::List(
        0,
        7,
        &Shape::Structure(&[Member::new("ServiceControlPolicyInputList", DOCUMENTS)]),
    ),
);
pub(super) const POLICY_EXCLUSION_LIST: Member = Member::new(
    "PolicyExclusionList",
    Shape::List(0, 256, &POLICY_EXCLUSION),
);
const POLICY_EXCLUSION: Shape = Shape::Structure(&[
    Member::new(
        "PolicyType",
        Shape::Enum(&[
            "inline",
            "aws-managed",
            "user-managed",
            "permission-boundary",
            "scp",
            "rcp",
        ]),
    ),
    Member::text("PolicyArn", 20, 2048),
    Member::new(
        "InlinePolicyIdentifier",
        Shape::Structure(&[
            POLICY_NAME,
            Member::new("AttachmentType", Shape::Enum(&["user", "group", "role"])).required(),
            Member::new("AttachmentName", Shape::Text(1, 128, Some(LOOSE_NAME))).required(),
        ]),
    ),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_slash_or_text_between_slashes() {
        for path in ["/", "/a/", "/a/b/", "///"] {
            assert!((PATH_TEXT.accepts)(path), "{path}");
        }
        for path in ["", "//", "a", "/a", "a/", "/ /"] {
            assert!(!(PATH_TEXT.accepts)(path), "{path}");
        }
    }
}

//! The members that STS's operations share, with the constraints of its service model.

use crate::auth::encoded_message::MAX_LENGTH;
use crate::services::patterns;
use crate::validation::{Member, Pattern, Shape};

const NAME_TEXT: Pattern = Pattern {
    text: r"[\w+=,.@-]*",
    accepts: |text| is_made_of(text, b"_+=,.@-"),
    instead: None,
};

const EXTERNAL_ID_TEXT: Pattern = Pattern {
    text: r"[\w+=,.@:\/-]*",
    accepts: |text| is_made_of(text, b"_+=,.@:/-"),
    instead: None,
};

const SERIAL_NUMBER_TEXT: Pattern = Pattern {
    text: r"[\w+=/:,.@-]*",
    ..EXTERNAL_ID_TEXT
};

const TOKEN_CODE_TEXT: Pattern = Pattern {
    text: r"[\d]*",
    accepts: |text| text.bytes().all(|b| b.is_ascii_digit()),
    instead: None,
};

const KEY_ID_TEXT: Pattern = Pattern {
    text: r"[\w]*",
    accepts: |text| is_made_of(text, b"_"),
    instead: None,
};

const ARN_TEXT: Pattern = Pattern {
    text: r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
    accepts: |text| {
        text.chars().all(|c| {
            matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..)
                && !matches!(c, '\u{fffe}' | '\u{ffff}')
        })
    },
    instead: None,
};

const ARN: Shape = Shape::Text(20, 2048, Some(ARN_TEXT));
const TAG_KEY: Shape = Shape::Text(1, 128, Some(patterns::TAG_KEY));

fn is_made_of(text: &str, others: &[u8]) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || others.contains(&b))
}

pub(super) const ROLE_ARN: Member = Member::new("RoleArn", ARN).required();
pub(super) const ROLE_SESSION_NAME: Member =
    Member::new("RoleSessionName", Shape::Text(2, 64, Some(NAME_TEXT))).required();
pub(super) const SOURCE_IDENTITY: Member =
    Member::new("SourceIdentity", Shape::Text(2, 256, Some(NAME_TEXT)));
pub(super) const FEDERATED_NAME: Member =
    Member::new("Name", Shape::Text(2, 32, Some(NAME_TEXT))).required();
pub(super) const EXTERNAL_ID: Member =
    Member::new("ExternalId", Shape::Text(2, 1224, Some(EXTERNAL_ID_TEXT)));
pub(super) const SERIAL_NUMBER: Member = Member::new(
    "SerialNumber",
    Shape::Text(9, 256, Some(SERIAL_NUMBER_TEXT)),
);
pub(super) const TOKEN_CODE: Member =
    Member::new("TokenCode", Shape::Text(6, 6, Some(TOKEN_CODE_TEXT)));
pub(super) const ENCODED_MESSAGE: Member = Member::text("EncodedMessage", 1, MAX_LENGTH).required();
pub(super) const ACCESS_KEY_ID: Member =
    Member::new("AccessKeyId", Shape::Text(16, 128, Some(KEY_ID_TEXT))).required();
/// AssumeRole's session policy; how large it may be is a matter of the packed size.
pub(super) const POLICY: Member = Member::new(
    "Policy",
    Shape::Text(1, usize::MAX, Some(patterns::DOCUMENT)),
);
/// The session policy of the older operations.
pub(super) const SHORT_POLICY: Member =
    Member::new("Policy", Shape::Text(1, 2048, Some(patterns::DOCUMENT)));
pub(super) const POLICY_ARNS: Member = Member::new(
    "PolicyArns",
    Shape::List(0, usize::MAX, &Shape::Structure(&[Member::new("arn", ARN)])),
);
pub(super) const TAGS: Member = Member::new(
    "Tags",
    Shape::List(
        0,
        50,
        &Shape::Structure(&[
            Member::new("Key", TAG_KEY).required(),
            Member::new("Value", Shape::Text(0, 256, Some(patterns::TAG_VALUE))).required(),
        ]),
    ),
);
pub(super) const TRANSITIVE_TAG_KEYS: Member =
    Member::new("TransitiveTagKeys", Shape::List(0, 50, &TAG_KEY));
pub(super) const PROVIDED_CONTEXTS: Member = Member::new(
    "ProvidedContexts",
    Shape::List(
        1,
        5,
        &Shape::Structure(&[
            Member::new("ProviderArn", ARN),
            Member::text("ContextAssertion", 4, 3072),
        ]),
    ),
);
pub(super) const MINIMUM_SESSION_TOKEN_SIZE: Member =
    Member::new("MinimumSessionTokenSize", Shape::Integer(0, 4_096));

/// How long the credentials last.
pub(super) const fn duration_seconds(max: i64) -> Member {
    Member::new("DurationSeconds", Shape::Integer(900, max))
}
/// A token of an OIDC issuer.
pub(super) const WEB_IDENTITY_TOKEN: Member =
    Member::text("WebIdentityToken", 4, 20_000).required();
pub(super) const PROVIDER_ID: Member = Member::text("ProviderId", 4, 2_048);

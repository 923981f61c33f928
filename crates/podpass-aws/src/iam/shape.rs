//! IAM's shapes, to and from the engine's.

use aws_sdk_iam::types;
use percent_encoding::percent_decode_str;
use podpass::port::PortError;
use podpass::{DEFAULT_MAX_SESSION_DURATION, ManagedPolicy, Role, Tags};

use crate::error::Call;

/// IAM hands policy documents out percent-encoded by RFC 3986 (a `+` is a plus) and takes them plain.
pub(super) fn document(call: Call, encoded: &str) -> Result<String, PortError> {
    match percent_decode_str(encoded).decode_utf8() {
        Ok(document) => Ok(document.into_owned()),
        Err(error) => Err(call.unreadable(error)),
    }
}

pub(super) fn role(call: Call, role: types::Role) -> Result<Role, PortError> {
    let trust_policy = call.member("AssumeRolePolicyDocument", role.assume_role_policy_document)?;
    let boundary = role
        .permissions_boundary
        .and_then(|boundary| boundary.permissions_boundary_arn);
    let seconds = role
        .max_session_duration
        .and_then(|seconds| u32::try_from(seconds).ok());
    Ok(Role {
        arn: call.read(&role.arn)?,
        description: role.description.filter(|text| !text.is_empty()),
        max_session_duration: seconds.unwrap_or(DEFAULT_MAX_SESSION_DURATION),
        permissions_boundary: boundary.map(|arn| call.read(&arn)).transpose()?,
        trust_policy: document(call, &trust_policy)?,
        tags: read_tags(role.tags),
    })
}

pub(super) fn managed_policy(
    call: Call,
    answer: Option<types::Policy>,
) -> Result<ManagedPolicy, PortError> {
    let policy = call.member("Policy", answer)?;
    Ok(ManagedPolicy {
        arn: call.read(&call.member("Arn", policy.arn)?)?,
        default_version: call.read(&call.member("DefaultVersionId", policy.default_version_id)?)?,
        description: policy.description.filter(|text| !text.is_empty()),
        attachment_count: count(policy.attachment_count),
        boundary_count: count(policy.permissions_boundary_usage_count),
        tags: read_tags(policy.tags),
    })
}

fn count(count: Option<i32>) -> u32 {
    count
        .and_then(|count| u32::try_from(count).ok())
        .unwrap_or_default()
}

fn read_tags(tags: Option<Vec<types::Tag>>) -> Tags {
    tags.unwrap_or_default()
        .into_iter()
        .map(|tag| (tag.key, tag.value))
        .collect()
}

pub(super) fn tags(call: Call, tags: &Tags) -> Result<Vec<types::Tag>, PortError> {
    tags.iter()
        .map(|(key, value)| types::Tag::builder().key(key).value(value).build())
        .collect::<Result<_, _>>()
        .map_err(|error| unsendable(call, error))
}

/// The tags of something new; none at all when there are none.
pub(super) fn some_tags(call: Call, map: &Tags) -> Result<Option<Vec<types::Tag>>, PortError> {
    match tags(call, map)? {
        none if none.is_empty() => Ok(None),
        some => Ok(Some(some)),
    }
}

/// A duration as IAM's signed 32 bits.
pub(super) fn seconds(call: Call, seconds: u32) -> Result<i32, PortError> {
    i32::try_from(seconds).map_err(|error| unsendable(call, error))
}

fn unsendable(call: Call, why: impl std::fmt::Display) -> PortError {
    let message = format!("the request cannot be written: {why}");
    PortError::unreachable(call.service, call.operation, message)
}

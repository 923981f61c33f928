//! Trust policies: their principals are checked when they are saved, and bound to unique ids.
//!
//! A principal that is deleted later shows as its id from then on, and another of the same name is not trusted.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use podpass_policy::{
    Arn, DocumentKind, PrincipalEntry, PrincipalKind, is_known_service_principal,
};

use super::IamError;
use super::document::Submitted;
use crate::account::AccountId;
use crate::quota::Quota;
use crate::state::State;
use crate::state::iam::{
    BoundPrincipal, Role, TrustPolicy, User, administrator_arn, administrator_id,
};
use crate::store::Context;

/// Checks size and principals of a trust policy that is about to be saved.
pub(super) fn bind(cx: &Context, submitted: Submitted) -> Result<TrustPolicy, IamError> {
    submitted.check_size(cx, Quota::AclSizePerRole)?;
    let document = submitted.into_document(DocumentKind::Trust, "")?;
    let mut principals = Vec::new();
    for (_, entry) in document.compiled.document().principals() {
        principals.extend(check(cx, entry)?);
    }
    Ok(TrustPolicy {
        document,
        principals,
        admits_pod_identity: OnceLock::new(),
    })
}

/// The text of a role's trust policy as it reads now; only principals change, never a condition that names one.
pub(crate) fn current_text<'r>(state: &State, role: &'r Role) -> Cow<'r, str> {
    let text = role.trust.document.text.as_str();
    let changed = role.trust.principals.iter().filter_map(|principal| {
        // What has this id now: a user may have another name or path than when the policy was saved.
        let partition = principal.arn.split(':').nth(1).unwrap_or_default();
        let shown = arn_of_id(state, partition, &principal.id);
        let shown = shown.unwrap_or(Cow::Borrowed(&principal.id));
        (*shown != principal.written).then_some((principal.written.as_str(), shown))
    });
    let changed: HashMap<&str, Cow<str>> = changed.collect();
    match changed.is_empty() {
        true => Cow::Borrowed(text),
        false => Cow::Owned(with_principals(text, &changed)),
    }
}

/// A policy's text with other principals under `AWS`, and all else as it was written.
fn with_principals(text: &str, changed: &HashMap<&str, Cow<str>>) -> String {
    let mut rewritten = String::with_capacity(text.len());
    let mut kept = 0;
    for (place, principal) in aws_principals(text) {
        if let Some(shown) = changed.get(principal.as_str()) {
            rewritten.push_str(&text[kept..place.start]);
            // Neither an ARN nor a unique id needs escapes.
            rewritten.extend(["\"", &**shown, "\""]);
            kept = place.end;
        }
    }
    rewritten.push_str(&text[kept..]);
    rewritten
}

/// The principals under `AWS` in a valid policy: where each stands, with its quotes, and what it says.
fn aws_principals(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    // For each open object the key that was read last, for each open list nothing.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(['{', '}', '[', ']', '"']) {
        let start = at + offset;
        at = start + 1;
        match text.as_bytes()[start] {
            b'{' => open.push(Some(String::new())),
            b'[' => open.push(None),
            b'"' => {
                let mut strings = serde_json::Deserializer::from_str(&text[start..]).into_iter();
                let Some(Ok(string)) = strings.next() else {
                    break;
                };
                at = start + strings.byte_offset();
                if text[at..].trim_start().starts_with(':') {
                    _ = open.last_mut().map(|key| key.insert(string));
                } else if is_aws_principal(&open) {
                    found.push((start..at, string));
                }
            }
            _ => _ = open.pop(),
        }
    }
    found
}

fn is_aws_principal(open: &[Option<String>]) -> bool {
    let mut keys = open.iter().flatten().map(String::as_str);
    keys.next() == Some("Statement")
        && matches!(keys.next(), Some("Principal" | "NotPrincipal"))
        && keys.next() == Some("AWS")
        && keys.next().is_none()
}

/// Checks one principal; users and roles are bound.
fn check(cx: &Context, entry: &PrincipalEntry) -> Result<Option<BoundPrincipal>, IamError> {
    let value = entry.value.as_str();
    let invalid = |key: &str| {
        IamError::Malformed(format!(
            "Invalid principal in policy: \"{key}\":\"{value}\""
        ))
    };
    match &entry.kind {
        PrincipalKind::Aws => {
            if value == "*" || value.parse::<AccountId>().is_ok() {
                return Ok(None);
            }
            if let Some(arn) = arn_of_id(cx.state, cx.partition(), value) {
                return Ok(Some(bound(value, arn, value)));
            }
            let arn: Arn = value.parse().map_err(|_| invalid("AWS"))?;
            principal_of_arn(cx, &arn).ok_or_else(|| invalid("AWS"))
        }
        PrincipalKind::Service if is_service(cx, value) => Ok(None),
        PrincipalKind::Service => Err(invalid("SERVICE")),
        PrincipalKind::Federated if is_identity_provider(value) => Ok(None),
        PrincipalKind::Federated => Err(invalid("FEDERATED")),
        PrincipalKind::CanonicalUser | PrincipalKind::Other(_) => Err(IamError::Malformed(
            format!("Invalid principal in policy: \"{}\"", entry.kind.as_str()),
        )),
    }
}

/// What an ARN names: `None` when there is no such principal, `Some(None)` when it is one that is not bound.
fn principal_of_arn(cx: &Context, arn: &Arn) -> Option<Option<BoundPrincipal>> {
    // No partition knows the principals of another.
    if arn.partition() != cx.partition() {
        return None;
    }
    let account: AccountId = arn.account().parse().ok()?;
    let text = arn.as_str();
    match (arn.service(), arn.resource_type()) {
        ("iam", "root") => Some(None),
        ("iam", "role") => {
            let role = cx.state.iam(account, cx.partition()).role_by_arn(text)?;
            Some(Some(bound(text, &role.arn, &role.id)))
        }
        ("iam", "user") => {
            let user = match cx.state.begun(account, cx.partition()) {
                Some(iam) => bound(text, text, &iam.user_by_arn(text)?.id),
                None if administrator_arn(account, cx.partition()) == text => {
                    bound(text, text, &administrator_id(account))
                }
                None => return None,
            };
            Some(Some(user))
        }
        ("sts", "assumed-role" | "federated-user") => (!text.contains(['*', '?'])).then_some(None),
        _ => None,
    }
}

fn bound(written: &str, arn: impl Into<String>, id: &str) -> BoundPrincipal {
    BoundPrincipal {
        written: written.to_owned(),
        arn: arn.into(),
        id: id.to_owned(),
    }
}

/// The ARN of the user or role that has this unique id now.
fn arn_of_id<'s>(state: &'s State, partition: &str, id: &str) -> Option<Cow<'s, str>> {
    let account = AccountId::of_unique_id(id)?;
    let Some(iam) = state.begun(account, partition) else {
        let is_administrator = administrator_id(account) == id;
        return is_administrator.then(|| administrator_arn(account, partition).into());
    };
    let role = iam.roles.find(Role::BY_ID, id).map(|role| &role.arn);
    let arn = role.or_else(|| iam.users.find(User::BY_ID, id).map(|user| &user.arn));
    arn.map(|arn| arn.as_str().into())
}

/// Whether IAM in this partition knows a service by this name.
fn is_service(cx: &Context, name: &str) -> bool {
    is_known_service_principal(name) && (cx.partition() == "aws-cn" || !name.ends_with(".cn"))
}

/// An OIDC or SAML provider's ARN, registered or not, or one of the providers that AWS knows by name.
fn is_identity_provider(value: &str) -> bool {
    const KNOWN: [&str; 4] = [
        "accounts.google.com",
        "cognito-identity.amazonaws.com",
        "graph.facebook.com",
        "www.amazon.com",
    ];
    let is_provider = |arn: Arn| {
        arn.service() == "iam" && matches!(arn.resource_type(), "oidc-provider" | "saml-provider")
    };
    KNOWN.contains(&value) || value.parse().is_ok_and(is_provider)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_principals_are_rewritten_however_they_are_spelt() {
        let text = r#"{ "Statement": [
            {"Principal": {"AWS": ["arn:a", "arn:\u0062", "arn:a\/"], "Service": "arn:a"},
             "Sid": "\"Principal\": {\"AWS\": [", "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:a"}}},
            {"NotPrincipal": {"AWS": "arn:a"}, "Condition": {"Principal": {"AWS": "arn:a"}}}
        ], "AWS": "arn:a" }"#;
        let changed = [("arn:a", "AROA1"), ("arn:b", "AROA2"), ("arn:a/", "AROA3")];
        let changed = changed.map(|(from, to)| (from, Cow::Borrowed(to))).into();
        let expected = text
            .replace(
                r#"["arn:a", "arn:\u0062", "arn:a\/"]"#,
                r#"["AROA1", "AROA2", "AROA3"]"#,
            )
            .replace(
                r#"{"NotPrincipal": {"AWS": "arn:a"}"#,
                r#"{"NotPrincipal": {"AWS": "AROA1"}"#,
            );
        assert_eq!(with_principals(text, &changed), expected);
    }
}

//! Principals that cannot exist.

use super::{Lint, LintCode, Severity, Subject};
use crate::{
    Arn, PrincipalEntry, PrincipalKind, is_known_service_principal, principal::is_account,
};

pub(super) fn check(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    for place in subject.statements() {
        let Some(clause) = &place.statement.principal else {
            continue;
        };
        let element = if clause.is_not() {
            "NotPrincipal"
        } else {
            "Principal"
        };
        for entry in clause
            .listed()
            .entries()
            .iter()
            .filter(|entry| !can_exist(entry))
        {
            let kind = entry.kind.as_str();
            found.push(place.lint(
                LintCode::UnknownPrincipal,
                Severity::Warning,
                format!("{element}.{kind}"),
                format!(
                    "there is no principal `{}` of the kind `{kind}`",
                    entry.value
                ),
                remedy(&entry.kind),
            ));
        }
    }
}

fn can_exist(entry: &PrincipalEntry) -> bool {
    let value = entry.value.as_str();
    match &entry.kind {
        PrincipalKind::Aws => {
            let is_unique_id = value.len() >= 16 && value.starts_with('A') && !value.contains(':');
            value == "*" || is_account(value) || is_unique_id || value.parse::<Arn>().is_ok()
        }
        PrincipalKind::Service => is_known_service_principal(value),
        PrincipalKind::Federated => value.contains('.') || value.parse::<Arn>().is_ok(),
        PrincipalKind::CanonicalUser => true,
        PrincipalKind::Other(_) => false,
    }
}

fn remedy(kind: &PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Aws => "write an account id, or the ARN of a user, a role or a session",
        PrincipalKind::Service => "look the service principal up, such as `pods.eks.amazonaws.com`",
        PrincipalKind::Federated => "write the ARN of an OIDC or SAML provider of the account",
        PrincipalKind::CanonicalUser | PrincipalKind::Other(_) => {
            "the kinds are `AWS`, `Service`, `Federated` and, for buckets, `CanonicalUser`"
        }
    }
}

//! Trust policies, above all those for EKS Pod Identity.

use super::{Lint, LintCode, Place, Severity, Subject, condition_path};
use crate::{
    Clause, Context, DocumentKind, Effect, PrincipalEntry, PrincipalKind, Statement,
    pattern::{Dialect, Pattern},
    truth::Truth,
};

/// The service principal of EKS Pod Identity.
const POD_IDENTITY: &str = "pods.eks.amazonaws.com";

/// Keys that narrow a trust policy to a cluster or to what runs in it.
const NARROWING: [&str; 7] = [
    "aws:sourcearn",
    "aws:requesttag/eks-cluster-arn",
    "aws:requesttag/eks-cluster-name",
    "aws:requesttag/kubernetes-namespace",
    "aws:requesttag/kubernetes-service-account",
    "aws:requesttag/kubernetes-pod-name",
    "aws:requesttag/kubernetes-pod-uid",
];

pub(super) fn check(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    if subject.kind != DocumentKind::Trust {
        return;
    }
    let allows = || {
        subject
            .statements()
            .filter(|place| place.statement.effect == Effect::Allow)
    };
    for place in allows().filter(|place| permits(place.statement, "sts:AssumeRole")) {
        let for_pods = names_pod_identity(place.statement);
        let by_tags = has_key(place.statement, |key| key.starts_with("aws:requesttag/"));
        let tags = allows().any(|other| {
            permits(other.statement, "sts:TagSession")
                && share_principals(place.statement, other.statement)
        });
        if (for_pods || by_tags) && !tags {
            found.push(place.lint(
                LintCode::MissingTagSession,
                Severity::Error,
                "Action",
                "the trust policy allows `sts:AssumeRole` but not `sts:TagSession`: a session with tags \
                 is refused",
                "write `\"Action\": [\"sts:AssumeRole\", \"sts:TagSession\"]`",
            ));
        }
        if for_pods && !has_key(place.statement, |key| NARROWING.contains(&key)) {
            found.push(place.lint(
                LintCode::TrustOpenToEveryCluster,
                Severity::Note,
                "Principal",
                "any cluster of the account can use the role",
                "add conditions on `aws:SourceArn` (the cluster), or on `aws:RequestTag/eks-cluster-arn`, \
                 `kubernetes-namespace` and `kubernetes-service-account`",
            ));
        }
    }
    for place in subject.statements() {
        check_keys(subject, place, found);
    }
}

fn check_keys(subject: &Subject<'_>, place: Place<'_>, found: &mut Vec<Lint>) {
    for condition in &place.statement.conditions {
        let key = condition.key.to_ascii_lowercase();
        let at = condition_path(condition);
        if subject.options.disable_session_tags && key.starts_with("aws:requesttag/") {
            found.push(place.lint(
                LintCode::RequestTagWithoutSessionTags,
                Severity::Error,
                &at,
                format!("`{}` is never set: the association disables session tags", condition.key),
                "enable session tags, or narrow the trust policy by `aws:SourceArn` and `aws:SourceAccount`",
            ));
        }
        if let Some(tag) = key.strip_prefix("aws:principaltag/")
            && names_pod_identity(place.statement)
        {
            found.push(place.lint(
                LintCode::PrincipalTagInTrust,
                Severity::Error,
                &at,
                format!(
                    "`{}` is not set yet: the tags of the session to be are in the request",
                    condition.key
                ),
                format!("use `aws:RequestTag/{tag}`"),
            ));
        }
    }
}

fn names_pod_identity(statement: &Statement) -> bool {
    statement
        .principal
        .iter()
        .flat_map(|clause| clause.listed().entries())
        .any(|entry| entry.kind == PrincipalKind::Service && entry.value == POD_IDENTITY)
}

/// Whether both statements name a principal, or one of them names everyone.
fn share_principals(one: &Statement, other: &Statement) -> bool {
    let entries = |statement: &Statement| {
        let clauses = statement.principal.iter();
        clauses
            .flat_map(|clause| clause.listed().entries())
            .cloned()
            .collect::<Vec<_>>()
    };
    let (one, other) = (entries(one), entries(other));
    let everyone = |all: &[PrincipalEntry]| all.iter().any(|entry| entry.value == "*");
    everyone(&one) || everyone(&other) || one.iter().any(|entry| other.contains(entry))
}

fn has_key(statement: &Statement, wanted: impl Fn(&str) -> bool) -> bool {
    statement
        .conditions
        .iter()
        .any(|condition| wanted(&condition.key.to_ascii_lowercase()))
}

fn permits(statement: &Statement, action: &str) -> bool {
    let Some(clause) = &statement.action else {
        return false;
    };
    let none = Context::new();
    let listed = clause
        .listed()
        .iter()
        .any(|text| Pattern::compile(text, Dialect::ACTION).matches(action, &none) == Truth::Yes);
    listed == matches!(clause, Clause::Only(_))
}

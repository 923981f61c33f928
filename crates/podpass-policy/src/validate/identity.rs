//! Documents other than trust policies: the checks of `CreatePolicy` and its kin, in their order.

use std::collections::HashSet;

use super::{MalformedPolicy, date::is_date_literal, in_each, refuse_where};
use crate::{
    Clause, DocumentKind, ParseError, PolicyDocument, Statement, Version,
    condition::{Family, Operator, is_known_operator},
    json,
    parse::document_of,
};

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";
const ODD_SID: &str = "Statement IDs (SID) must be alpha-numeric. \
    Check that your input satisfies the regular expression [0-9A-Za-z]*";

/// Partitions that AWS knows.
const PARTITIONS: [&str; 9] = [
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
    "*",
];

/// What an IAM resource may start with, in AWS's order.
const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

pub(super) fn validate(text: &str, kind: DocumentKind) -> Result<PolicyDocument, MalformedPolicy> {
    let syntax = |error| MalformedPolicy::of_unreadable(SYNTAX, error);
    let root = json::read(text).map_err(syntax)?;
    let (document, miscased_effect) = document_of(text, &root).map_err(syntax)?;
    check(&document, miscased_effect, kind)?;
    Ok(document)
}

fn check(
    document: &PolicyDocument,
    miscased_effect: Option<ParseError>,
    kind: DocumentKind,
) -> Result<(), MalformedPolicy> {
    let statements = &document.statements;
    let refuse = |message: &str| Err(MalformedPolicy::new(message));
    let unknown_operator =
        |s: &Statement| s.conditions.iter().any(|c| !is_known_operator(&c.operator));
    refuse_where(statements, unknown_operator, SYNTAX)?;
    if kind.needs_current_version() && document.effective_version() == Version::V2008 {
        return refuse("Policy document must be version 2012-10-17 or greater.");
    }
    if let Some(error) = miscased_effect {
        return Err(MalformedPolicy::of_unreadable(LEGACY, error));
    }
    refuse_where(statements, fails_legacy_parsing, LEGACY)?;
    // Whether STS and other services are as strict is not known.
    if matches!(
        kind,
        DocumentKind::ManagedIdentity | DocumentKind::InlineIdentity | DocumentKind::Boundary
    ) {
        refuse_where(statements, has_odd_sid, ODD_SID)?;
    }
    if has_duplicate_sid(statements) {
        return refuse("Statement IDs (SID) in a single policy must be unique.");
    }
    if kind.has_principal() {
        return check_resource_policy(statements);
    }
    refuse_where(
        statements,
        |s| s.principal.is_some(),
        "Policy document should not specify a principal.",
    )?;
    check_elements(statements)?;
    if kind == DocumentKind::Session {
        in_each(statements, check_completeness)?;
    }
    refuse_where(
        statements,
        |s| listed(s.resource.as_ref()).is_empty(),
        "Policy statement must contain resources.",
    )
}

/// Resource policies name principals and may leave the resource out; all else is checked alike.
fn check_resource_policy(statements: &[Statement]) -> Result<(), MalformedPolicy> {
    refuse_where(
        statements,
        |s| s.principal.is_none(),
        "Missing required field Principal",
    )?;
    check_elements(statements)
}

fn check_elements(statements: &[Statement]) -> Result<(), MalformedPolicy> {
    refuse_where(
        statements,
        |s| listed(s.action.as_ref()).is_empty(),
        "Policy statement must contain actions.",
    )?;
    in_each(statements, check_resources)?;
    in_each(statements, |s| {
        let mut actions = listed(s.action.as_ref()).iter();
        actions.try_for_each(|action| check_action(action))
    })
}

fn listed(clause: Option<&Clause<Vec<String>>>) -> &[String] {
    clause.map_or(&[], |clause| clause.listed())
}

fn has_odd_sid(statement: &Statement) -> bool {
    let mut letters = statement.sid.iter().flat_map(|sid| sid.chars());
    letters.any(|letter| !letter.is_ascii_alphanumeric())
}

fn has_duplicate_sid(statements: &[Statement]) -> bool {
    let mut seen = HashSet::new();
    let sids = statements.iter().filter_map(|s| s.sid.as_deref());
    sids.filter(|sid| !sid.is_empty())
        .any(|sid| !seen.insert(sid))
}

/// What IAM's older parser stumbles over: dates that are none, and ARNs with `::` but too few fields.
fn fails_legacy_parsing(statement: &Statement) -> bool {
    let bad_date = statement.conditions.iter().any(|condition| {
        let is_date = Operator::parse(&condition.operator)
            .is_some_and(|operator| matches!(operator.family, Family::Date(_)));
        is_date && condition.values.iter().any(|value| !is_date_literal(value))
    });
    let resources = listed(statement.resource.as_ref());
    bad_date || resources.iter().any(|resource| fails_legacy_arn(resource))
}

fn fails_legacy_arn(resource: &str) -> bool {
    let fields: Vec<_> = resource.split(':').collect();
    let known_partition = fields
        .get(1)
        .is_some_and(|partition| PARTITIONS.contains(partition));
    known_partition
        && fields.len() > 2
        && (fields[2].is_empty() || (fields.len() < 6 && resource.contains("::")))
}

/// Of a statement's bad resources, IAM names the first in ascending order.
fn check_resources(statement: &Statement) -> Result<(), MalformedPolicy> {
    let mut resources: Vec<_> = listed(statement.resource.as_ref()).iter().collect();
    resources.sort_unstable();
    resources
        .into_iter()
        .try_for_each(|resource| check_resource(resource))
}

fn check_resource(resource: &str) -> Result<(), MalformedPolicy> {
    if resource == "*" {
        return Ok(());
    }
    let refuse = |message: String| Err(MalformedPolicy::new(message));
    let mut fields = resource.splitn(6, ':').skip(1);
    let Some(partition) = fields.next() else {
        return Err(not_an_arn(resource));
    };
    let service = fields.next();
    let region = fields.next();
    let (account, path) = (fields.next(), fields.next());
    if !PARTITIONS.contains(&partition) {
        let alone = service.filter(|service| !service.is_empty() || region.is_some());
        let fields = [alone, region, account, path].map(|field| field.unwrap_or("*"));
        return refuse(format!(
            "Partition \"{partition}\" is not valid for resource \"arn:{partition}:{}\".",
            fields.join(":")
        ));
    }
    let Some(service) = service else {
        return refuse(
            "Resource vendor must be fully qualified and cannot contain regexes.".to_owned(),
        );
    };
    let (region, path) = (region.unwrap_or_default(), path.unwrap_or_default());
    match service {
        "iam" if !region.is_empty() => refuse(format!(
            "IAM resource {resource} cannot contain region information."
        )),
        "s3" if !region.is_empty() && !path.starts_with("accesspoint/") => refuse(format!(
            "Resource {resource} can not contain region information."
        )),
        "iam"
            if account.is_some()
                // The root user is named by policies of central root access.
                && !matches!(path, "*" | "root")
                && !IAM_PATHS.iter().any(|p| path.starts_with(p)) =>
        {
            refuse(format!(
                "IAM resource path must either be \"*\" or start with {}.",
                IAM_PATHS.join(", ")
            ))
        }
        _ => Ok(()),
    }
}

/// STS refuses session policies with ARNs that lack fields, which IAM would complete.
fn check_completeness(statement: &Statement) -> Result<(), MalformedPolicy> {
    let lacks_fields = |resource: &&String| *resource != "*" && resource.split(':').count() < 6;
    match listed(statement.resource.as_ref())
        .iter()
        .find(lacks_fields)
    {
        None => Ok(()),
        Some(resource) => Err(not_an_arn(resource)),
    }
}

fn not_an_arn(resource: &str) -> MalformedPolicy {
    MalformedPolicy::new(format!(
        "Resource {resource} must be in ARN format or \"*\"."
    ))
}

fn check_action(action: &str) -> Result<(), MalformedPolicy> {
    if action == "*" {
        return Ok(());
    }
    let refuse = |message: &str| Err(MalformedPolicy::new(message));
    let Some((vendor, name)) = action.split_once(':') else {
        return refuse(
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        );
    };
    if name.contains(':') {
        return refuse("Actions/Condition can contain only one colon.");
    }
    let is_vendor = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    if vendor != "*" && !vendor.bytes().all(is_vendor) {
        return Err(MalformedPolicy::new(format!(
            "Vendor {vendor} is not valid"
        )));
    }
    Ok(())
}

//! Trust policies: the checks of `CreateRole` and `UpdateAssumeRolePolicy`.

use std::collections::HashSet;

use super::{MalformedPolicy, in_each};
use crate::{
    Clause, Effect, PolicyDocument, PrincipalKind, Principals, Statement,
    condition::is_known_operator,
    json::{self, Member, Node, Value},
    parse::document_of,
};

const SYNTAX: &str = "Syntax error in policy.";

pub(super) fn validate(text: &str) -> Result<PolicyDocument, MalformedPolicy> {
    let refuse = |message: &str| MalformedPolicy::new(message);
    let root = json::read(text).map_err(|error| {
        MalformedPolicy::of_unreadable("This policy contains invalid Json", error)
    })?;
    // A wrong shape has a text of its own, but it is reading that knows where it is wrong.
    let shape = check_shape(&root);
    let document = match document_of(text, &root) {
        Ok((document, None)) => document,
        Err(error) | Ok((_, Some(error))) => {
            let message = shape
                .err()
                .map_or(SYNTAX.to_owned(), |refusal| refusal.message);
            return Err(MalformedPolicy::of_unreadable(message, error));
        }
    };
    shape?;
    let mut sids = HashSet::new();
    let mut named = document.statements.iter().filter_map(|s| s.sid.as_deref());
    if named.any(|sid| !sid.is_empty() && !sids.insert(sid)) {
        return Err(refuse("The Statement Ids in the policy are not unique"));
    }
    in_each(&document.statements, check_statement)?;
    Ok(document)
}

/// What must be told apart before the document can be typed: versions, statements and effects that
/// are missing or wrong each have a text of their own.
fn check_shape(root: &Node<'_>) -> Result<(), MalformedPolicy> {
    let refuse = |message: String| Err(MalformedPolicy::new(message));
    let Value::Object(members) = &root.value else {
        return refuse(SYNTAX.to_owned());
    };
    if let Some(version) = find(members, "Version")
        && !matches!(&version.value, Value::String(v) if v == "2012-10-17" || v == "2008-10-17")
    {
        return refuse("The policy must contain a valid version string".to_owned());
    }
    let statements = match find(members, "Statement").map(|node| (node, &node.value)) {
        Some((_, Value::Array(items))) if !items.is_empty() => items.as_slice(),
        Some((node, Value::Object(_))) => std::slice::from_ref(node),
        _ => return refuse("Could not parse the policy: Statement is empty!".to_owned()),
    };
    for statement in statements {
        let Value::Object(members) = &statement.value else {
            return refuse(SYNTAX.to_owned());
        };
        match find(members, "Effect").map(|node| &node.value) {
            Some(Value::String(effect)) if effect == "Allow" || effect == "Deny" => {}
            Some(Value::String(effect)) => return refuse(format!("Invalid effect: {effect}")),
            Some(_) => return refuse(SYNTAX.to_owned()),
            None => return refuse("Missing required field Effect".to_owned()),
        }
    }
    Ok(())
}

fn find<'n, 't>(members: &'n [Member<'t>], key: &str) -> Option<&'n Node<'t>> {
    members
        .iter()
        .find(|member| member.key == key)
        .map(|member| &member.node)
}

fn check_statement(statement: &Statement) -> Result<(), MalformedPolicy> {
    let refuse = |message: &str| Err(MalformedPolicy::new(message));
    match &statement.principal {
        None => return refuse("Missing required field Principal"),
        Some(Clause::AllBut(_)) if statement.effect == Effect::Allow => {
            return refuse("Allow with NotPrincipal is not allowed.");
        }
        Some(Clause::AllBut(_)) => {
            return refuse("AssumeRole policy must not contain NotPrincipal field.");
        }
        Some(Clause::Only(principals)) => check_principals(principals)?,
    }
    match &statement.resource {
        None => {}
        Some(Clause::Only(_)) => return refuse("Has prohibited field Resource"),
        Some(Clause::AllBut(_)) => return refuse("AssumeRole policy must not contain resources."),
    }
    match &statement.action {
        Some(Clause::Only(actions)) if !actions.is_empty() => {
            if !actions.iter().all(|action| is_sts(action)) {
                return refuse("AssumeRole policy may only specify STS AssumeRole actions.");
            }
        }
        Some(Clause::AllBut(actions)) if !actions.is_empty() => {
            return refuse("AssumeRole policy may only specify STS AssumeRole actions.");
        }
        _ => return refuse("Missing required field Action"),
    }
    if statement
        .conditions
        .iter()
        .any(|c| !is_known_operator(&c.operator))
    {
        return refuse(SYNTAX);
    }
    check_cognito(statement)
}

fn is_sts(action: &str) -> bool {
    action
        .split_once(':')
        .is_some_and(|(vendor, name)| vendor.eq_ignore_ascii_case("sts") && !name.contains(':'))
}

/// The forms that principals take. Whether they exist is not known here.
fn check_principals(principals: &Principals) -> Result<(), MalformedPolicy> {
    let entries = match principals {
        Principals::Everyone => {
            let message = "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".";
            return Err(MalformedPolicy::new(message));
        }
        Principals::Listed(entries) => entries,
    };
    if entries.is_empty() {
        let message = "Missing required field Principal cannot be empty!";
        return Err(MalformedPolicy::new(message));
    }
    for entry in entries {
        if matches!(
            entry.kind,
            PrincipalKind::CanonicalUser | PrincipalKind::Other(_)
        ) {
            let kind = entry.kind.as_str();
            return Err(MalformedPolicy::new(format!(
                "Invalid principal in policy: \"{kind}\""
            )));
        }
        let everyone = entry.kind == PrincipalKind::Aws && entry.value == "*";
        if entry.value.is_empty() || (entry.value.contains(['*', '?']) && !everyone) {
            return Err(MalformedPolicy::invalid_principal(entry));
        }
    }
    Ok(())
}

fn check_cognito(statement: &Statement) -> Result<(), MalformedPolicy> {
    const COGNITO: &str = "cognito-identity.amazonaws.com";
    let names_cognito = statement.principal.as_ref().is_some_and(|clause| {
        let mut entries = clause.listed().entries().iter();
        entries.any(|e| e.kind == PrincipalKind::Federated && e.value == COGNITO)
    });
    let has_audience = statement.conditions.iter().any(|c| {
        c.key
            .eq_ignore_ascii_case("cognito-identity.amazonaws.com:aud")
    });
    if names_cognito && statement.effect == Effect::Allow && !has_audience {
        let message = "A condition block must be present for the Cognito provider";
        return Err(MalformedPolicy::new(message));
    }
    Ok(())
}

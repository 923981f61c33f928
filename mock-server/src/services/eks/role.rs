//! The roles that associations name: whether they exist, and whether EKS Pod Identity may assume them.

use podpass_policy::{
    Arn, CompiledPolicy, DocumentKind, Effect, PolicyDocument, Principal, Request,
};

use super::Cause;
use crate::propagation::Propagation;
use crate::store::Context;

/// The service that assumes the roles of associations.
const POD_IDENTITY: &str = "pods.eks.amazonaws.com";

/// Checks an association's role as EKS does when the association is saved.
pub(super) fn check(cx: &Context, role_arn: &str) -> Result<(), Cause> {
    if role_arn.is_empty() {
        // EKS answers this, misleading as it is (eksctl issue 8718).
        return Err(Cause::CrossAccountRole);
    }
    check_account(cx, "roleArn", role_arn)?;
    let role = cx.iam_seen(Propagation::IamToEks).role_by_arn(role_arn);
    let role = role.ok_or(Cause::RoleNotFound)?;
    let trust = &role.trust;
    let admits = || admits_pod_identity(trust.document.compiled.document(), role_arn);
    match trust.admits_pod_identity.get_or_init(admits) {
        true => Ok(()),
        false => Err(Cause::UntrustedRole),
    }
}

/// Refuses what is no ARN of a role, and a role of another account than the caller's.
pub(super) fn check_account(
    cx: &Context,
    parameter: &'static str,
    role_arn: &str,
) -> Result<(), Cause> {
    match parse(parameter, role_arn)?.account() == cx.account().to_string() {
        true => Ok(()),
        false => Err(Cause::CrossAccountRole),
    }
}

/// Refuses a target role of another partition; its account may be any.
pub(super) fn check_target(cx: &Context, role_arn: Option<&str>) -> Result<(), Cause> {
    let Some(arn) = role_arn.filter(|arn| !arn.is_empty()) else {
        return Ok(());
    };
    match parse("targetRoleArn", arn)?.partition() == cx.partition() {
        true => Ok(()),
        false => Err(Cause::InvalidRoleArn("targetRoleArn")),
    }
}

/// Reads a parameter that should be the ARN of a role, of whatever account.
pub(super) fn parse(parameter: &'static str, text: &str) -> Result<Arn, Cause> {
    text.parse()
        .ok()
        .filter(Arn::is_role)
        .ok_or(Cause::InvalidRoleArn(parameter))
}

/// Whether a trust policy lets EKS Pod Identity both assume the role and tag the session, in one
/// statement or in several.
///
/// Conditions are not evaluated, as no pod asks yet: an Allow counts with or without them, a Deny only
/// without. They are when credentials are asked for.
fn admits_pod_identity(trust_policy: &PolicyDocument, role_arn: &str) -> bool {
    let mut unconditional = trust_policy.clone();
    unconditional
        .statements
        .retain(|statement| statement.effect == Effect::Allow || statement.conditions.is_empty());
    for statement in &mut unconditional.statements {
        statement.conditions.clear();
    }
    let policy = CompiledPolicy::compile(&unconditional, DocumentKind::Trust);
    ["sts:AssumeRole", "sts:TagSession"]
        .into_iter()
        .all(|action| {
            let request = Request::new(Principal::service(POD_IDENTITY), action, role_arn);
            policy.evaluate(&request) == Some(Effect::Allow)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(statements: &str) -> Result<bool, podpass_policy::ParseError> {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#);
        let arn = "arn:aws:iam::111122223333:role/my-role";
        Ok(admits_pod_identity(&PolicyDocument::parse(&text)?, arn))
    }

    #[test]
    fn both_actions_are_needed_in_one_statement_or_in_two() -> Result<(), podpass_policy::ParseError>
    {
        let statement = |action: &str| {
            format!(
                r#"{{"Effect": "Allow", "Principal": {{"Service": "pods.eks.amazonaws.com"}}, "Action": {action}}}"#
            )
        };
        let (assume, tag) = (
            statement(r#""sts:AssumeRole""#),
            statement(r#""sts:TagSession""#),
        );
        assert!(admits(&statement(
            r#"["sts:AssumeRole", "sts:TagSession"]"#
        ))?);
        assert!(admits(&statement(r#""sts:*""#))?);
        assert!(admits(&format!("[{assume}, {tag}]"))?);
        assert!(!admits(&assume)?);
        assert!(!admits(&tag)?);
        Ok(())
    }

    #[test]
    fn conditions_weigh_neither_for_nor_against() -> Result<(), podpass_policy::ParseError> {
        let allow = r#"{"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": "sts:*",
            "Condition": {"StringEquals": {"aws:RequestTag/kubernetes-namespace": "prod"}}}"#;
        let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "sts:*"}"#;
        let conditional = r#"{"Effect": "Deny", "Principal": "*", "Action": "sts:*",
            "Condition": {"StringEquals": {"aws:RequestTag/kubernetes-namespace": "dev"}}}"#;
        assert!(admits(allow)?);
        assert!(admits(&format!("[{allow}, {conditional}]"))?);
        assert!(!admits(&format!("[{allow}, {deny}]"))?);
        Ok(())
    }
}

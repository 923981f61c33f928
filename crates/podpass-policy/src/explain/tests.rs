use crate::*;

const ROLE: &str = "arn:aws:iam::111122223333:role/my-role";

fn policy(kind: DocumentKind, statements: &str) -> CompiledPolicy {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    CompiledPolicy::compile(&PolicyDocument::parse(&text).unwrap(), kind)
}

fn pod() -> Principal {
    Principal::role_session(ROLE.parse().unwrap(), "eks-my-cluster").unwrap()
}

fn reasons(layers: &Layers<'_>, request: &Request) -> Vec<String> {
    layers
        .explain(request)
        .reasons
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_nearest_statement_is_told_not_all_of_them() {
    let trust = policy(
        DocumentKind::Trust,
        r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},
           {"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole",
            "Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":["prod","stage"],
                                         "aws:RequestTag/eks-cluster-name":"c"}}}"#,
    );
    let eks = Principal::service("pods.eks.amazonaws.com");
    let request =
        Request::new(eks, "sts:AssumeRole", ROLE).with("aws:RequestTag/eks-cluster-name", "c");
    assert_eq!(
        reasons(&Layers::new().trust(&trust), &request),
        [
            "the trust policy's statement 2 requires `aws:RequestTag/kubernetes-namespace` = `prod` or \
          `stage`, the session sends none"
        ]
    );
    let tag = Request {
        action: "sts:TagSession".to_owned(),
        ..request
    };
    assert_eq!(
        reasons(&Layers::new().trust(&trust), &tag),
        ["no role trust policy allows `sts:TagSession`"]
    );
}

#[test]
fn every_layer_that_lacks_an_allow_is_told() {
    let identity = policy(
        DocumentKind::ManagedIdentity,
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b"}"#,
    )
    .named("my-policy");
    let boundary = policy(
        DocumentKind::Boundary,
        r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b/*"}"#,
    );
    let request = Request::new(pod(), "s3:GetObject", "arn:aws:s3:::b/key");
    assert_eq!(
        reasons(
            &Layers::new().identity(&identity).boundary(&boundary),
            &request
        ),
        [
            "the identity-based policy `my-policy`'s statement 1 is about `arn:aws:s3:::b`, not \
             `arn:aws:s3:::b/key`",
            "the permissions boundary's statement 1 is about `all but arn:aws:s3:::b/*`, not \
             `arn:aws:s3:::b/key`",
        ]
    );
    assert_eq!(
        reasons(&Layers::new(), &request),
        ["there is no identity-based policy, and one must allow it"]
    );
}

#[test]
fn a_deny_is_told_with_the_conditions_that_hold() {
    let identity = policy(
        DocumentKind::ManagedIdentity,
        r#"{"Effect":"Allow","Action":"*","Resource":"*"},
           {"Effect":"Deny","Action":"s3:*","Resource":"*",
            "Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
    );
    let request = Request::new(pod(), "s3:GetObject", "arn:aws:s3:::b/key")
        .with("aws:SecureTransport", "false");
    assert_eq!(
        reasons(&Layers::new().identity(&identity), &request),
        [
            "the identity-based policy's statement 2 denies `s3:GetObject` on `arn:aws:s3:::b/key`, since \
          `aws:SecureTransport` = `false`"
        ]
    );
}

#[test]
fn the_root_user_is_told_that_it_cannot_assume_roles() {
    let trust = policy(
        DocumentKind::Trust,
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}"#,
    );
    let request = Request::new(
        Principal::root("111122223333").unwrap(),
        "sts:AssumeRole",
        ROLE,
    );
    let explanation = Layers::new().trust(&trust).explain(&request);
    assert_eq!(explanation.reasons[0].cause, Cause::RootCannotAssumeRoles);
    assert_eq!(
        explanation.decision.message.as_deref(),
        Some("Roles may not be assumed by root accounts.")
    );
}

#[test]
fn a_statement_without_principal_is_told_where_one_is_needed() {
    let statement = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let resource = policy(DocumentKind::Resource, statement);
    let identity = policy(DocumentKind::ManagedIdentity, statement);
    let request = Request::new(
        pod(),
        "sqs:SendMessage",
        "arn:aws:sqs:us-west-2:444455556666:q",
    );
    assert_eq!(
        reasons(
            &Layers::new().resource(&resource).identity(&identity),
            &request
        ),
        ["the resource-based policy's statement 1 names no principal"]
    );
}

#[test]
fn every_closed_level_of_control_policies_is_told() {
    let all = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let identity = policy(DocumentKind::ManagedIdentity, all);
    let open = policy(DocumentKind::ServiceControl, all);
    let closed = policy(
        DocumentKind::ServiceControl,
        r#"{"Effect":"Allow","Action":"*","Resource":"*",
            "Condition":{"StringEquals":{"aws:RequestedRegion":"us-west-2"}}}"#,
    )
    .named("one-region");
    let layers = Layers::new()
        .identity(&identity)
        .service_control(vec![&open])
        .service_control(vec![&closed])
        .service_control(vec![]);
    let request = Request::new(pod(), "s3:GetObject", "arn:aws:s3:::b/key")
        .with("aws:RequestedRegion", "eu-west-1");
    assert_eq!(
        reasons(&layers, &request),
        [
            "the service control policy `one-region`'s statement 1 requires `aws:RequestedRegion` = \
             `us-west-2`, the request has `eu-west-1`",
            "there is no service control policy, and one must allow it",
        ]
    );
}

#[test]
fn assuming_a_role_is_explained_over_all_its_actions() {
    let trust = policy(
        DocumentKind::Trust,
        r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole",
            "Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"prod"}}}"#,
    );
    let layers = Layers::new().trust(&trust);
    let eks = Principal::service("pods.eks.amazonaws.com");
    let mut call = AssumeRole::new(eks, ROLE.parse().unwrap(), "session");
    call.tags
        .push(("kubernetes-namespace".to_owned(), "dev".to_owned()));
    let explanation = call.explain(&layers);
    let told: Vec<_> = explanation
        .reasons
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "the trust policy's statement 1 requires `aws:RequestTag/kubernetes-namespace` = `prod`, the \
             session sends `dev`",
            "no role trust policy allows `sts:TagSession`",
        ]
    );
    assert!(!explanation.decision.is_allowed());
}

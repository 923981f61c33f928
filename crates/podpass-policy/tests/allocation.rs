//! Deciding allocates nothing, whatever the answer.

use podpass_policy::{
    CompiledPolicy, DocumentKind, Layers, Outcome, PolicyDocument, Principal, Request,
};

fn decide_counting(policy: &str, request: &Request) -> (Outcome, u64) {
    let document = PolicyDocument::parse(policy).unwrap_or_else(|error| panic!("{error}"));
    let policy = CompiledPolicy::compile(&document, DocumentKind::ManagedIdentity);
    let layers = Layers::new().identity(&policy).boundary(&policy);
    layers.decide(request);
    let mut outcome = None;
    let counted = allocation_counter::measure(|| outcome = Some(layers.decide(request).outcome));
    (outcome.expect("it was decided"), counted.count_total)
}

#[test]
fn allowing_and_denying_allocate_nothing() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:Get*",
         "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/kubernetes-namespace}/*",
         "Condition": {"StringLike": {"aws:PrincipalTag/team": ["red*", "blue*"]},
                       "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
                       "DateGreaterThan": {"aws:CurrentTime": "2025-01-01T00:00:00Z"},
                       "ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]},
                       "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"#;
    let alice = Principal::user("arn:aws:iam::111122223333:user/alice".parse().unwrap());
    let mut request = Request::new(alice, "s3:GetObject", "arn:aws:s3:::b/default/key")
        .with("aws:PrincipalTag/kubernetes-namespace", "default")
        .with("aws:PrincipalTag/team", "blue-1")
        .with("aws:SourceIp", "10.0.0.7")
        .with("aws:CurrentTime", "2026-01-01T00:00:00Z")
        .with("aws:MultiFactorAuthAge", "60");
    request.context.insert_list("aws:TagKeys", ["a"]);
    assert_eq!(decide_counting(policy, &request), (Outcome::Allowed, 0));
    let insecure = request.clone().with("aws:SecureTransport", "false");
    assert_eq!(
        decide_counting(policy, &insecure),
        (Outcome::ExplicitDeny, 0)
    );
    let other = request.with("aws:PrincipalTag/team", "green");
    assert_eq!(decide_counting(policy, &other), (Outcome::ImplicitDeny, 0));
}

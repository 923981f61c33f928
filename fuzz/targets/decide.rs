//! Decides by any policy upon any request: the lines of the input are a policy, an action, a resource, and
//! context keys each followed by its value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podpass_policy::{
    CompiledPolicy, DocumentKind, Layers, Outcome, PolicyDocument, Principal, Request,
};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut lines = text.split('\n');
    let Some(Ok(document)) = lines.next().map(PolicyDocument::parse) else {
        return;
    };
    let role = "arn:aws:iam::111122223333:role/my-role"
        .parse()
        .expect("an ARN");
    let principal = Principal::role_session(role, "session").expect("a short name");
    let (action, resource) = (
        lines.next().unwrap_or("s3:GetObject"),
        lines.next().unwrap_or("*"),
    );
    let mut request = Request::new(principal, action, resource);
    while let (Some(key), Some(value)) = (lines.next(), lines.next()) {
        request.context.insert(key, value);
    }
    let identity = CompiledPolicy::compile(&document, DocumentKind::ManagedIdentity);
    let resource = CompiledPolicy::compile(&document, DocumentKind::Resource);
    let layers = Layers::new().identity(&identity).resource(&resource);
    let explanation = layers.explain(&request);
    assert_eq!(
        layers.decide(&request).outcome,
        explanation.decision.outcome
    );
    assert_eq!(
        explanation.reasons.is_empty(),
        explanation.decision.is_allowed()
    );

    let everything = r#"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#;
    let deny = PolicyDocument::parse(everything).expect("a policy");
    let deny = CompiledPolicy::compile(&deny, DocumentKind::ManagedIdentity);
    let outcome = layers.identity(&deny).decide(&request).outcome;
    let spared = action.eq_ignore_ascii_case("sts:GetCallerIdentity");
    assert!(spared || outcome == Outcome::ExplicitDeny);
});

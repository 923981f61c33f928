//! Laws of the policy language that hold for any policies and any request.

use podpass_policy::{
    CompiledPolicy, Context, DocumentKind, Layers, Outcome, PolicyDocument, Principal, Request,
};
use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value, json};

const ROLE: &str = "arn:aws:iam::111122223333:role/my-role";
const KEYS: [&str; 5] = [
    "aws:username",
    "aws:TagKeys",
    "aws:RequestTag/team",
    "aws:SourceIp",
    "aws:CurrentTime",
];

fn a_value() -> impl Strategy<Value = &'static str> {
    select(vec![
        "alice",
        "al*",
        "?",
        "${aws:username}",
        "${aws:none, 'alice'}",
        "10",
        "true",
        "10.0.0.0/8",
        "10.1.2.3",
        "2026-01-01T00:00:00Z",
        "arn:aws:s3:::b",
        "",
        "odd}${",
    ])
}

fn operator() -> impl Strategy<Value = String> {
    let base = select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "NumericLessThan",
        "DateGreaterThan",
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
        "ArnLike",
        "ArnNotLike",
        "Null",
        "NoSuchOperator",
    ]);
    let prefix = select(vec!["", "", "ForAllValues:", "ForAnyValue:"]);
    (prefix, base, select(vec!["", "", "IfExists"]))
        .prop_map(|(prefix, base, suffix)| format!("{prefix}{base}{suffix}"))
}

fn conditions() -> impl Strategy<Value = Value> {
    let values = prop::collection::vec(a_value(), 0..3);
    let entry = (operator(), select(KEYS.to_vec()), values);
    prop::collection::vec(entry, 0..3).prop_map(|entries| {
        let mut operators = Map::new();
        for (operator, key, values) in entries {
            operators.insert(operator, json!({ key: values }));
        }
        Value::Object(operators)
    })
}

fn statement() -> impl Strategy<Value = Value> {
    let action = select(vec![
        "*",
        "s3:*",
        "s3:Get*",
        "s3:GetObject",
        "S3:getobjec?",
        "sqs:*",
    ]);
    let resource = select(vec![
        "*",
        "arn:aws:s3:::b",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b/${aws:username}",
        "arn:aws:s3",
        "b",
        "arn:aws:*:b/*",
    ]);
    (
        select(vec!["Allow", "Deny"]),
        select(vec!["Action", "NotAction"]),
        prop::collection::vec(action, 1..3),
        select(vec!["Resource", "NotResource"]),
        prop::collection::vec(resource, 1..3),
        conditions(),
    )
        .prop_map(|(effect, action, actions, resource, resources, conditions)| {
            json!({ "Effect": effect, action: actions, resource: resources, "Condition": conditions })
        })
}

fn document(statements: &[Value], version: &str) -> PolicyDocument {
    let text = json!({ "Version": version, "Statement": statements }).to_string();
    PolicyDocument::parse(&text).expect("generated policies are well-formed")
}

fn version() -> impl Strategy<Value = &'static str> {
    select(vec!["2012-10-17", "2012-10-17", "2008-10-17"])
}

prop_compose! {
    fn request()(
        resource in select(vec!["*", "arn:aws:s3:::b", "arn:aws:s3:::b/alice", "arn:aws:sqs:us-west-2:111122223333:q"]),
        action in select(vec!["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]),
        ones in prop::collection::vec((select(KEYS.to_vec()), a_value()), 0..4),
        list in prop::option::of(prop::collection::vec(a_value(), 0..3)),
    ) -> Request {
        let role = ROLE.parse().expect("an ARN");
        let principal = Principal::role_session(role, "session").expect("a short name");
        let mut context: Context = ones.into_iter().collect();
        if let Some(values) = list {
            context.insert_list("aws:TagKeys", values);
        }
        Request { principal, action: action.to_owned(), resource: resource.to_owned(), context }
    }
}

fn compile(document: &PolicyDocument) -> CompiledPolicy {
    CompiledPolicy::compile(document, DocumentKind::ManagedIdentity)
}

fn outcome(statements: &[Value], version: &str, request: &Request) -> Outcome {
    let policy = compile(&document(statements, version));
    Layers::new().identity(&policy).decide(request).outcome
}

proptest! {
    #[test]
    fn adding_a_deny_never_turns_a_denial_into_an_allow(
        statements in prop::collection::vec(statement(), 1..4),
        mut deny in statement(),
        version in version(),
        request in request(),
    ) {
        let before = outcome(&statements, version, &request);
        deny["Effect"] = json!("Deny");
        let mut more = statements;
        more.push(deny);
        let after = outcome(&more, version, &request);
        prop_assert!(after != Outcome::Allowed || before == Outcome::Allowed);
    }

    #[test]
    fn adding_a_condition_never_turns_a_denial_into_an_allow_by_an_allow(
        mut allow in statement(),
        conditions in conditions(),
        version in version(),
        request in request(),
    ) {
        allow["Effect"] = json!("Allow");
        allow["Condition"] = json!({});
        let before = outcome(std::slice::from_ref(&allow), version, &request);
        allow["Condition"] = conditions;
        let after = outcome(&[allow], version, &request);
        prop_assert!(after != Outcome::Allowed || before == Outcome::Allowed);
    }

    #[test]
    fn the_order_of_statements_never_matters(
        (statements, shuffled) in prop::collection::vec(statement(), 1..5)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        version in version(),
        request in request(),
    ) {
        prop_assert_eq!(outcome(&statements, version, &request), outcome(&shuffled, version, &request));
        prop_assert!(document(&statements, version).same_meaning(&document(&shuffled, version)));
    }

    #[test]
    fn what_is_written_is_read_with_the_same_meaning(
        statements in prop::collection::vec(statement(), 1..4),
        version in version(),
        request in request(),
    ) {
        let first = document(&statements, version);
        for text in [first.to_string(), format!("{first:#}")] {
            let second = PolicyDocument::parse(&text).expect("written policies can be read");
            prop_assert!(first.same_meaning(&second), "{}", text);
            prop_assert_eq!(compile(&first).evaluate(&request), compile(&second).evaluate(&request));
        }
    }

    #[test]
    fn reasons_and_decision_agree(
        identity in prop::collection::vec(statement(), 1..4),
        boundary in prop::collection::vec(statement(), 1..4),
        version in version(),
        request in request(),
    ) {
        let identity = compile(&document(&identity, version));
        let boundary = compile(&document(&boundary, version));
        let layers = Layers::new().identity(&identity).boundary(&boundary);
        let verdict = layers.decide(&request);
        let explanation = layers.explain(&request);
        let decision = &explanation.decision;
        prop_assert_eq!((verdict.outcome, verdict.layer), (decision.outcome, decision.layer));
        prop_assert_eq!(explanation.reasons.is_empty(), decision.is_allowed());
        prop_assert_eq!(decision.message.is_none(), decision.is_allowed());
        if let Some(first) = explanation.reasons.first() {
            prop_assert_eq!(first.layer, decision.layer);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}", middle in r#"[{}\[\]",:\\a-z0-9 *$]{0,60}"#) {
        for text in [text, format!(r#"{{"Version":"2012-10-17","Statement":{middle}}}"#)] {
            for kind in [DocumentKind::ManagedIdentity, DocumentKind::Trust, DocumentKind::Resource] {
                if let Ok(document) = podpass_policy::validate(&text, kind) {
                    compile(&document);
                }
            }
        }
    }

    #[test]
    fn errors_point_into_the_text(text in r#"[{}\[\]",:a-z0-9\n ]{0,60}"#) {
        if let Err(error) = PolicyDocument::parse(&text) {
            let lines: Vec<&str> = text.split('\n').collect();
            let line = lines[error.line as usize - 1];
            prop_assert!(error.column as usize <= line.chars().count() + 1, "{}", error);
        }
    }
}

use super::*;

fn codes(document: &str, kind: DocumentKind) -> Vec<LintCode> {
    let document = PolicyDocument::parse(document).unwrap();
    let options = LintOptions {
        disable_session_tags: true,
        ..LintOptions::default()
    };
    lint(&document, kind, &options)
        .into_iter()
        .map(|lint| lint.code)
        .collect()
}

fn statement_codes(statement: &str) -> Vec<LintCode> {
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    codes(&document, DocumentKind::ManagedIdentity)
}

fn trust_codes(statement: &str) -> Vec<LintCode> {
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    codes(&document, DocumentKind::Trust)
}

#[test]
fn a_sound_policy_has_no_findings() {
    let sound = r#"{"Sid":"A1","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],
        "Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],
        "Condition":{"StringLike":{"s3:prefix":"a/*"},"Bool":{"aws:SecureTransport":"true"}}}"#;
    assert_eq!(statement_codes(sound), []);
}

#[test]
fn an_action_whose_resource_is_of_another_type_is_found() {
    for (action, resource) in [
        ("s3:GetObject", "arn:aws:s3:::b"),
        ("s3:ListBucket", "arn:aws:s3:::b/*"),
        ("sqs:SendMessage", "arn:aws:sns:us-west-2:111122223333:t"),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::b"),
        (
            "dynamodb:GetItem",
            "arn:aws:dynamodb:us-west-2:111122223333:tables/t",
        ),
    ] {
        let statement =
            format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}"#);
        assert_eq!(
            statement_codes(&statement),
            [LintCode::ResourceMismatch],
            "{action}"
        );
    }
}

#[test]
fn services_that_are_not_in_the_tables_pass() {
    let statement = r#"{"Effect":"Allow","Action":"ec2:NoSuchThing","Resource":"arn:aws:ec2:::x"}"#;
    assert_eq!(statement_codes(statement), []);
}

#[test]
fn unknown_names_are_found() {
    let service = r#"{"Effect":"Deny","Action":"s33:GetObject","Resource":"*"}"#;
    assert_eq!(statement_codes(service), [LintCode::UnknownService]);
    let action = r#"{"Effect":"Allow","Action":"s3:GetObjects","Resource":"*"}"#;
    assert_eq!(statement_codes(action), [LintCode::UnknownAction]);
    let sid = r#"{"Sid":"Allow EKS","Effect":"Deny","Action":"s3:GetObject","Resource":"*"}"#;
    assert_eq!(statement_codes(sid), [LintCode::InvalidSid]);
}

#[test]
fn conditions_that_cannot_work_are_found() {
    for (condition, code) in [
        (
            r#""StringEqual":{"aws:username":"a"}"#,
            LintCode::UnknownOperator,
        ),
        (
            r#""StringEquals":{"aws:username":"a*"}"#,
            LintCode::WildcardUnderEquals,
        ),
        (
            r#""NumericEquals":{"aws:SourceIp":"1"}"#,
            LintCode::MismatchedType,
        ),
        (
            r#""IpAddress":{"aws:SourceIp":"10.0.0.0/33"}"#,
            LintCode::MismatchedType,
        ),
        (
            r#""ArnLike":{"aws:PrincipalArn":"*"}"#,
            LintCode::MismatchedType,
        ),
        (
            r#""NumericLessThan":{"aws:MultiFactorAuthAge":"NaN"}"#,
            LintCode::MismatchedType,
        ),
        (
            r#""StringEquals":{"aws:TagKeys":"a"}"#,
            LintCode::ListWithoutSetOperator,
        ),
        (
            r#""StringEquals":{"iam:PassedToService":"a"}"#,
            LintCode::UnknownConditionKey,
        ),
    ] {
        let statement = format!(
            r#"{{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{{{condition}}}}}"#
        );
        assert_eq!(statement_codes(&statement), [code], "{condition}");
    }
}

#[test]
fn for_all_values_that_lets_an_absent_key_pass_is_noted() {
    let statement = |effect: &str, conditions: &str| {
        format!(
            r#"{{"Effect":"{effect}","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{{{conditions}}}}}"#
        )
    };
    let all = r#""ForAllValues:StringEquals":{"aws:TagKeys":["a"]}"#;
    let codes = statement_codes(&statement("Allow", all));
    assert_eq!(codes, [LintCode::AbsentKeyAllowed]);
    let present = format!(r#"{all},"Null":{{"aws:tagkeys":"false"}}"#);
    assert_eq!(statement_codes(&statement("Allow", &present)), []);
    assert_eq!(statement_codes(&statement("Deny", all)), []);
    let any = r#""ForAnyValue:StringEquals":{"aws:TagKeys":["a"]}"#;
    assert_eq!(statement_codes(&statement("Allow", any)), []);
}

#[test]
fn the_traps_of_a_pod_identity_trust_policy_are_found() {
    let principal = r#""Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"}"#;
    let no_tags = format!(r#"{{{principal},"Action":"sts:AssumeRole"}}"#);
    assert_eq!(
        trust_codes(&no_tags),
        [
            LintCode::MissingTagSession,
            LintCode::TrustOpenToEveryCluster
        ]
    );
    let both = format!(r#"{{{principal},"Action":["sts:AssumeRole","sts:TagSession"]}}"#);
    assert_eq!(trust_codes(&both), [LintCode::TrustOpenToEveryCluster]);
    let tagged = format!(
        r#"{{{principal},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{{"StringEquals":{{
            "aws:RequestTag/kubernetes-namespace":"prod"}}}}}}"#
    );
    assert_eq!(
        trust_codes(&tagged),
        [LintCode::RequestTagWithoutSessionTags]
    );
    let principal_tag = format!(
        r#"{{{principal},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{{"StringEquals":{{
            "aws:SourceArn":"arn:aws:eks:us-west-2:111122223333:cluster/c",
            "aws:PrincipalTag/kubernetes-namespace":"prod"}}}}}}"#
    );
    assert_eq!(trust_codes(&principal_tag), [LintCode::PrincipalTagInTrust]);
}

#[test]
fn sessions_may_be_tagged_by_another_statement_for_the_same_principal() {
    let with = |second: &str| {
        let first = r#"{"Effect":"Allow","Principal":{"Service":["pods.eks.amazonaws.com"]},
            "Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:eks:*:*:cluster/c"}}}"#;
        let second = format!(
            r#"{{"Effect":"Allow","Principal":{{"Service":"{second}"}},"Action":"sts:TagSession"}}"#
        );
        trust_codes(&format!("{first},{second}"))
    };
    assert_eq!(with("pods.eks.amazonaws.com"), []);
    assert_eq!(with("ec2.amazonaws.com"), [LintCode::MissingTagSession]);
}

#[test]
fn principals_that_cannot_exist_are_found() {
    for (principal, sound) in [
        (r#"{"Service":"pods.eks.amazonaws.com"}"#, true),
        (r#"{"Service":"pod.example.com"}"#, false),
        (r#"{"AWS":"111122223333"}"#, true),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/r"}"#, true),
        (r#"{"AWS":"my-role"}"#, false),
        (r#"{"Federated":"accounts.google.com"}"#, true),
        (r#"{"Services":"ec2.amazonaws.com"}"#, false),
    ] {
        let statement =
            format!(r#"{{"Effect":"Deny","Principal":{principal},"Action":"sts:AssumeRole"}}"#);
        let expected = if sound {
            vec![]
        } else {
            vec![LintCode::UnknownPrincipal]
        };
        assert_eq!(trust_codes(&statement), expected, "{principal}");
    }
}

#[test]
fn a_star_is_noted_where_the_action_has_resources() {
    let statement = |action: &str, effect: &str| {
        statement_codes(&format!(
            r#"{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}"#
        ))
    };
    assert_eq!(statement("s3:GetObject", "Allow"), [LintCode::ResourceStar]);
    assert_eq!(statement("s3:GetObject", "Deny"), []);
    assert_eq!(statement("s3:ListAllMyBuckets", "Allow"), []);
}

#[test]
fn session_tags_that_will_hardly_pack_are_found() {
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:*"}}"#;
    let document = PolicyDocument::parse(trust).unwrap();
    let severity = |length: usize| {
        let session_tags = vec![("team".to_owned(), "x".repeat(length))];
        let options = LintOptions {
            session_tags,
            ..LintOptions::default()
        };
        lint(&document, DocumentKind::Trust, &options)
            .first()
            .map(|lint| lint.severity)
    };
    assert_eq!(severity(100), None);
    assert_eq!(severity(400), Some(Severity::Note));
    assert_eq!(severity(600), Some(Severity::Warning));
}

#[test]
fn a_document_over_its_quota_is_found() {
    let resource = "x".repeat(2_100);
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::{resource}"}}}}"#
    );
    assert_eq!(codes(&text, DocumentKind::Session), [LintCode::TooLong]);
    assert_eq!(codes(&text, DocumentKind::ManagedIdentity), []);
}

#[test]
fn documents_made_to_be_slow_are_looked_at_in_bounded_time() {
    let actions: Vec<_> = (0..1_000).map(|n| format!("\"s3:*{n}\"")).collect();
    let resources: Vec<_> = (0..20)
        .map(|n| format!("\"arn:{}{n}\"", "a*".repeat(1_000)))
        .collect();
    let keys: Vec<_> = (0..300).map(|n| format!("\"s3:{n}\":\"x\"")).collect();
    let statement = format!(
        r#"{{"Effect":"Deny","Action":["s3:*",{}],"Resource":[{}],"Condition":{{"StringEquals":{{{}}}}}}}"#,
        actions.join(","),
        resources.join(","),
        keys.join(","),
    );
    let start = std::time::Instant::now();
    assert!(!statement_codes(&statement).is_empty());
    assert!(start.elapsed().as_secs() < 60, "took {:?}", start.elapsed());
}

#[test]
fn a_code_is_written_as_it_is_serialized() {
    assert_eq!(LintCode::ResourceMismatch.to_string(), "resource-mismatch");
}

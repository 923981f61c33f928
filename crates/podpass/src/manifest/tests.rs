//! Reading manifests.

use super::{Manifest, Narrowing, RoleEntry};
use crate::testing::{PAGE_MANIFEST, caller, desired};
use crate::{Desired, Document};

fn errors(text: &str) -> Vec<String> {
    let error = Manifest::parse(text).unwrap_err();
    error.problems.iter().map(ToString::to_string).collect()
}

/// The page's manifest with a replacement.
fn page_with(from: &str, to: &str) -> String {
    assert!(PAGE_MANIFEST.contains(from), "{from}");
    PAGE_MANIFEST.replace(from, to)
}

#[test]
fn page_is_read_with_its_documents_letter_by_letter() {
    let manifest = Manifest::parse(PAGE_MANIFEST).unwrap();
    let association = &manifest.clusters[0].associations[0];
    let RoleEntry::Described(role) = &association.role else {
        panic!("{association:?}");
    };
    assert_eq!(role.trust, Narrowing::None);
    assert_eq!(
        role.policies[0].document,
        Document::new(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-pod-secrets-bucket"}]}"#
        )
    );
    let state = desired(PAGE_MANIFEST).roles.into_values().next().unwrap();
    assert_eq!(
        state.spec.trust_policy.as_str(),
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"AllowEksAuthToAssumeRoleForPodIdentity","Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#
    );
}

#[test]
fn json_is_read_as_well() {
    let json = r#"{"clusters": [{"clusterName": "c", "associations": [
        {"namespace": "n", "serviceAccount": "s", "roleArn": "arn:aws:iam::111122223333:role/r"}]}]}"#;
    let manifest = Manifest::parse(json).unwrap();
    assert_eq!(manifest.clusters[0].associations[0].namespace.as_str(), "n");
}

#[test]
fn unknown_key_is_an_error_with_line_column_and_a_guess() {
    let text = page_with("serviceAccount:", "service_account:");
    assert_eq!(
        errors(&text),
        ["7:9: unknown key `service_account` (help: did you mean `serviceAccount`?)"]
    );
    let text = page_with("name: my-role", "colour: red");
    let error = &errors(&text)[0];
    assert!(
        error.starts_with("10:11: unknown key `colour` (help: known here: `name`"),
        "{error}"
    );
}

#[test]
fn missing_key_and_broken_syntax_tell_where() {
    let error = &errors("clusters:\n  - region: us-west-2\n")[0];
    assert!(error.contains("missing key `clusterName`"), "{error}");
    assert!(error.starts_with("2:"), "{error}");
    let error = &errors("clusters: [\n")[0];
    assert!(
        error.starts_with(|first: char| first.is_ascii_digit()),
        "{error}"
    );
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_text() {
    let text = "clusters:
  - clusterName: -bad
    region: us-west-2
    associations:
      - namespace: Default
        serviceAccount: ok
      - namespace: ok
        serviceAccount: not_ok
        roleArn: my-role
        policy: {}
";
    let errors = errors(text);
    let places: Vec<_> = errors
        .iter()
        .map(|error| error.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        places,
        ["2:18", "5:9", "5:20", "8:25", "9:18", "10:17", "10:17"],
        "{errors:#?}"
    );
}

#[test]
fn role_and_role_arn_exclude_each_other() {
    let text = page_with(
        "        role:\n",
        "        roleArn: arn:aws:iam::111122223333:role/r\n        role:\n",
    );
    assert!(errors(&text)[0].contains("both `role` and `roleArn`"));
}

#[test]
fn session_policy_needs_session_tags_off() {
    let policy = r#"policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'"#;
    let text = page_with("createServiceAccount: true", policy);
    assert!(errors(&text)[0].contains("needs `disableSessionTags: true`"));
    let both = format!("{policy}\n        disableSessionTags: true");
    assert!(Manifest::parse(&page_with("createServiceAccount: true", &both)).is_ok());
}

#[test]
fn session_policy_is_at_most_2048_characters() {
    let policy = format!(
        "disableSessionTags: true\n        policy: {{ Version: '2012-10-17', Statement: [ {{ Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::{}' }} ] }}",
        "x".repeat(2000)
    );
    let text = page_with("createServiceAccount: true", &policy);
    assert!(errors(&text)[0].contains("longer than 2048 characters"));
}

#[test]
fn trust_narrowed_by_tags_needs_session_tags() {
    let text = page_with(
        "name: my-role\n",
        "name: my-role\n          trust: namespace\n",
    )
    .replace("createServiceAccount: true", "disableSessionTags: true");
    assert!(errors(&text)[0].contains("(help: narrow it to `cluster`, which needs none)"));
}

#[test]
fn document_that_iam_refuses_is_told_in_its_words() {
    let text = page_with(
        "arn:aws:s3:::my-pod-secrets-bucket",
        "my-pod-secrets-bucket",
    );
    assert!(
        errors(&text)[0].ends_with(
            "IAM would refuse the document: Resource my-pod-secrets-bucket must be in ARN format or \"*\"."
        ),
        "{:?}",
        errors(&text)
    );
}

#[test]
fn service_account_has_one_association() {
    let entry = "      - { namespace: default, serviceAccount: my-service-account, roleArn: 'arn:aws:iam::111122223333:role/r' }\n";
    let error = &errors(&format!("{PAGE_MANIFEST}{entry}"))[0];
    assert!(error.contains("has two associations"), "{error}");
    assert!(error.contains("the other one stands at 6:9"), "{error}");
}

#[test]
fn tags_follow_the_rules_of_aws_and_leave_ours_alone() {
    for (tag, part) in [
        ("aws:x: y", "reserved for AWS"),
        ("podpass:managed: 'false'", "reserved for podpass"),
        ("'a!': y", "is not a tag key"),
        ("a: 'y!'", "the value of tag `a`"),
        ("{ a: x, A: y }", "differ from `a` in case only"),
    ] {
        let tags = if tag.starts_with('{') {
            tag.to_owned()
        } else {
            format!("{{ {tag} }}")
        };
        let text = page_with("createServiceAccount: true", &format!("tags: {tags}"));
        let error = &errors(&text)[0];
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn role_described_in_two_ways_is_refused() {
    let other = "      - namespace: default
        serviceAccount: other
        role: { name: My-Role, description: something else }
";
    let manifest = Manifest::parse(&format!("{PAGE_MANIFEST}{other}")).unwrap();
    let error = Desired::resolve(&manifest, &caller(), None).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("role `My-Role` is described in two ways"),
        "{error}"
    );
}

#[test]
fn role_described_alike_is_shared() {
    let text = page_with("role:\n", "role: &role\n")
        + "      - { namespace: default, serviceAccount: other, role: *role }\n";
    let wanted = desired(&text);
    assert_eq!((wanted.roles.len(), wanted.associations.len()), (1, 2));
}

#[test]
fn given_role_must_be_in_the_account_of_the_cluster() {
    let text = "clusters:
  - { clusterName: c, region: us-west-2, associations: [ { namespace: n, serviceAccount: s, roleArn: 'arn:aws:iam::444455556666:role/r' } ] }
";
    let manifest = Manifest::parse(text).unwrap();
    let error = Desired::resolve(&manifest, &caller(), None).unwrap_err();
    assert!(error.to_string().contains("`targetRoleArn`"), "{error}");
}

#[test]
fn cluster_needs_a_region_from_somewhere() {
    let manifest = Manifest::parse("clusters: [ { clusterName: c } ]").unwrap();
    let error = Desired::resolve(&manifest, &caller(), None).unwrap_err();
    assert!(error.to_string().contains("has no region"));
    let region = "eu-west-1".parse().unwrap();
    let wanted = Desired::resolve(&manifest, &caller(), Some(&region)).unwrap();
    assert_eq!(wanted.clusters().next().unwrap().region, region);
}

#[test]
fn numbers_and_booleans_are_text_where_text_is_meant() {
    let text = page_with(
        "region: us-west-2",
        "region: us-west-2\n    account: 012345678901",
    )
    .replace(
        "createServiceAccount: true",
        "tags: { cost-centre: 42, shared: true }",
    );
    let manifest = Manifest::parse(&text).unwrap();
    let cluster = &manifest.clusters[0];
    assert_eq!(cluster.account.as_ref().unwrap().as_str(), "012345678901");
    assert_eq!(cluster.associations[0].tags["cost-centre"], "42");
    assert_eq!(cluster.associations[0].tags["shared"], "true");
}

#[test]
fn large_manifests_are_read() {
    let mut text = "clusters:\n  - clusterName: c\n    associations:\n".to_owned();
    for index in 0..5_000 {
        text += &format!(
            "      - {{ namespace: n, serviceAccount: s{index}, roleArn: 'arn:aws:iam::111122223333:role/r' }}\n"
        );
    }
    assert_eq!(
        Manifest::parse(&text).unwrap().clusters[0]
            .associations
            .len(),
        5_000
    );
}

#[test]
fn hostile_text_is_an_error_and_no_panic() {
    let bomb = "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a]\nclusters: [*b,*b]\n";
    let deep = "clusters: ".to_owned() + &"[".repeat(100_000);
    for text in ["", "\u{0}", "42", "clusters: 7", bomb, &deep] {
        assert!(Manifest::parse(text).is_err());
    }
}

/// `PODPASS_WRITE_DOCS=1 cargo test -p podpass` writes the schema anew.
#[test]
fn published_schema_is_fresh() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/manifest.schema.json"
    );
    let schema = serde_json::to_string_pretty(&Manifest::json_schema()).unwrap() + "\n";
    if std::env::var_os("PODPASS_WRITE_DOCS").is_some() {
        std::fs::create_dir_all(std::path::Path::new(path).parent().unwrap()).unwrap();
        std::fs::write(path, &schema).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        published == schema,
        "docs/manifest.schema.json is stale: run with PODPASS_WRITE_DOCS=1"
    );
}

#[test]
fn every_key_of_the_schema_is_documented() {
    fn walk(at: &str, schema: &serde_json::Value) {
        if let Some(properties) = schema.get("properties").and_then(|found| found.as_object()) {
            for (name, property) in properties {
                assert!(property.get("description").is_some(), "{at}.{name}");
            }
        }
        if let Some(object) = schema.as_object() {
            for (name, inner) in object {
                walk(&format!("{at}.{name}"), inner);
            }
        }
    }
    let schema = Manifest::json_schema();
    assert!(schema["properties"]["clusters"].is_object());
    walk("", &schema);
}

#[test]
fn what_the_parser_refuses_is_told_in_our_words() {
    let twice = page_with("    region: us-west-2", "    clusterName: other");
    assert_eq!(
        errors(&twice),
        ["4:5: key `clusterName` is there twice (help: keep one of the two)"]
    );
    let two = format!("{PAGE_MANIFEST}---\nclusters: []\n");
    let [two] = errors(&two).try_into().unwrap();
    assert!(two.contains("a second YAML document begins here"), "{two}");
    let null = page_with("createServiceAccount: true", "tags: { team: null }");
    let [null] = errors(&null).try_into().unwrap();
    assert!(
        null.starts_with("8:") && null.contains("the value is missing"),
        "{null}"
    );
    for number in ["-1", "1e9", "3600.5"] {
        let seconds = format!("name: my-role\n          maxSessionDuration: {number}");
        let [problem] = errors(&page_with("name: my-role", &seconds))
            .try_into()
            .unwrap();
        assert!(
            problem.starts_with("11:31: a whole number is expected here"),
            "{problem}"
        );
    }
    let flag = page_with(
        "createServiceAccount: true",
        "createServiceAccount: perhaps",
    );
    let [flag] = errors(&flag).try_into().unwrap();
    assert!(
        flag.contains("`true` or `false` is expected here"),
        "{flag}"
    );
}

#[test]
fn trust_policy_that_grows_too_long_is_told_where_its_role_is_described_first() {
    let mut manifest =
        "clusters:\n  - clusterName: my-cluster\n    region: us-west-2\n    associations:\n"
            .to_owned();
    for number in 0..60 {
        manifest += &format!(
            "      - {{ namespace: namespace-of-a-team-{number}, serviceAccount: application-{number}, \
             role: {{ name: shared, trust: serviceAccount }} }}\n"
        );
    }
    let manifest = Manifest::parse(&manifest).unwrap();
    let error = Desired::resolve(&manifest, &caller(), None).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("5:9: the trust policy of role `shared` would be longer"),
        "{text}"
    );
}

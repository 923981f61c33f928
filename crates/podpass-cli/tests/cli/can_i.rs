//! `podpass can-i` against the mock.

use podpass::port::{Iam as _, World as _};
use podpass::{IamPath, NewPolicy, NewRole, RoleName, Tags};
use serde_json::Value;

use crate::assert_answer;
use crate::workbench::{Answer, MANIFEST, Workbench};

const OBJECT: &str = "arn:aws:s3:::my-pod-secrets-bucket/key";

/// The page's manifest, its policy naming the bucket's objects, with these lines in the association.
fn manifest(association: &str) -> String {
    MANIFEST
        .replace("my-pod-secrets-bucket\"", "my-pod-secrets-bucket/*\"")
        .replace(
            "        serviceAccount: my-service-account\n",
            &format!("        serviceAccount: my-service-account\n{association}"),
        )
}

fn applied(manifest: &str) -> Workbench {
    let bench = Workbench::new();
    bench.write("podpass.yaml", manifest);
    let answer = bench.run("apply --yes");
    assert_eq!(answer.status, 0, "{answer}");
    bench
}

fn ask(bench: &Workbench, more: &str) -> Answer {
    bench.run(&format!(
        "can-i --cluster my-cluster --service-account my-service-account s3:GetObject {OBJECT} {more}"
    ))
}

/// The mock's IAM, to change what podpass did.
fn iam(bench: &Workbench) -> podpass_aws::Iam {
    bench
        .runtime()
        .block_on(async { bench.world().await.iam(&bench.account()).await.unwrap() })
}

fn my_role() -> RoleName {
    "my-role".parse().unwrap()
}

fn allow(action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{action},"Resource":"*"}}]}}"#
    )
}

fn reason(answer: &Answer) -> String {
    let view: Value = serde_json::from_str(&answer.stdout).unwrap();
    view["explanations"][0]["message"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn yes_answers_0_with_the_statement_that_allows_it() {
    assert_answer!(ask(&applied(&manifest("")), ""));
}

#[test]
fn page_names_the_bucket_where_it_means_the_objects_and_the_answer_is_no() {
    let bench = applied(MANIFEST);
    assert_answer!(ask(&bench, ""));
    let bucket = "arn:aws:s3:::my-pod-secrets-bucket";
    let usage = "can-i --cluster my-cluster --service-account my-service-account s3:GetObject";
    assert_eq!(bench.run(&format!("{usage} {bucket}")).status, 0);
}

#[test]
fn service_account_without_association_answers_1_and_says_what_to_do() {
    assert_answer!(ask(&Workbench::new(), ""));
}

#[test]
fn trust_policy_for_another_namespace_is_told_with_both_namespaces() {
    let bench = applied(&manifest(""));
    let trust = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},
        {"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},
         "Action":["sts:AssumeRole","sts:TagSession"],
         "Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"prod"}}}]}"#;
    let iam = iam(&bench);
    let role = my_role();
    let change = iam.update_trust_policy(&role, trust);
    bench.runtime().block_on(change).unwrap();
    assert_answer!(ask(&bench, ""));
}

#[test]
fn session_policy_narrows_what_the_role_may() {
    let narrowed = "        disableSessionTags: true\n        policy: { Version: \"2012-10-17\", Statement: [ { Effect: Allow, Action: \"s3:PutObject\", Resource: \"*\" } ] }\n";
    let answer = ask(&applied(&manifest(narrowed)), "--output json");
    assert_eq!(answer.status, 1);
    assert_eq!(reason(&answer), "no session policy allows `s3:GetObject`");
}

#[test]
fn condition_on_the_request_is_met_by_context() {
    let conditional = manifest("").replace(
        "\"Effect\": \"Allow\"",
        "\"Effect\": \"Allow\", \"Condition\": {\"IpAddress\": {\"aws:SourceIp\": \"192.0.2.0/24\"}}",
    );
    let bench = applied(&conditional);
    let answer = ask(&bench, "-o json");
    assert_eq!(answer.status, 1, "{answer}");
    assert!(reason(&answer).contains("aws:SourceIp"), "{answer}");
    let met = ask(&bench, "--context aws:SourceIp=192.0.2.7");
    assert_eq!(met.status, 0, "{met}");
}

#[test]
fn cluster_that_is_missing_and_usage_that_is_wrong_answer_1() {
    let bench = Workbench::new();
    let answer = bench.run("can-i --cluster other --service-account x s3:GetObject * -o json");
    assert_eq!(answer.status, 1);
    assert!(reason(&answer).starts_with("there is no cluster `other`"));
    let wrong = bench.run("can-i --cluster my-cluster --service-account x GetObject *");
    assert_eq!(wrong.status, 1);
    assert!(wrong.stderr.contains("an action looks like `s3:GetObject`"));
}

#[test]
fn permissions_boundary_must_allow_as_well() {
    let bench = applied(&manifest(""));
    let iam = iam(&bench);
    let limit = NewPolicy {
        name: "limit".parse().unwrap(),
        path: IamPath::default(),
        description: None,
        document: allow("\"sqs:*\""),
        tags: Tags::new(),
    };
    bench.runtime().block_on(async {
        let limit = iam.create_policy(&limit).await.unwrap();
        let role = my_role();
        let bounding = iam.set_permissions_boundary(&role, Some(&limit.arn));
        bounding.await.unwrap();
    });
    let answer = ask(&bench, "-o json");
    assert_eq!(answer.status, 1);
    assert_eq!(
        reason(&answer),
        "no permissions boundary allows `s3:GetObject`"
    );
}

#[test]
fn target_role_is_reached_only_with_permission_to_assume_it() {
    let bench = applied(&manifest(""));
    let iam = iam(&bench);
    let target = NewRole {
        name: "target".parse().unwrap(),
        path: IamPath::default(),
        description: None,
        max_session_duration: podpass::DEFAULT_MAX_SESSION_DURATION,
        permissions_boundary: None,
        trust_policy: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
            "Principal":{"AWS":"arn:aws:iam::111122223333:root"},
            "Action":["sts:AssumeRole","sts:TagSession"],
            "Condition":{"StringEquals":{
                "sts:ExternalId":"us-west-2/111122223333/my-cluster/default/my-service-account"}}}]}"#
            .to_owned(),
        tags: Tags::new(),
    };
    let inline = "inline".parse().unwrap();
    bench.runtime().block_on(async {
        iam.create_role(&target).await.unwrap();
        let reading = allow("\"s3:GetObject\"");
        let put = iam.put_inline_policy(&target.name, &inline, &reading);
        put.await.unwrap();
    });
    let chained = "        targetRoleArn: arn:aws:iam::111122223333:role/target\n";
    bench.write("podpass.yaml", &manifest(chained));
    assert_eq!(bench.run("apply --yes").status, 0);
    assert_answer!(ask(&bench, ""));

    let assuming = allow(r#"["sts:AssumeRole","sts:TagSession"]"#);
    let role = my_role();
    let put = iam.put_inline_policy(&role, &inline, &assuming);
    bench.runtime().block_on(put).unwrap();
    let answer = ask(&bench, "");
    assert_eq!(answer.status, 0, "{answer}");
}

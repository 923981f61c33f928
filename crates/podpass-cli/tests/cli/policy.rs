//! `podpass policy check` and `podpass policy explain`.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::assert_answer;
use crate::workbench::{Answer, Workbench, answer};

/// The policy of the AWS page.
const PAGE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::my-pod-secrets-bucket"
    }
  ]
}
"#;

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "Service": "pods.eks.amazonaws.com" },
      "Action": ["sts:AssumeRole", "sts:TagSession"],
      "Condition": { "StringEquals": { "aws:RequestTag/kubernetes-namespace": "prod" } }
    }
  ]
}
"#;

fn bench() -> Workbench {
    let bench = Workbench::new();
    bench.write("policy.json", PAGE);
    bench.write("trust.json", TRUST);
    bench
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap()
}

#[test]
fn check_tells_where_what_and_what_to_do() {
    let bench = bench();
    bench.write("old.json", &TRUST.replace(", \"sts:TagSession\"", ""));
    assert_answer!(bench.run("policy check policy.json old.json trust.json"));
}

#[test]
fn check_gives_the_refusal_in_the_words_of_iam() {
    let bench = bench();
    let malformed = PAGE.replace("arn:aws:s3:::my-pod", "my-pod");
    bench.write("malformed.json", &malformed);
    bench.write("broken.json", "{\n  \"Statement\": [\n");
    assert_answer!(bench.run("policy check malformed.json broken.json"));
}

#[test]
fn check_takes_the_kind_or_guesses_it() {
    let bench = bench();
    let kinds = |usage: &str| json(&bench.run(usage))["files"][0]["kind"].clone();
    assert_eq!(kinds("policy check trust.json -o json"), "trust");
    assert_eq!(
        kinds("policy check policy.json -o json"),
        "managed-identity"
    );
    let bucket = PAGE.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    bench.write("bucket.json", &bucket);
    assert_eq!(kinds("policy check bucket.json -o json"), "resource");
    let usage = "policy check --kind inline policy.json -o json";
    assert_eq!(kinds(usage), "inline-identity");
    // A trust policy is no permissions policy, and IAM says so.
    let wrong = bench.run("policy check --kind identity trust.json");
    assert_eq!(wrong.status, 1, "{wrong}");
}

#[test]
fn check_reads_standard_input() {
    let bench = bench();
    let mut command = bench.command("policy check --kind trust -");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"[]").unwrap();
    drop(stdin);
    let answer = answer(child.wait_with_output().unwrap());
    assert_eq!(answer.status, 1);
    assert!(
        answer.stdout.starts_with("standard input:1:1: error["),
        "{answer}"
    );
}

#[test]
fn check_of_a_file_that_is_missing_is_an_error() {
    assert_answer!(bench().run("policy check missing.json"));
}

#[test]
fn explain_tells_the_statement_that_comes_nearest() {
    let role = "arn:aws:iam::111122223333:role/my-role";
    let object = "arn:aws:s3:::my-pod-secrets-bucket/key";
    assert_answer!(bench().run(&format!(
        "policy explain --identity policy.json --principal {role} --action s3:GetObject --resource-arn {object}"
    )));
}

#[test]
fn explain_tells_what_the_session_sends_against_what_is_required() {
    let usage = "policy explain --trust trust.json --principal pods.eks.amazonaws.com \
                 --action sts:AssumeRole --resource-arn arn:aws:iam::111122223333:role/my-role";
    let bench = bench();
    let tag = "--context aws:RequestTag/kubernetes-namespace";
    assert_answer!(bench.run(&format!("{usage} {tag}=dev")));
    let allowed = json(&bench.run(&format!("{usage} {tag}=prod -o json")));
    assert_eq!(allowed["explanations"][0]["decision"]["outcome"], "Allowed");
    let without = json(&bench.run(&format!("{usage} -o json")));
    assert_eq!(
        without["explanations"][0]["decision"]["missingKeys"][0],
        "aws:RequestTag/kubernetes-namespace"
    );
}

#[test]
fn explain_runs_every_file_of_test_vectors() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus");
    let bench = bench();
    for folder in ["policy", "trust"] {
        for entry in std::fs::read_dir(format!("{corpus}/{folder}")).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let file: Value = serde_json::from_str(&text).unwrap();
            let usage = format!("policy explain -o json {}", path.display());
            let explained = bench.run(&usage);
            assert_eq!(explained.status, 0, "{explained}");
            let explanations = json(&explained)["explanations"].as_array().unwrap().clone();
            let cases = file["cases"].as_array().unwrap();
            assert_eq!(explanations.len(), cases.len());
            for (case, explained) in cases.iter().zip(&explanations) {
                let outcome = &explained["decision"]["outcome"];
                assert_eq!(*outcome, case["expect"]["outcome"], "{explained}");
            }
        }
    }
}

#[test]
fn explain_of_a_policy_that_cannot_be_read_says_where() {
    let bench = bench();
    bench.write("broken.json", &PAGE.replace("Allow", "allow"));
    let usage = "policy explain --identity broken.json --principal * --action s3:GetObject";
    assert_answer!(bench.run(usage));
}

#[test]
fn explain_needs_a_principal_or_cases() {
    let wrong = bench().run("policy explain --action s3:GetObject");
    assert_eq!(wrong.status, 1);
    assert!(wrong.stderr.contains("--principal"), "{wrong}");
}

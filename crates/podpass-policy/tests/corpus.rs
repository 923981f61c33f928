//! Runs the cases of `tests/corpus/{policy,trust,validation}`, whose README says how they are written.

use std::{fs, path::PathBuf};

use podpass_policy::{
    AssumeRole, Decision, DocumentKind, Layer, Outcome, PolicySet, Request, validate,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

#[derive(Deserialize)]
struct File<C> {
    cases: Vec<C>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DecisionCase {
    description: String,
    policies: PolicySet,
    request: Option<Request>,
    assume_role: Option<AssumeRole>,
    expect: Expectation,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Expectation {
    outcome: Outcome,
    layer: Layer,
    /// A statement of that layer that must be among the matched ones: policy and index.
    statement: Option<(String, usize)>,
    missing_keys: Option<Vec<String>>,
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidationCase {
    description: String,
    kind: DocumentKind,
    /// A document, or its text.
    document: Value,
    /// AWS's text; null for a document that IAM takes.
    refusal: Option<String>,
}

/// All cases of a folder, with the names of their files.
fn cases<C: DeserializeOwned>(folder: &str) -> Vec<(String, C)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/corpus")
        .join(folder);
    let mut cases = Vec::new();
    for entry in fs::read_dir(&folder).expect("the corpus is there") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("the file can be read");
        let file: File<C> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        cases.extend(file.cases.into_iter().map(|case| (name.clone(), case)));
    }
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    cases
}

/// What differs between a decision and what is expected.
fn differences(decision: &Decision, expect: &Expectation) -> Vec<String> {
    let mut differences = Vec::new();
    if (decision.outcome, decision.layer) != (expect.outcome, expect.layer) {
        differences.push(format!(
            "got {:?} by {:?}",
            decision.outcome, decision.layer
        ));
    }
    if let Some((policy, index)) = &expect.statement
        && !decision
            .matched
            .iter()
            .any(|m| m.layer == expect.layer && m.policy == *policy && m.index == *index)
    {
        differences.push(format!(
            "`{policy}` #{index} did not match: {:?}",
            decision.matched
        ));
    }
    if let Some(keys) = &expect.missing_keys
        && decision.missing_keys != *keys
    {
        differences.push(format!("missing keys {:?}", decision.missing_keys));
    }
    if expect.message.is_some() && decision.message != expect.message {
        differences.push(format!("message {:?}", decision.message));
    }
    differences
}

fn run_decisions(folder: &str) -> usize {
    let cases = cases::<DecisionCase>(folder);
    let mut failures = Vec::new();
    for (file, case) in &cases {
        let policies = case.policies.compile();
        let layers = policies.layers();
        let decision = match (&case.request, &case.assume_role) {
            (Some(request), None) => layers.authorize(request),
            (None, Some(call)) => call.authorize(&layers),
            _ => panic!(
                "{file}: `{}` has not one of request and assumeRole",
                case.description
            ),
        };
        for difference in differences(&decision, &case.expect) {
            failures.push(format!("{file}: {}: {difference}", case.description));
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures\n{}",
        failures.len(),
        failures.join("\n")
    );
    cases.len()
}

#[test]
fn every_decision_is_as_the_corpus_expects() {
    let count = run_decisions("policy") + run_decisions("trust");
    assert!(count >= 400, "the corpus has only {count} cases");
}

#[test]
fn descriptions_are_unique_within_their_file() {
    for folder in ["policy", "trust"] {
        let mut seen = std::collections::HashSet::new();
        for (file, case) in cases::<DecisionCase>(folder) {
            let name = format!("{file}: {}", case.description);
            assert!(seen.insert(name.clone()), "{name} stands twice");
        }
    }
}

#[test]
fn every_refusal_is_in_the_words_of_iam() {
    let mut failures = Vec::new();
    for (file, case) in cases::<ValidationCase>("validation") {
        let text = match &case.document {
            Value::String(text) => text.clone(),
            document => document.to_string(),
        };
        let refusal = validate(&text, case.kind)
            .err()
            .map(|refusal| refusal.to_string());
        if refusal != case.refusal {
            failures.push(format!("{file}: {}: got {refusal:?}", case.description));
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures\n{}",
        failures.len(),
        failures.join("\n")
    );
}

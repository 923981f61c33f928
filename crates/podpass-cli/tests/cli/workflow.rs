//! Plan, apply, verify, destroy.

use serde_json::Value;

use podpass_mock::MockServer;

use crate::assert_answer;
use crate::workbench::{MANIFEST, Workbench};

#[test]
fn plan_shows_what_would_be_created_and_answers_2() {
    let bench = Workbench::new();
    assert_answer!(bench.run("plan"));
}

#[test]
fn whole_workflow_ends_with_nothing_to_do_and_nothing_left() {
    let bench = Workbench::new();
    assert_eq!(bench.run("plan").status, 2);

    let applied = bench.run("apply --yes");
    assert_eq!(applied.status, 0, "{applied}");
    assert!(
        applied
            .stdout
            .ends_with("Done: 5 created, 0 changed, 0 deleted.\n")
    );
    assert_eq!(applied.stderr.matches('✓').count(), 5, "{applied}");

    let planned = bench.run("plan");
    assert_eq!(planned.status, 0);
    assert_eq!(
        planned.stdout,
        "Nothing to do: everything is as the manifest says.\n"
    );

    assert_answer!(bench.run("verify"));
    let strict = bench.run("verify --strict -o json");
    assert_eq!(strict.status, 1, "a warning fails");
    assert_eq!(json(&strict.stdout)["ok"], false);
    assert_eq!(json(&bench.run("verify -o json").stdout)["ok"], true);

    let destroyed = bench.run("destroy --yes");
    assert_eq!(destroyed.status, 0, "{destroyed}");
    assert!(
        destroyed
            .stdout
            .ends_with("Done: 0 created, 0 changed, 5 deleted.\n")
    );
    assert_eq!(
        bench.run("destroy --yes").stdout,
        "Nothing to do: podpass owns nothing that the manifest speaks of.\n"
    );
    assert_eq!(bench.run("plan").status, 2);
}

#[test]
fn verify_before_apply_tells_what_pods_would_miss_and_answers_1() {
    let bench = Workbench::new();
    assert_answer!(bench.run("verify"));
    let verified = json(&bench.run("verify -o json").stdout);
    assert_eq!(verified["ok"], false);
}

#[test]
fn change_is_shown_as_a_difference_and_only_the_change_is_applied() {
    let bench = Workbench::new();
    assert_eq!(bench.run("apply --yes").status, 0);
    bench.write(
        "podpass.yaml",
        &MANIFEST.replace("my-pod-secrets-bucket", "my-pod-secrets-bucket/*"),
    );

    assert_answer!(bench.run("plan"));
    let applied = bench.run("apply --yes");
    assert!(
        applied
            .stdout
            .ends_with("Done: 0 created, 1 changed, 0 deleted.\n"),
        "{applied}"
    );
    assert_eq!(bench.run("plan").status, 0);
}

#[test]
fn manifest_is_read_from_standard_input() {
    let bench = Workbench::new();
    let manifest = std::fs::File::open(bench.path("podpass.yaml")).unwrap();
    let status = bench
        .command("plan --file -")
        .stdin(manifest)
        .output()
        .unwrap()
        .status;
    assert_eq!(status.code(), Some(2));
}

#[test]
fn machine_formats_keep_their_shape() {
    let bench = Workbench::new();

    let plan = json(&bench.run("plan --output json").stdout);
    assert_eq!(keys(&plan), ["totals", "steps", "options"]);
    assert_eq!(plan["totals"]["create"], 5);
    assert_eq!(plan["steps"][0]["action"], "createPolicy");
    assert_eq!(plan["options"]["adopt"], false);

    let answer = bench.run("apply --yes --output json");
    let applied = json(&answer.stdout);
    assert_eq!(
        keys(&applied),
        ["totals", "done", "failed", "left", "kept", "associations"]
    );
    assert_eq!(applied["totals"]["create"], 5);
    assert_eq!(applied["done"].as_array().unwrap().len(), 5);
    assert!(
        applied["associations"][0]["associationId"]
            .as_str()
            .unwrap()
            .starts_with("a-")
    );
    assert_eq!(
        applied["associations"][0]["subject"]["serviceAccount"],
        "my-service-account"
    );

    let verified = json(&bench.run("verify -o json").stdout);
    assert_eq!(
        keys(&verified),
        ["ok", "totals", "associations", "findings"]
    );
    assert_eq!(verified["ok"], true);
    assert_eq!(
        verified["associations"][0]["roleArn"],
        "arn:aws:iam::111122223333:role/my-role"
    );
}

#[test]
fn yaml_says_the_same_as_json() {
    let bench = Workbench::new();
    let yaml: Value = serde_saphyr::from_str(&bench.run("plan -o yaml").stdout).unwrap();
    assert_eq!(yaml, json(&bench.run("plan -o json").stdout));
}

#[test]
fn quiet_apply_tells_the_answer_only() {
    let bench = Workbench::new();
    let applied = bench.run("apply --yes --quiet --output json");
    assert_eq!(applied.stderr, "");
    assert_eq!(json(&applied.stdout)["totals"]["create"], 5);
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn destroy_keeps_a_role_that_another_manifest_still_uses_until_that_is_destroyed() {
    let bench = Workbench::on(MockServer::builder().cluster("other"));
    bench.write(
        "other.yaml",
        &MANIFEST
            .replace("clusterName: my-cluster", "clusterName: other")
            .replace("createServiceAccount: true", "createServiceAccount: false"),
    );
    assert_eq!(bench.run("apply --yes").status, 0);
    let second = bench.run("apply --yes -f other.yaml");
    assert_eq!(second.status, 0, "{second}");

    let first = bench.run("destroy --yes");
    assert_eq!(first.status, 0, "{first}");
    assert!(
        first.stdout.contains(
            "role `my-role` stays: association `other/default/my-service-account` in us-west-2"
        ),
        "{first}"
    );
    assert_eq!(bench.run("plan -f other.yaml").status, 0);

    let last = bench.run("destroy --yes -f other.yaml");
    assert!(last.stderr.contains("delete role `my-role`"), "{last}");
}

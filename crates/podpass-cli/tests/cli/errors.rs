//! What users see when something is wrong.

use std::io::ErrorKind;
use std::net::TcpListener;

use podpass::NewRole;
use podpass::port::{Iam as _, World as _};
use podpass_mock::{MockServer, Quota};

use crate::assert_answer;
use crate::workbench::{MANIFEST, Workbench, answer};

#[test]
fn unknown_key_is_shown_where_it_stands_with_the_key_that_was_meant() {
    let bench = Workbench::new();
    bench.write(
        "podpass.yaml",
        "clusters:\n  - clustername: my-cluster\n    region: us-west-2\n",
    );
    assert_answer!(bench.run("plan"));
}

#[test]
fn everything_that_is_wrong_in_a_manifest_is_told_at_once() {
    let bench = Workbench::new();
    let manifest = MANIFEST
        .replace("namespace: default", "namespace: Default")
        .replace("name: my-role", "name: my role")
        .replace("s3:GetObject", "s3 GetObject");
    bench.write("podpass.yaml", &manifest);
    assert_answer!(bench.run("plan"));
}

#[test]
fn broken_yaml_is_shown_where_it_breaks() {
    let bench = Workbench::new();
    bench.write("podpass.yaml", "clusters:\n  - clusterName: \"my-cluster\n");
    assert_answer!(bench.run("plan"));
}

#[test]
fn missing_manifest_is_an_error_with_help() {
    let bench = Workbench::new();
    assert_answer!(bench.run("plan --file missing.yaml"));
}

#[test]
fn role_of_someone_else_is_left_alone_until_it_is_adopted() {
    let bench = Workbench::new();
    create_foreign_role(&bench);
    assert_answer!(bench.run("plan"));

    let adopted = bench.run("plan --adopt");
    assert_eq!(adopted.status, 2, "{adopted}");
    assert!(
        adopted.stdout.starts_with("~ tag role `my-role`\n"),
        "{adopted}"
    );
    assert_eq!(bench.run("apply --adopt --yes").status, 0);
    assert_eq!(bench.run("plan").status, 0);
}

#[test]
fn destroy_keeps_what_podpass_does_not_own_and_says_so() {
    let bench = Workbench::new();
    create_foreign_role(&bench);
    assert_answer!(bench.run("destroy --yes"));
}

#[test]
fn managed_policy_that_does_not_exist_stands_in_the_way_of_the_plan() {
    let bench = Workbench::new();
    let manifest = MANIFEST.replace(
        "          policies:",
        "          managedPolicyArns: [\"arn:aws:iam::aws:policy/NoSuchAccess\"]\n          policies:",
    );
    bench.write("podpass.yaml", &manifest);
    let refused = bench.run("plan");
    assert_eq!(refused.status, 1, "{refused}");
    assert!(
        refused
            .stderr
            .contains("policy `arn:aws:iam::aws:policy/NoSuchAccess`, which role `my-role` is to get, does not exist"),
        "{refused}"
    );
}

#[test]
fn endpoint_in_the_environment_that_is_none_is_named() {
    let bench = Workbench::new();
    let refused = answer(
        bench
            .command("plan")
            .env("AWS_ENDPOINT_URL", "nonsense")
            .output()
            .unwrap(),
    );
    assert_eq!(refused.status, 1, "{refused}");
    assert!(
        refused
            .stderr
            .starts_with("error: `nonsense` is not an endpoint URL"),
        "{refused}"
    );
}

#[test]
fn profile_of_the_environment_that_holds_no_credentials_is_named() {
    let bench = Workbench::new();
    let refused = answer(
        bench
            .command("plan")
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .env("AWS_PROFILE", "nope")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .unwrap(),
    );
    assert_eq!(refused.status, 1, "{refused}");
    assert!(refused.stderr.contains("`nope`"), "{refused}");
}

#[test]
fn profile_that_does_not_exist_is_named_with_the_files_that_were_read() {
    assert_answer!(Workbench::new().run("plan --profile nope"));
}

#[test]
fn missing_cluster_is_an_error_with_help() {
    let bench = Workbench::new();
    bench.write(
        "podpass.yaml",
        &MANIFEST.replace("my-cluster", "your-cluster"),
    );
    assert_answer!(bench.run("plan"));
}

#[test]
fn apply_without_a_terminal_needs_yes() {
    let bench = Workbench::new();
    let answer = bench.run("apply");
    assert_eq!(answer.status, 1);
    assert!(answer.stdout.contains("Plan: 5 to create"), "{answer}");
    assert_eq!(
        answer.stderr,
        "error: `podpass apply` asks before it changes anything, and there is no terminal to ask on\n\
         help: pass `--yes` to go ahead without being asked\n"
    );
    assert_eq!(bench.run("plan").status, 2, "nothing was applied");
}

#[test]
fn apply_with_nothing_to_do_needs_no_yes() {
    let bench = Workbench::new();
    assert_eq!(bench.run("apply --yes").status, 0);
    assert_eq!(bench.run("apply").status, 0);
}

#[test]
fn unreachable_endpoint_is_an_error_with_help() {
    let bench = Workbench::new();
    // A port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    assert_answer!(bench.run(&format!("plan --endpoint-url http://{free}")));
}

#[test]
fn missing_credentials_are_an_error_with_help() {
    let bench = Workbench::new();
    let output = bench
        .command("plan")
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .output()
        .unwrap();
    assert_answer!(answer(output));
}

#[test]
fn cluster_without_a_region_is_shown_where_it_stands() {
    let bench = Workbench::new();
    bench.write(
        "podpass.yaml",
        &MANIFEST.replace("    region: us-west-2\n", ""),
    );
    let output = bench
        .command("plan")
        .env_remove("AWS_REGION")
        .env_remove("AWS_DEFAULT_REGION")
        .output()
        .unwrap();
    assert_answer!(answer(output));
}

#[test]
fn metadata_service_is_not_asked_for_a_region() {
    let bench = Workbench::new();
    let metadata = TcpListener::bind("127.0.0.1:0").unwrap();
    metadata.set_nonblocking(true).unwrap();
    let address = metadata.local_addr().unwrap();
    let output = bench
        .command("plan")
        .env_remove("AWS_REGION")
        .env_remove("AWS_DEFAULT_REGION")
        .env_remove("AWS_EC2_METADATA_DISABLED")
        .env(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            format!("http://{address}"),
        )
        .output()
        .unwrap();
    assert_eq!(answer(output).status, 2, "the manifest tells the region");
    let nobody_came = metadata.accept().unwrap_err().kind();
    assert_eq!(nobody_came, ErrorKind::WouldBlock);
}

#[test]
fn missing_kubeconfig_is_an_error_with_help() {
    let bench = Workbench::new();
    std::fs::remove_file(bench.path("kubeconfig")).unwrap();
    assert_answer!(bench.run("plan"));
}

#[test]
fn unknown_context_is_an_error_that_lists_those_there_are() {
    let bench = Workbench::new();
    assert_answer!(bench.run("plan --context nowhere"));
}

#[test]
fn failing_step_tells_what_was_done_and_what_is_left() {
    let bench = Workbench::on(MockServer::builder().quota(Quota::PoliciesPerRole, 0));
    let applied = bench.run("apply --yes --output json");
    assert_eq!(applied.status, 1);
    let view: serde_json::Value = serde_json::from_str(&applied.stdout).unwrap();
    assert_eq!(view["totals"]["create"], 3);
    assert_eq!(view["failed"][0]["step"]["action"], "attachPolicy");
    assert_eq!(view["left"][0]["action"], "createAssociation");

    assert_answer!(bench.run("apply --yes"));
}

#[test]
fn reader_that_goes_away_is_no_error_to_tell() {
    let bench = Workbench::new();
    let mut command = bench.command("plan");
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

/// `my-role`, made by someone who does not know podpass.
fn create_foreign_role(bench: &Workbench) {
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    bench.runtime().block_on(async {
        let world = podpass_aws::World::builder()
            .endpoint_url(bench.server().uri())
            .credentials("test", "test", None)
            .region("us-west-2".parse().unwrap())
            .build()
            .await
            .unwrap();
        let iam = world.iam(&"111122223333".parse().unwrap()).await.unwrap();
        let role = NewRole {
            name: "my-role".parse().unwrap(),
            path: podpass::IamPath::default(),
            description: Some("my-role-description".to_owned()),
            max_session_duration: podpass::DEFAULT_MAX_SESSION_DURATION,
            permissions_boundary: None,
            trust_policy: document.to_owned(),
            tags: podpass::Tags::new(),
        };
        iam.create_role(&role).await.unwrap();
    });
}

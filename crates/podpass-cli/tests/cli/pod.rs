//! `podpass pod` against the mock.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use podpass::Namespace;
use podpass::port::{Kubernetes as _, Pods as _};

use crate::assert_answer;
use crate::workbench::{Answer, Workbench, answer as ended};

const SUBJECT: &str = "--cluster my-cluster --service-account my-service-account";

/// With the page's association.
fn applied() -> Workbench {
    let bench = Workbench::new();
    let answer = bench.run("apply --yes");
    assert_eq!(answer.status, 0, "{answer}");
    bench
}

/// `podpass pod run` with a script in the place of a program.
fn command(bench: &Workbench, script: &str) -> Command {
    let mut command = bench.command(&format!("pod run {SUBJECT} --pod-name web -- sh -c"));
    command
        .arg(script)
        .env("PATH", std::env::var_os("PATH").unwrap());
    command
}

fn run(bench: &Workbench, script: &str) -> Answer {
    ended(command(bench, script).output().unwrap())
}

/// Whether the mock has a pod of that name.
fn has_pod(bench: &Workbench, name: &str) -> bool {
    let namespace: Namespace = "default".parse().unwrap();
    let kubernetes = bench.kubernetes();
    let asking = kubernetes.pod(&namespace, name);
    bench.runtime().block_on(asking).unwrap().is_some()
}

#[test]
fn program_acts_as_the_role_of_its_service_account() {
    let bench = applied();
    let can_i = format!(
        "{} can-i {SUBJECT} s3:GetObject arn:aws:s3:::my-pod-secrets-bucket",
        env!("CARGO_BIN_EXE_podpass")
    );
    let answer = run(&bench, &can_i);
    assert_eq!(answer.status, 0, "{answer}");
    assert_eq!(answer.stderr, "");
    let requests = bench.server().requests();
    let last = requests
        .iter()
        .rfind(|entry| entry.operation.as_deref() == Some("GetCallerIdentity"));
    let caller = &last.unwrap().caller;
    let session = "arn:aws:sts::111122223333:assumed-role/my-role/eks-my-cluster-web-";
    assert!(caller.starts_with(session), "{caller}");
}

#[test]
fn environment_is_the_pods_and_not_the_users() {
    let bench = applied();
    let script = "env; stat -c 'mode %a' $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE; \
                  stat -c 'folder %a' $(dirname $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)";
    let answer = command(&bench, script)
        .envs([("AWS_WEB_IDENTITY_TOKEN_FILE", "/none"), ("MINE", "kept")])
        .output();
    let answer = ended(answer.unwrap());
    let lines: Vec<&str> = answer.stdout.lines().collect();
    let uri = bench.server().uri();
    for line in [
        format!("AWS_CONTAINER_CREDENTIALS_FULL_URI={uri}/v1/credentials"),
        format!("AWS_ENDPOINT_URL={uri}"),
        "AWS_REGION=us-west-2".to_owned(),
        "MINE=kept".to_owned(),
        "mode 600".to_owned(),
        "folder 700".to_owned(),
    ] {
        assert!(lines.contains(&line.as_str()), "{line} in {answer}");
    }
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
    ] {
        let is_set = lines
            .iter()
            .any(|line| line.starts_with(&format!("{name}=")));
        assert!(!is_set, "{name} in {answer}");
    }
}

#[test]
fn pod_and_token_go_when_the_program_ends_and_its_status_is_the_answer() {
    let bench = applied();
    let answer = run(
        &bench,
        "echo $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE; exit 7",
    );
    assert_eq!(answer.status, 7, "{answer}");
    let file = answer.stdout.trim();
    assert!(file.ends_with("/eks-pod-identity-token"), "{file}");
    assert!(!std::path::Path::new(file).parent().unwrap().exists());
    assert!(!has_pod(&bench, "web"));
}

#[test]
fn program_that_a_signal_ends_or_that_does_not_start_answers_as_in_a_shell() {
    let bench = applied();
    assert_eq!(run(&bench, "kill -KILL $$").status, 137);
    let missing = bench.run(&format!("pod run {SUBJECT} -- no-such-program"));
    assert_eq!(missing.status, 127, "{missing}");
    assert!(
        missing
            .stderr
            .starts_with("error: cannot run `no-such-program`: ")
    );
    let unable = bench.run(&format!("pod run {SUBJECT} -- /"));
    assert_eq!(unable.status, 126, "{unable}");
}

#[test]
fn signals_go_on_to_the_program_and_the_pod_goes_all_the_same() {
    let bench = applied();
    let script =
        "trap 'exit 9' TERM; trap 'echo hung up' HUP; echo ready; while :; do sleep 0.05; done";
    let mut process = command(&bench, script)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(process.stdout.take().unwrap()).lines();
    assert_eq!(told.next().unwrap().unwrap(), "ready");
    assert!(has_pod(&bench, "web"));
    let pid = process.id().to_string();
    let send = |signal: &str| {
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    };
    send("-HUP");
    assert_eq!(told.next().unwrap().unwrap(), "hung up");
    send("-TERM");
    assert_eq!(process.wait().unwrap().code(), Some(9));
    assert!(!has_pod(&bench, "web"));
}

#[test]
fn program_without_an_association_has_no_credentials_and_a_warning_says_so() {
    let bench = Workbench::new();
    let kubernetes = bench.kubernetes();
    let (namespace, name) = (
        "default".parse().unwrap(),
        "my-service-account".parse().unwrap(),
    );
    let labels = Default::default();
    let creating = kubernetes.apply_service_account(&namespace, &name, &labels, "test");
    bench.runtime().block_on(creating).unwrap();
    let variables = "AWS_(CONTAINER|ACCESS|SECRET)";
    assert_answer!(run(
        &bench,
        &format!("env | grep -E '{variables}'; echo ended; exit 3")
    ));
}

#[test]
fn pod_of_a_service_account_that_is_missing_is_an_error() {
    assert_answer!(Workbench::new().run(&format!("pod run {SUBJECT} --pod-name web -- true")));
}

/// Runs a command with an API server that takes connections and never answers, and interrupts it twice. Tells how long it
/// went on then.
fn interrupted(bench: &Workbench, words: &str) -> (Answer, Duration) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", silent.local_addr().unwrap());
    let kubeconfig = bench.server().kubeconfig();
    bench.write(
        "kubeconfig",
        &kubeconfig.replace(bench.server().uri(), &server),
    );
    let mut process = bench.command(words);
    let process = process.stdout(Stdio::piped()).stderr(Stdio::piped());
    let process = process.spawn().unwrap();
    let _connection = silent.accept().unwrap();
    let begun = Instant::now();
    for _ in 0..2 {
        let pid = process.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(sent.success());
        // Signals of a kind that come at once are one.
        std::thread::sleep(Duration::from_millis(100));
    }
    let answer = ended(process.wait_with_output().unwrap());
    (answer, begun.elapsed())
}

#[test]
fn second_interrupt_ends_the_waiting_for_an_api_server_that_does_not_answer() {
    let bench = applied();
    for command in [
        format!("pod run {SUBJECT} -- true"),
        format!("pod env {SUBJECT}"),
        format!("explain {SUBJECT}"),
    ] {
        let (answer, time) = interrupted(&bench, &command);
        assert_eq!(answer.status, 130, "{answer}");
        assert!(answer.stderr.contains("does not answer"), "{answer}");
        assert!(time < Duration::from_secs(5), "{command}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn environment_that_nobody_could_read_leaves_neither_pod_nor_token() {
    let bench = applied();
    std::fs::create_dir(bench.path("temporary")).unwrap();
    let mut command = bench.command(&format!("pod env {SUBJECT} --pod-name web"));
    let full = std::fs::File::options().write(true).open("/dev/full");
    let command = command.stdout(full.unwrap());
    let answer = command.env("TMPDIR", bench.path("temporary")).output();
    let answer = ended(answer.unwrap());
    assert_eq!(answer.status, 1, "{answer}");
    assert!(!has_pod(&bench, "web"));
    let left = std::fs::read_dir(bench.path("temporary")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn shell_takes_the_environment_and_the_pod_stays_until_it_is_cleaned_up() {
    let bench = applied();
    let podpass = env!("CARGO_BIN_EXE_podpass");
    let script = format!(
        "eval \"$({podpass} pod env {SUBJECT} --pod-name shell)\"; \
         {podpass} can-i {SUBJECT} s3:GetObject arn:aws:s3:::my-pod-secrets-bucket >/dev/null || exit 1; \
         test -z \"$AWS_ACCESS_KEY_ID\" || exit 2; \
         echo $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
    );
    let answer = Command::new("sh")
        .args(["-c", &script])
        .envs(bench.server().env())
        .env("KUBECONFIG", bench.path("kubeconfig"))
        .output();
    let answer = ended(answer.unwrap());
    assert_eq!(answer.status, 0, "{answer}");
    let file = std::path::Path::new(answer.stdout.trim());
    assert!(file.exists());
    assert!(has_pod(&bench, "shell"));
    let folder = file.parent().unwrap();
    let clean_up = format!(
        "# to clean up, from another shell: kubectl --namespace default delete pod shell; rm -r '{}'\n",
        folder.display()
    );
    assert_eq!(answer.stderr, clean_up);
    std::fs::remove_dir_all(folder).unwrap();
}

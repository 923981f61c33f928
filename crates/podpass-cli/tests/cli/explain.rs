//! `podpass explain` against the mock.

use podpass::port::{Eks as _, Iam as _, Kubernetes as _, PodName, Pods as _, World as _};
use serde_json::Value;

use crate::assert_answer;
use crate::workbench::{Answer, MANIFEST, Workbench};

const QUESTION: &str = "--action s3:GetObject --resource arn:aws:s3:::my-pod-secrets-bucket";
const DENIED: &str =
    "Unauthorized Exception! EKS does not have permissions to assume the associated role.";

/// With the page's association.
fn applied(manifest: &str) -> Workbench {
    let bench = Workbench::new();
    bench.write("podpass.yaml", manifest);
    let answer = bench.run("apply --yes");
    assert_eq!(answer.status, 0, "{answer}");
    bench
}

fn explain(bench: &Workbench, more: &str) -> Answer {
    bench.run(&format!(
        "explain --cluster my-cluster --service-account my-service-account {more}"
    ))
}

/// The answer for programs.
struct Told(Value);

fn told(bench: &Workbench, more: &str) -> Told {
    let answer = explain(bench, &format!("{more} --json"));
    let value: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(answer.status == 0, value["ok"] == true, "{answer}");
    Told(value)
}

impl Told {
    fn broken(&self) -> &str {
        self.0["broken"].as_str().unwrap_or("none")
    }

    fn of(&self, link: &str) -> &Value {
        let links = self.0["links"].as_array().unwrap();
        links.iter().find(|one| one["link"] == link).unwrap()
    }

    fn message(&self, link: &str) -> &str {
        self.of(link)["message"].as_str().unwrap()
    }
}

#[test]
fn every_link_holds_where_pods_get_credentials() {
    let bench = applied(MANIFEST);
    assert_answer!(explain(&bench, QUESTION));
    let requests = bench.server().requests();
    let operations = requests.iter().map(|entry| entry.operation.as_deref());
    let count = |name| operations.clone().filter(|one| *one == Some(name)).count();
    assert_eq!((count("create pods"), count("delete pods")), (1, 1));
}

#[test]
fn missing_association_is_where_to_begin() {
    let bench = Workbench::new();
    let kubernetes = bench.kubernetes();
    let (namespace, name) = (
        "default".parse().unwrap(),
        "my-service-account".parse().unwrap(),
    );
    let labels = Default::default();
    let creating = kubernetes.apply_service_account(&namespace, &name, &labels, "test");
    bench.runtime().block_on(creating).unwrap();
    assert_answer!(explain(&bench, ""));
}

#[test]
fn trust_policy_for_another_namespace_is_told_beside_what_programs_see() {
    let bench = applied(MANIFEST);
    let trust = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},
         "Action":["sts:AssumeRole","sts:TagSession"],
         "Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"prod"}}}]}"#;
    let role = "my-role".parse().unwrap();
    bench.runtime().block_on(async {
        let iam = bench.world().await.iam(&bench.account()).await.unwrap();
        iam.update_trust_policy(&role, trust).await.unwrap();
    });
    assert_answer!(explain(&bench, QUESTION));
    let told = told(&bench, QUESTION);
    assert_eq!(told.broken(), "trustPolicy");
    let session = format!("AccessDeniedException: {DENIED}");
    assert_eq!(told.message("session"), session);
    assert_eq!(told.of("policies")["state"], "notReached");
}

#[test]
fn pod_from_before_the_association_has_to_be_created_anew() {
    let bench = Workbench::new();
    let kubernetes = bench.kubernetes();
    let (namespace, name) = (
        "default".parse().unwrap(),
        "my-service-account".parse().unwrap(),
    );
    let create_pod = |pod: &str| {
        let pod = PodName::Exactly(pod.to_owned());
        let creating = kubernetes.create_pod(&namespace, &name, &pod);
        bench.runtime().block_on(creating).unwrap()
    };
    let labels = Default::default();
    let creating = kubernetes.apply_service_account(&namespace, &name, &labels, "test");
    bench.runtime().block_on(creating).unwrap();
    create_pod("old");
    assert_eq!(bench.run("apply --yes").status, 0);
    create_pod("new");

    let old = told(&bench, "--pod old");
    assert_eq!(old.broken(), "agent");
    assert!(
        old.message("agent")
            .contains("created before the association")
    );
    assert_eq!(told(&bench, "--pod new").broken(), "none");
    assert_eq!(told(&bench, "--pod none").broken(), "token");
}

#[test]
fn token_of_a_pod_that_is_gone_is_no_good() {
    let bench = applied(MANIFEST);
    let kubernetes = bench.kubernetes();
    let (namespace, name) = (
        "default".parse().unwrap(),
        "my-service-account".parse().unwrap(),
    );
    let token = bench.runtime().block_on(async {
        let pod = PodName::Exactly("web".to_owned());
        let pod = kubernetes
            .create_pod(&namespace, &name, &pod)
            .await
            .unwrap();
        let mount = &pod.containers[0].tokens[0];
        let token = kubernetes.token(&namespace, &pod, mount).await.unwrap();
        kubernetes.delete_pod(&namespace, &pod).await.unwrap();
        token.text
    });
    bench.write("token", &token);
    let gone = told(&bench, "--token-file token");
    assert_eq!(gone.broken(), "token");
    let message = "InvalidTokenException: The token included in the request is invalid";
    assert_eq!(gone.message("token"), message);

    for (text, why) in [
        (format!("Bearer {token}"), "blanks or line breaks"),
        (format!("{token}\n"), "blanks or line breaks"),
        ("none".to_owned(), "no service account token"),
    ] {
        bench.write("token", &text);
        let wrong = told(&bench, "--token-file token");
        assert_eq!(wrong.broken(), "token");
        assert!(wrong.message("token").contains(why), "{}", wrong.0);
    }
    let missing = explain(&bench, "--token-file nowhere");
    assert!(
        missing
            .stderr
            .starts_with("error: cannot read a token from `nowhere`")
    );
}

#[test]
fn agent_that_is_not_there_is_told() {
    let bench = applied(MANIFEST);
    let missing = told(&bench, "--agent http://127.0.0.1:1");
    assert_eq!(missing.broken(), "agent");
    let message = "no agent answers at http://127.0.0.1:1/v1/credentials: ";
    assert!(missing.message("agent").starts_with(message));
    assert_eq!(missing.of("session")["state"], "notReached");
    let wrong = explain(&bench, "--agent 127.0.0.1:1");
    assert!(
        wrong.stderr.contains("an agent's URL looks like"),
        "{wrong}"
    );
}

#[test]
fn answer_that_is_no_agents_is_told_apart_from_none() {
    let bench = applied(MANIFEST);
    let elsewhere = format!("--agent {}/_podpass/requests", bench.server().uri());
    let wrong = told(&bench, &elsewhere);
    assert_eq!(wrong.broken(), "agent");
    let message = wrong.message("agent");
    assert!(message.starts_with("what answers at http://"), "{message}");
    assert!(
        message.contains("is no agent: the answer cannot be read: "),
        "{message}"
    );
}

#[test]
fn action_that_no_policy_allows_breaks_the_policies_only() {
    let bench = applied(MANIFEST);
    let question = "--action s3:PutObject --resource arn:aws:s3:::my-pod-secrets-bucket";
    let told = told(&bench, question);
    assert_eq!(told.broken(), "policies");
    assert_eq!(told.of("session")["state"], "holds");
    assert_eq!(explain(&bench, "--action s3:PutObject").status, 1);
}

#[test]
fn cluster_that_cannot_be_reached_hides_its_links_and_no_others() {
    let bench = applied(MANIFEST);
    let hidden = told(&bench, "--kubeconfig nowhere");
    assert_eq!(hidden.broken(), "none");
    for link in ["serviceAccount", "agent"] {
        assert_eq!(hidden.of(link)["state"], "unseen");
    }
    for link in ["association", "trustPolicy"] {
        assert_eq!(hidden.of(link)["state"], "holds");
    }
    bench.runtime().block_on(async {
        let region = "us-west-2".parse().unwrap();
        let cluster = "my-cluster".parse().unwrap();
        let eks = bench
            .world()
            .await
            .eks(&bench.account(), &region)
            .await
            .unwrap();
        let all = Default::default();
        let page = eks.list_associations(&cluster, &all, None).await.unwrap();
        let id = &page.items[0].id;
        eks.delete_association(&cluster, id).await.unwrap();
    });
    assert_eq!(told(&bench, "--kubeconfig nowhere").broken(), "association");
}

#[test]
fn cluster_that_is_missing_is_told_once() {
    assert_answer!(Workbench::new().run("explain --cluster none --service-account web"));
}

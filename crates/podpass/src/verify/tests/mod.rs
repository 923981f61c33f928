//! Verifying the user guide's workflow, whole and broken in every way that it can be.

mod target_role;

use super::{Report, Severity, verify};
use crate::port::NamespaceState;
use crate::testing::{Memory, PAGE_MANIFEST, apply_manifest, desired, observe_at, subject};
use crate::{Desired, Document, Observed};

/// The page's workflow as applied, changed afterwards behind podpass's back.
async fn report_after(change: impl FnOnce(&mut Observed)) -> Report {
    let (wanted, mut observed) = applied(PAGE_MANIFEST).await;
    change(&mut observed);
    verify(&wanted, &observed)
}

async fn applied(manifest: &str) -> (Desired, Observed) {
    let world = Memory::with_cluster("my-cluster");
    let wanted = desired(manifest);
    apply_manifest(&world, &wanted).await;
    let observed = observe_at(&world, &wanted).await;
    (wanted, observed)
}

/// The codes, without that of the page's own mistake.
fn codes(report: &Report) -> Vec<&'static str> {
    report
        .findings
        .iter()
        .map(|finding| finding.code)
        .filter(|code| *code != "resource-never-matches")
        .collect()
}

fn trust(statement: &str) -> Document {
    Document::new(format!(
        r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#
    ))
}

async fn report_with_trust(statement: &str) -> Report {
    report_after(|observed| {
        for role in observed.roles.values_mut() {
            role.state.spec.trust_policy = trust(statement);
        }
    })
    .await
}

#[tokio::test]
async fn page_as_written_has_exactly_one_warning() {
    let report = report_after(|_| {}).await;
    let [finding] = report.findings.as_slice() else {
        panic!("{report}");
    };
    assert_eq!(finding.code, "resource-never-matches");
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(
        finding.subject,
        "arn:aws:iam::111122223333:policy/my-policy"
    );
    assert!(
        finding
            .remedy
            .contains("arn:aws:s3:::my-pod-secrets-bucket/*"),
        "{finding}"
    );
    assert!(report.is_ok());
}

#[tokio::test]
async fn trust_policy_that_the_page_expects_has_a_bad_sid() {
    let report = report_with_trust(
        r#"{"Sid":"Allow EKS Auth service to assume this role for Pod Identities","Effect":"Allow",
            "Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}"#,
    )
    .await;
    assert_eq!(codes(&report), ["trust-sid-invalid"]);
}

#[tokio::test]
async fn trust_policy_without_tag_session_is_denied() {
    let report = report_with_trust(
        r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
    )
    .await;
    assert_eq!(codes(&report), ["trust-denied", "role-differs"]);
    assert!(
        report.to_string().contains("allows `sts:TagSession`"),
        "{report}"
    );
}

#[tokio::test]
async fn trust_policy_for_another_namespace_is_denied() {
    let report = report_with_trust(
        r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},
            "Action":["sts:AssumeRole","sts:TagSession"],
            "Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"prod"}}}"#,
    )
    .await;
    assert_eq!(codes(&report), ["trust-denied", "role-differs"]);
}

#[tokio::test]
async fn explicit_deny_names_its_statement() {
    let report = report_with_trust(
        r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]},
           {"Effect":"Deny","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:*"}"#,
    )
    .await;
    assert!(
        report
            .to_string()
            .contains("statement 2 of its trust policy denies"),
        "{report}"
    );
}

#[tokio::test]
async fn unreadable_trust_policy_is_denied() {
    let report = report_after(|observed| {
        for role in observed.roles.values_mut() {
            role.state.spec.trust_policy = Document::new("{");
        }
    })
    .await;
    assert_eq!(codes(&report), ["trust-denied", "role-differs"]);
}

#[tokio::test]
async fn conditions_on_session_tags_need_session_tags() {
    let report = report_after(|observed| {
        for role in observed.roles.values_mut() {
            role.state.spec.trust_policy = trust(
                r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},
                    "Action":["sts:AssumeRole","sts:TagSession"],
                    "Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"default"}}}"#,
            );
        }
        for association in observed.associations.values_mut() {
            association.spec.disable_session_tags = true;
        }
    })
    .await;
    assert_eq!(
        codes(&report),
        ["session-tags-needed", "role-differs", "association-differs"]
    );
}

#[tokio::test]
async fn missing_association_is_found() {
    let report = report_after(|observed| observed.associations.clear()).await;
    assert_eq!(codes(&report), ["association-missing"]);
    assert!(!report.is_ok());
}

#[tokio::test]
async fn association_with_another_role_is_found() {
    let report = report_after(|observed| {
        for association in observed.associations.values_mut() {
            association.spec.role_arn = "arn:aws:iam::111122223333:role/other".parse().unwrap();
        }
    })
    .await;
    assert_eq!(codes(&report), ["association-differs"]);
}

#[tokio::test]
async fn missing_service_account_is_found_and_a_missing_namespace_only_once() {
    let report = report_after(|observed| {
        observed.service_accounts.insert(subject(), None);
    })
    .await;
    assert_eq!(codes(&report), ["service-account-missing"]);
    let report = report_after(|observed| {
        observed.service_accounts.insert(subject(), None);
        for state in observed.namespaces.values_mut() {
            *state = NamespaceState::Missing;
        }
    })
    .await;
    assert_eq!(codes(&report), ["namespace-missing"]);
}

#[tokio::test]
async fn missing_role_is_found_once() {
    let report = report_after(|observed| observed.roles.clear()).await;
    assert_eq!(codes(&report), ["role-missing"]);
}

#[tokio::test]
async fn missing_cluster_hides_what_depends_on_it() {
    let report = report_after(|observed| {
        observed.clusters.clear();
        observed.associations.clear();
    })
    .await;
    assert_eq!(codes(&report), ["cluster-missing"]);
}

#[tokio::test]
async fn detached_policy_leaves_a_role_without_permissions() {
    let report = report_after(|observed| {
        for role in observed.roles.values_mut() {
            role.state.attached.clear();
        }
    })
    .await;
    assert_eq!(
        codes(&report),
        ["policy-not-attached", "role-without-permissions"]
    );
}

#[tokio::test]
async fn permissions_beyond_the_manifest_are_told() {
    let report = report_after(|observed| {
        for role in observed.roles.values_mut() {
            let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
            role.state.attached.insert(administrator.parse().unwrap());
            let document = Document::new(
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}}"#,
            );
            role.state.inline.insert("extra".parse().unwrap(), document);
        }
    })
    .await;
    assert_eq!(codes(&report), ["policy-not-wanted", "policy-not-wanted"]);
    let explanations: Vec<_> = report.findings.iter().map(|f| &*f.explanation).collect();
    assert!(explanations[0].contains("`arn:aws:iam::aws:policy/AdministratorAccess` is attached"));
    assert!(explanations[1].contains("inline policy `extra`"));
}

#[tokio::test]
async fn changed_default_version_is_found_by_meaning_only() {
    let change = |document: &'static str| {
        move |observed: &mut Observed| {
            for policy in observed.policies.values_mut() {
                policy.spec.document = Document::new(document);
            }
        }
    };
    let respelt = change(
        r#"{"Statement":{"Action":["s3:GetObject"],"Effect":"Allow","Resource":["arn:aws:s3:::my-pod-secrets-bucket"]},"Version":"2012-10-17"}"#,
    );
    assert!(codes(&report_after(respelt).await).is_empty());
    let widened = change(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#,
    );
    assert_eq!(codes(&report_after(widened).await), ["policy-differs"]);
}

#[tokio::test]
async fn missing_inline_policy_is_found() {
    let manifest = PAGE_MANIFEST.replace("policies:", "inlinePolicies:");
    let (wanted, mut observed) = applied(&manifest).await;
    assert_eq!(codes(&verify(&wanted, &observed)), Vec::<&str>::new());
    for role in observed.roles.values_mut() {
        role.state.inline.clear();
    }
    let report = verify(&wanted, &observed);
    assert_eq!(
        codes(&report),
        ["policy-missing", "role-without-permissions"]
    );
}

#[tokio::test]
async fn narrowed_trust_policies_let_their_own_associations_in() {
    for narrowing in ["cluster", "namespace", "serviceAccount"] {
        let manifest = PAGE_MANIFEST.replace(
            "name: my-role\n",
            &format!("name: my-role\n          trust: {narrowing}\n"),
        );
        let (wanted, observed) = applied(&manifest).await;
        assert_eq!(
            codes(&verify(&wanted, &observed)),
            Vec::<&str>::new(),
            "{narrowing}"
        );
    }
}

#[tokio::test]
async fn cluster_narrowing_without_session_tags_works_by_source() {
    let manifest = PAGE_MANIFEST
        .replace(
            "name: my-role\n",
            "name: my-role\n          trust: cluster\n",
        )
        .replace(
            "createServiceAccount: true",
            "createServiceAccount: true\n        disableSessionTags: true",
        );
    let (wanted, observed) = applied(&manifest).await;
    let role = wanted.roles.values().next().unwrap();
    assert!(role.spec.trust_policy.as_str().contains("aws:SourceArn"));
    assert_eq!(codes(&verify(&wanted, &observed)), Vec::<&str>::new());
}

//! The trust policy that lets EKS Pod Identity assume a role, written and judged.

use std::collections::BTreeSet;

use podpass_policy::{
    CompiledPolicy, Decision, DocumentKind, Layers, PolicyDocument, Principal, Request,
};
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::manifest::Narrowing;
use crate::session_tag::{
    EKS_CLUSTER_ARN, KUBERNETES_NAMESPACE, KUBERNETES_SERVICE_ACCOUNT, UNKNOWN_POD, session_tags,
};
use crate::spec::AssociationSpec;
use crate::subject::Subject;

/// The service principal of EKS Pod Identity, the same in every partition.
pub const PODS_SERVICE: &str = "pods.eks.amazonaws.com";

/// The two actions that EKS performs on the role.
pub const TRUST_ACTIONS: [&str; 2] = ["sts:AssumeRole", "sts:TagSession"];

/// The Sid of AWS's own trust policy for Pod Identity.
const SID: &str = "AllowEksAuthToAssumeRoleForPodIdentity";

/// A user of a role: whom the association is for and whether EKS sends session tags for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleUser<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) cluster_arn: String,
    pub(crate) disable_session_tags: bool,
}

/// The trust policy for a role with these users, narrowed as told: with [`Narrowing::None`] it is the
/// user guide's own, letter by letter.
pub(crate) fn trust_policy(narrowing: Narrowing, users: &[RoleUser<'_>]) -> Document {
    let conditions = conditions(narrowing, users);
    let only = conditions.len() == 1;
    let statements: Vec<Value> = conditions
        .into_iter()
        .enumerate()
        .map(|(index, condition)| {
            let sid = if only {
                SID.to_owned()
            } else {
                format!("{SID}{}", index + 1)
            };
            statement(&sid, condition)
        })
        .collect();
    Document::from_value(&json!({ "Version": "2012-10-17", "Statement": statements }))
}

fn statement(sid: &str, condition: Option<Value>) -> Value {
    let mut statement = json!({
        "Sid": sid,
        "Effect": "Allow",
        "Principal": { "Service": PODS_SERVICE },
        "Action": TRUST_ACTIONS,
    });
    if let (Some(condition), Some(fields)) = (condition, statement.as_object_mut()) {
        fields.insert("Condition".to_owned(), condition);
    }
    statement
}

/// One condition per statement. Clusters are one list; pairs and triples need a statement each, because
/// lists of one condition would multiply out to combinations that nobody asked for.
fn conditions(narrowing: Narrowing, users: &[RoleUser<'_>]) -> Vec<Option<Value>> {
    let tag = |key: &str| format!("aws:RequestTag/{key}");
    let equals = |pairs: BTreeSet<Vec<(&'static str, String)>>| {
        pairs
            .into_iter()
            .map(|pairs| {
                let keys: Map<String, Value> = pairs
                    .into_iter()
                    .map(|(key, value)| (tag(key), Value::String(value)))
                    .collect();
                Some(json!({ "StringEquals": keys }))
            })
            .collect()
    };
    match narrowing {
        Narrowing::None => vec![None],
        Narrowing::Cluster => vec![Some(clusters(users))],
        Narrowing::Namespace => equals(
            users
                .iter()
                .map(|user| {
                    vec![
                        (EKS_CLUSTER_ARN, user.cluster_arn.clone()),
                        (KUBERNETES_NAMESPACE, user.subject.namespace.to_string()),
                    ]
                })
                .collect(),
        ),
        Narrowing::ServiceAccount => equals(
            users
                .iter()
                .map(|user| {
                    let subject = user.subject;
                    vec![
                        (EKS_CLUSTER_ARN, user.cluster_arn.clone()),
                        (KUBERNETES_NAMESPACE, subject.namespace.to_string()),
                        (
                            KUBERNETES_SERVICE_ACCOUNT,
                            subject.service_account.to_string(),
                        ),
                    ]
                })
                .collect(),
        ),
    }
}

/// Clusters by session tag, or by source where some association sends no tags.
fn clusters(users: &[RoleUser<'_>]) -> Value {
    let arns = one_or_list(users.iter().map(|user| user.cluster_arn.clone()));
    if users.iter().any(|user| user.disable_session_tags) {
        let accounts = one_or_list(
            users
                .iter()
                .map(|user| user.subject.cluster.account.to_string()),
        );
        json!({
            "ArnEquals": { "aws:SourceArn": arns },
            "StringEquals": { "aws:SourceAccount": accounts },
        })
    } else {
        json!({ "StringEquals": { format!("aws:RequestTag/{EKS_CLUSTER_ARN}"): arns } })
    }
}

fn one_or_list(values: impl Iterator<Item = String>) -> Value {
    let values: BTreeSet<_> = values.collect();
    let mut values: Vec<_> = values.into_iter().map(Value::String).collect();
    match values.pop() {
        Some(only) if values.is_empty() => only,
        Some(last) => {
            values.push(last);
            Value::Array(values)
        }
        None => Value::Array(values),
    }
}

/// Whether EKS sends the six session tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionTags {
    /// All six.
    Sent,
    /// None, as with `disableSessionTags`.
    Disabled,
}

impl SessionTags {
    /// What the association tells EKS to do.
    pub fn of(association: &AssociationSpec) -> Self {
        if association.disable_session_tags {
            Self::Disabled
        } else {
            Self::Sent
        }
    }
}

/// Decides whether a trust policy lets EKS assume the role for a pod of `subject`: `None` when it does,
/// else the decision on the first of the two actions that fails. A document that cannot be read denies.
///
/// The role is `role_arn`; EKS calls as [`PODS_SERVICE`], on behalf of the cluster (`aws:SourceArn`,
/// `aws:SourceAccount`), and sends the session tags of the pod. Without session tags it still needs
/// `sts:TagSession`, which EKS demands of every trust policy.
pub fn denial(
    trust_policy: &Document,
    role_arn: &str,
    subject: &Subject,
    cluster_arn: &str,
    session_tags: SessionTags,
) -> Option<TrustDenial> {
    let document = match PolicyDocument::parse(trust_policy.as_str()) {
        Ok(document) => document,
        Err(error) => return Some(TrustDenial::Unreadable(error.to_string())),
    };
    let compiled = CompiledPolicy::compile(&document, DocumentKind::Trust).named("trust policy");
    let layers = Layers::new().trust(&compiled);
    TRUST_ACTIONS.into_iter().find_map(|action| {
        let request = request(action, role_arn, subject, cluster_arn, session_tags);
        let decision = layers.authorize(&request);
        (!decision.is_allowed()).then(|| TrustDenial::Denied {
            action,
            decision: Box::new(decision),
        })
    })
}

/// Why a trust policy does not let EKS in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustDenial {
    /// The document cannot be read.
    Unreadable(String),
    /// An action is denied.
    Denied {
        /// The action.
        action: &'static str,
        /// The decision with its reasons.
        decision: Box<Decision>,
    },
}

fn request(
    action: &str,
    role_arn: &str,
    subject: &Subject,
    cluster_arn: &str,
    tags: SessionTags,
) -> Request {
    let mut request = Request::new(Principal::service(PODS_SERVICE), action, role_arn)
        .with("aws:SourceArn", cluster_arn)
        .with("aws:SourceAccount", subject.cluster.account.as_str());
    if tags == SessionTags::Sent {
        let tags = session_tags(subject, cluster_arn, UNKNOWN_POD);
        let keys = tags.iter().map(|(key, _)| *key);
        request.context.insert_list("aws:TagKeys", keys);
        request
            .context
            .insert_list("sts:TransitiveTagKeys", tags.iter().map(|(key, _)| *key));
        for (key, value) in &tags {
            request
                .context
                .insert(&format!("aws:RequestTag/{key}"), value.as_str());
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn user(subject: &Subject) -> RoleUser<'_> {
        RoleUser {
            subject,
            cluster_arn: "arn:aws:eks:us-west-2:111122223333:cluster/my-cluster".to_owned(),
            disable_session_tags: false,
        }
    }

    fn denied(narrowing: Narrowing, users: &[RoleUser<'_>], subject: &Subject) -> bool {
        let arn = "arn:aws:eks:us-west-2:111122223333:cluster/my-cluster";
        let role = "arn:aws:iam::111122223333:role/my-role";
        let document = trust_policy(narrowing, users);
        denial(&document, role, subject, arn, SessionTags::Sent).is_some()
    }

    #[test]
    fn narrowing_to_service_accounts_lets_in_each_and_no_combination() {
        let one = testing::subject();
        let two = Subject {
            namespace: "team".parse().unwrap(),
            service_account: "other".parse().unwrap(),
            ..one.clone()
        };
        let mixed = Subject {
            service_account: two.service_account.clone(),
            ..one.clone()
        };
        let users = [user(&one), user(&two)];
        assert!(!denied(Narrowing::ServiceAccount, &users, &one));
        assert!(!denied(Narrowing::ServiceAccount, &users, &two));
        assert!(denied(Narrowing::ServiceAccount, &users, &mixed));
        assert!(!denied(Narrowing::Namespace, &users, &mixed));
    }

    #[test]
    fn statements_have_sids_of_their_own() {
        let one = testing::subject();
        let two = Subject {
            service_account: "other".parse().unwrap(),
            ..one.clone()
        };
        let document = trust_policy(Narrowing::ServiceAccount, &[user(&one), user(&two)]);
        for sid in ["PodIdentity1\"", "PodIdentity2\""] {
            assert!(document.as_str().contains(sid), "{document}");
        }
        let kind = podpass_policy::DocumentKind::Trust;
        assert!(podpass_policy::validate(document.as_str(), kind).is_ok());
    }

    #[test]
    fn other_principals_do_not_let_eks_in() {
        let document = Document::new(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#,
        );
        let subject = testing::subject();
        let denial = denial(
            &document,
            "arn:aws:iam::111122223333:role/r",
            &subject,
            "",
            SessionTags::Sent,
        );
        assert!(matches!(
            denial,
            Some(TrustDenial::Denied {
                action: "sts:AssumeRole",
                ..
            })
        ));
    }
}

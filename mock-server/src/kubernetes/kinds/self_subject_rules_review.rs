//! `SelfSubjectRulesReview`: the question behind `kubectl auth can-i --list`.
//!
//! As on EKS, the rules of access policies are not among the answered ones, and the answer says that it is incomplete.

use serde_json::{Value, json};

use super::super::failure::Failure;
use super::super::kind::{Kind, Question};
use super::super::schema::ListType::Atomic;
use super::super::schema::Type::{Boolean, List, Object, Text};
use super::super::schema::{meta, structures};

/// The kind.
pub(crate) static SELF_SUBJECT_RULES_REVIEW: Kind = Kind {
    group: "authorization.k8s.io",
    namespaced: false,
    verbs: &["create"],
    answer: Some(answer),
    ..Kind::plain(
        "SelfSubjectRulesReview",
        "selfsubjectrulesreviews",
        "selfsubjectrulesreview",
        &REVIEW,
    )
};

structures! {
    REVIEW "io.k8s.api.authorization.v1.SelfSubjectRulesReview" "SelfSubjectRulesReview enumerates the set of actions the current user can perform within a namespace." {
        1 "metadata": Object(&meta::OBJECT_META) => "Standard list metadata.";
        2 "spec" required: Object(&SPEC) => "Spec holds information about the request being evaluated.";
        3 "status": Object(&STATUS) => "Status is filled in by the server and indicates the set of actions a user can perform.";
    }

    SPEC "io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec" "SelfSubjectRulesReviewSpec defines the specification for SelfSubjectRulesReview." {
        1 "namespace": Text => "Namespace to evaluate rules for.";
    }

    STATUS "io.k8s.api.authorization.v1.SubjectRulesReviewStatus" "SubjectRulesReviewStatus contains the result of a rules check." {
        1 "resourceRules" required: List(&Object(&RESOURCE_RULE), Atomic) => "ResourceRules is the list of actions the subject is allowed to perform on resources.";
        2 "nonResourceRules" required: List(&Object(&PATH_RULE), Atomic) => "NonResourceRules is the list of actions the subject is allowed to perform on non-resources.";
        3 "incomplete" required: Boolean => "Incomplete is true when the rules returned by this call are incomplete.";
        4 "evaluationError": Text => "EvaluationError can appear in combination with Rules.";
    }

    RESOURCE_RULE "io.k8s.api.authorization.v1.ResourceRule" "ResourceRule is the list of actions the subject is allowed to perform on resources." {
        1 "verbs" required: List(&Text, Atomic) => "Verb is a list of kubernetes resource API verbs, like: get, list, watch, create, update, delete, proxy.";
        2 "apiGroups": List(&Text, Atomic) => "APIGroups is the name of the APIGroup that contains the resources.";
        3 "resources": List(&Text, Atomic) => "Resources is a list of resources this rule applies to.";
        4 "resourceNames": List(&Text, Atomic) => "ResourceNames is an optional white list of names that the rule applies to.";
    }

    PATH_RULE "io.k8s.api.authorization.v1.NonResourceRule" "NonResourceRule holds information that describes a rule for the non-resource." {
        1 "verbs" required: List(&Text, Atomic) => "Verb is a list of kubernetes non-resource API verbs, like: get, post, put, delete, patch, head, options.";
        2 "nonResourceURLs": List(&Text, Atomic) => "NonResourceURLs is a set of partial urls that a user should have access to.";
    }
}

/// What EKS says of the authorizer that knows the access policies.
const INCOMPLETE: &str = "webhook authorizer does not support user rule resolution";

fn answer(question: &Question<'_>) -> Result<Value, Failure> {
    if question.object["spec"]["namespace"]
        .as_str()
        .is_none_or(str::is_empty)
    {
        return Err(Failure::bad_request("no namespace on request"));
    }
    let mut resources = Vec::new();
    let mut paths = Vec::new();
    if question.caller.rights.is_everything() {
        resources.push(json!({ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"] }));
        paths.push(json!({ "verbs": ["*"], "nonResourceURLs": ["*"] }));
    }
    // What everybody who is known may: ask about themselves, and read what the server says about itself.
    resources.extend([
        json!({
            "verbs": ["create"],
            "apiGroups": ["authorization.k8s.io"],
            "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        }),
        json!({
            "verbs": ["create"],
            "apiGroups": ["authentication.k8s.io"],
            "resources": ["selfsubjectreviews"],
        }),
    ]);
    paths.push(json!({
        "verbs": ["get"],
        "nonResourceURLs": [
            "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version",
            "/version/",
        ],
    }));
    let mut review = question.object.clone();
    review["metadata"]["creationTimestamp"] = Value::Null;
    review["spec"] = json!({});
    review["status"] = json!({
        "resourceRules": resources,
        "nonResourceRules": paths,
        "incomplete": true,
        "evaluationError": INCOMPLETE,
    });
    Ok(review)
}

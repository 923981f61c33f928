//! `SelfSubjectAccessReview`: the question behind `kubectl auth can-i`.

use serde_json::{Value, json};

use super::super::failure::{Cause, Failure};
use super::super::kind::{Kind, Question};
use super::super::rights::Attributes;
use super::super::schema::Type::{Boolean, Object, Text};
use super::super::schema::{meta, structures};

/// The kind.
pub(crate) static SELF_SUBJECT_ACCESS_REVIEW: Kind = Kind {
    group: "authorization.k8s.io",
    namespaced: false,
    verbs: &["create"],
    answer: Some(answer),
    ..Kind::plain(
        "SelfSubjectAccessReview",
        "selfsubjectaccessreviews",
        "selfsubjectaccessreview",
        &REVIEW,
    )
};

structures! {
    REVIEW "io.k8s.api.authorization.v1.SelfSubjectAccessReview" "SelfSubjectAccessReview checks whether or the current user can perform an action." {
        1 "metadata": Object(&meta::OBJECT_META) => "Standard list metadata.";
        2 "spec": Object(&SPEC) => "Spec holds information about the request being evaluated.";
        3 "status": Object(&STATUS) => "Status is filled in by the server and indicates whether the request is allowed or not.";
    }

    SPEC "io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec" "SelfSubjectAccessReviewSpec is a description of the access request." {
        1 "resourceAttributes" pointer: Object(&RESOURCE) => "ResourceAuthorizationAttributes describes information for a resource access request.";
        2 "nonResourceAttributes" pointer: Object(&PATH) => "NonResourceAttributes describes information for a non-resource access request.";
    }

    RESOURCE "io.k8s.api.authorization.v1.ResourceAttributes" "ResourceAttributes includes the authorization attributes available for resource requests." {
        1 "namespace": Text => "Namespace is the namespace of the action being requested.";
        2 "verb": Text => "Verb is a kubernetes resource API verb, like: get, list, watch, create, update, delete, proxy.";
        3 "group": Text => "Group is the API Group of the Resource.";
        4 "version": Text => "Version is the API Version of the Resource.";
        5 "resource": Text => "Resource is one of the existing resource types.";
        6 "subresource": Text => "Subresource is one of the existing resource types.";
        7 "name": Text => "Name is the name of the resource being requested for a 'get' or deleted for a 'delete'.";
    }

    PATH "io.k8s.api.authorization.v1.NonResourceAttributes" "NonResourceAttributes includes the authorization attributes available for non-resource requests." {
        1 "path": Text => "Path is the URL path of the request.";
        2 "verb": Text => "Verb is the standard HTTP verb.";
    }

    STATUS "io.k8s.api.authorization.v1.SubjectAccessReviewStatus" "SubjectAccessReviewStatus." {
        1 "allowed" required: Boolean => "Allowed is required.";
        4 "denied": Boolean => "Denied is optional.";
        2 "reason": Text => "Reason is optional.";
        3 "evaluationError": Text => "EvaluationError is an indication that some error occurred during the authorization check.";
    }
}

fn answer(question: &Question<'_>) -> Result<Value, Failure> {
    let spec = &question.object["spec"];
    let (resource, path) = (&spec["resourceAttributes"], &spec["nonResourceAttributes"]);
    if resource.is_object() == path.is_object() {
        let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
        let cause = Cause::invalid("spec.resourceAttributes", resource, why);
        return Err(Failure::Invalid(
            &SELF_SUBJECT_ACCESS_REVIEW,
            String::new(),
            vec![cause],
        ));
    }
    let text = |name: &str| resource[name].as_str().unwrap_or_default();
    let named = match text("subresource") {
        "" => text("resource").to_owned(),
        part => format!("{}/{part}", text("resource")),
    };
    // Everybody who is known may read what the server says about itself.
    let allowed = path.is_object()
        || question.caller.rights.allow(&Attributes {
            verb: text("verb"),
            group: text("group"),
            resource: &named,
            namespace: Some(text("namespace")).filter(|namespace| !namespace.is_empty()),
            name: text("name"),
        });
    let mut review = question.object.clone();
    review["metadata"]["creationTimestamp"] = Value::Null;
    review["status"] = json!({ "allowed": allowed });
    Ok(review)
}

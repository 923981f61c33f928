//! `SelfSubjectReview`: the question behind `kubectl auth whoami`.

use serde_json::json;

use super::super::kind::Kind;
use super::super::schema::ListType::Atomic;
use super::super::schema::Type::{List, Map, Object, Text, WrappedTexts};
use super::super::schema::{Schema, field, meta};

/// The kind.
pub(crate) static SELF_SUBJECT_REVIEW: Kind = Kind {
    group: "authentication.k8s.io",
    namespaced: false,
    verbs: &["create"],
    answer: Some(|question| {
        let caller = question.caller;
        let mut user = json!({ "username": caller.username });
        if !caller.uid.is_empty() {
            user["uid"] = json!(caller.uid);
        }
        user["groups"] = json!(caller.groups);
        if !caller.extra.is_empty() {
            user["extra"] = json!(caller.extra);
        }
        let mut review = question.object.clone();
        review["metadata"]["creationTimestamp"] = json!(format!("{:.0}", question.now));
        review["status"] = json!({ "userInfo": user });
        Ok(review)
    }),
    ..Kind::plain(
        "SelfSubjectReview",
        "selfsubjectreviews",
        "selfsubjectreview",
        &SCHEMA,
    )
};

static SCHEMA: Schema = Schema {
    name: "io.k8s.api.authentication.v1.SelfSubjectReview",
    doc: "SelfSubjectReview contains the user information that the kube-apiserver has about the user making this request.",
    fields: &[
        meta::METADATA,
        field(
            2,
            "status",
            Object(&STATUS),
            "Status is filled in by the server with the user attributes.",
        ),
    ],
};

static STATUS: Schema = Schema {
    name: "io.k8s.api.authentication.v1.SelfSubjectReviewStatus",
    doc: "SelfSubjectReviewStatus is filled by the kube-apiserver and sent back to a user.",
    fields: &[field(
        1,
        "userInfo",
        Object(&USER_INFO),
        "User attributes of the user making this request.",
    )],
};

pub(super) static USER_INFO: Schema = Schema {
    name: "io.k8s.api.authentication.v1.UserInfo",
    doc: "UserInfo holds the information about the user needed to implement the user.Info interface.",
    fields: &[
        field(
            1,
            "username",
            Text,
            "The name that uniquely identifies this user among all active users.",
        ),
        field(
            2,
            "uid",
            Text,
            "A unique value that identifies this user across time.",
        ),
        field(
            3,
            "groups",
            List(&Text, Atomic),
            "The names of groups this user is a part of.",
        ),
        field(
            4,
            "extra",
            Map(&WrappedTexts),
            "Any additional information provided by the authenticator.",
        ),
    ],
};

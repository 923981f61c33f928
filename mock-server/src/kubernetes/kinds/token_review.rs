//! `TokenReview`: whose token is this, and is it good?

use serde_json::{Value, json};

use super::super::failure::Failure;
use super::super::kind::{Kind, Question};
use super::super::schema::ListType::Atomic;
use super::super::schema::Type::{Boolean, List, Object, Text};
use super::super::schema::{meta, structures};
use super::self_subject_review::USER_INFO;
use super::token_request::API_SERVER;
use crate::kubernetes::bound::service_account_user;
use crate::oidc::Claims;

/// The kind.
pub(crate) static TOKEN_REVIEW: Kind = Kind {
    group: "authentication.k8s.io",
    namespaced: false,
    verbs: &["create"],
    answer: Some(answer),
    ..Kind::plain("TokenReview", "tokenreviews", "tokenreview", &REVIEW)
};

structures! {
    REVIEW "io.k8s.api.authentication.v1.TokenReview" "TokenReview attempts to authenticate a token to a known user." {
        1 "metadata": Object(&meta::OBJECT_META) => "Standard object's metadata.";
        2 "spec" required: Object(&SPEC) => "Spec holds information about the request being evaluated";
        3 "status": Object(&STATUS) => "Status is filled in by the server and indicates whether the request can be authenticated.";
    }

    SPEC "io.k8s.api.authentication.v1.TokenReviewSpec" "TokenReviewSpec is a description of the token authentication request." {
        1 "token": Text => "Token is the opaque bearer token.";
        2 "audiences": List(&Text, Atomic) => "Audiences is a list of the identifiers that the resource server presented with the token identifies as.";
    }

    STATUS "io.k8s.api.authentication.v1.TokenReviewStatus" "TokenReviewStatus is the result of the token authentication request." {
        1 "authenticated": Boolean => "Authenticated indicates that the token was associated with a known user.";
        2 "user": Object(&USER_INFO) => "User is the UserInfo associated with the provided token.";
        4 "audiences": List(&Text, Atomic) => "Audiences are audience identifiers chosen by the authenticator that are compatible with both the TokenReview and token.";
        3 "error": Text => "Error indicates that the token couldn't be checked";
    }
}

fn answer(question: &Question<'_>) -> Result<Value, Failure> {
    let mut review = question.object.clone();
    let token = review["spec"]["token"].as_str().unwrap_or_default();
    if token.is_empty() {
        return Err(Failure::bad_request(
            "token is required for TokenReview in authentication",
        ));
    }
    let asked: Vec<&str> = match review["spec"]["audiences"].as_array() {
        Some(asked) if !asked.is_empty() => asked.iter().filter_map(Value::as_str).collect(),
        _ => vec![API_SERVER],
    };
    let status = match verified(question, token, &asked) {
        Ok(claims) => {
            let both = |audience: &&String| asked.contains(&audience.as_str());
            let audiences: Vec<&String> = claims.aud.iter().filter(both).collect();
            json!({ "authenticated": true, "user": user(&claims), "audiences": audiences })
        }
        Err(why) => json!({ "error": format!("[invalid bearer token, {why}]") }),
    };
    review["metadata"]["creationTimestamp"] = json!(format!("{:.0}", question.now));
    review["status"] = status;
    Ok(review)
}

/// What a good token says, of a pod and a service account that are still there.
fn verified(question: &Question<'_>, token: &str, asked: &[&str]) -> Result<Claims, String> {
    let issuer = question.eks.issuer().ok_or("the cluster is gone")?;
    let claims = issuer.verify(token, asked, question.now);
    let claims = claims.map_err(|error| error.to_string())?;
    let kubernetes = claims.kubernetes.as_ref();
    let kubernetes = kubernetes.ok_or("the token is not a service account's")?;
    if !issuer.is_external() {
        let there = question.cluster.check_bound(kubernetes);
        there.map_err(|gone| gone.to_string())?;
    }
    Ok(claims)
}

fn user(claims: &Claims) -> Value {
    let Some(kubernetes) = &claims.kubernetes else {
        return Value::Null;
    };
    let user = service_account_user(kubernetes, claims.jti.as_deref());
    json!({ "username": user.username, "uid": user.uid, "groups": user.groups, "extra": user.extra })
}

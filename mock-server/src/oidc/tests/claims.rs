//! Tokens that are signed well, and whose claims are wrong.

use serde_json::{Value, json};

use super::Forgery;
use super::world::issuer;

/// Claims that nobody believes.
pub(super) fn forgeries() -> Vec<Forgery> {
    vec![
        ("another issuer", |w| {
            w.with(|c| c["iss"] = json!("https://evil.example"))
        }),
        ("the issuer with a slash", |w| {
            w.with(|c| c["iss"] = json!(format!("{}/", w.issuer.url())))
        }),
        ("the issuer in small letters", |w| {
            w.with(|c| c["iss"] = json!(w.issuer.url().to_lowercase()))
        }),
        ("no issuer", |w| {
            w.with(|c| {
                c.as_object_mut().unwrap().remove("iss");
            })
        }),
        ("another cluster's issuer, by this one's key", |w| {
            w.with(|c| c["iss"] = json!(issuer(&w.shared, "other").url()))
        }),
        ("another cluster's token", |w| {
            let other = issuer(&w.shared, "other");
            let mut claims = w.claims.clone();
            claims["iss"] = json!(other.url());
            other
                .sign(&serde_json::from_value(claims).unwrap())
                .unwrap()
        }),
        ("another audience", |w| {
            w.with(|c| c["aud"] = json!(["https://kubernetes.default.svc"]))
        }),
        ("an audience that begins alike", |w| {
            w.with(|c| c["aud"] = json!("pods.eks.amazonaws.com.evil.example"))
        }),
        ("no audience", |w| {
            w.with(|c| {
                c.as_object_mut().unwrap().remove("aud");
            })
        }),
        ("an empty list of audiences", |w| {
            w.with(|c| c["aud"] = json!([]))
        }),
        ("expired", |w| w.with(|c| c["exp"] = c["iat"].clone())),
        ("no expiry", |w| {
            w.with(|c| {
                c.as_object_mut().unwrap().remove("exp");
            })
        }),
        ("an expiry that is a text", |w| {
            w.with(|c| c["exp"] = json!("9999999999"))
        }),
        ("an expiry beyond all numbers", |w| {
            w.written(
                &w.claims
                    .to_string()
                    .replace("\"exp\":", "\"exp\":1e99,\"x\":"),
            )
        }),
        ("not valid yet", |w| {
            w.with(|c| c["nbf"] = json!(c["exp"].as_i64().unwrap() - 1))
        }),
        ("issued in the future", |w| {
            w.with(|c| c["iat"] = json!(c["exp"].as_i64().unwrap() - 1))
        }),
        ("two subjects", |w| {
            w.doubled("sub", &json!("system:serviceaccount:kube-system:default"))
        }),
        ("two audiences, one by one", |w| {
            w.doubled("aud", &json!("x"))
        }),
        ("two expiries", |w| w.doubled("exp", &json!(1))),
        ("two bearers", |w| w.doubled("kubernetes.io", &json!({}))),
        ("no subject", |w| {
            w.with(|c| {
                c.as_object_mut().unwrap().remove("sub");
            })
        }),
        ("too long", |w| {
            w.with(|c| c["x"] = json!("x".repeat(20_000)))
        }),
    ]
}

/// Claims that STS believes, which asks for no pod.
pub(super) fn of_no_pod() -> Vec<Forgery> {
    vec![
        ("not Kubernetes's", |w| {
            w.with(|c| {
                c.as_object_mut().unwrap().remove("kubernetes.io");
            })
        }),
        ("of no pod", |w| {
            w.with(|c| c["kubernetes.io"]["pod"] = Value::Null)
        }),
        ("of a pod that is not there", |w| {
            w.with(|c| c["kubernetes.io"]["pod"]["name"] = json!("x"))
        }),
        ("of an earlier pod", |w| {
            w.with(|c| c["kubernetes.io"]["pod"]["uid"] = json!("x"))
        }),
        ("of an earlier service account", |w| {
            w.with(|c| c["kubernetes.io"]["serviceaccount"]["uid"] = json!("x"))
        }),
        ("of another namespace's service account", |w| {
            w.with(|c| c["kubernetes.io"]["namespace"] = json!("kube-system"))
        }),
    ]
}

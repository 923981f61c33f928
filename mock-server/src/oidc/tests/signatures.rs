//! Tokens whose form, header or signature is wrong.

use jsonwebtoken::Algorithm;
use serde_json::json;

use super::Forgery;
use super::world::{modulus, part, sign};

pub(super) fn forgeries() -> Vec<Forgery> {
    vec![
        ("one word", |_| "token".to_owned()),
        ("two parts", |w| {
            w.with(|_| ()).rsplit_once('.').unwrap().0.to_owned()
        }),
        ("four parts", |w| w.with(|_| ()) + ".x"),
        ("empty parts", |_| "..".to_owned()),
        ("a header that is not base64", |w| {
            format!("!{}", w.with(|_| ()))
        }),
        ("a header that is not JSON", |w| {
            sign("alg", &w.claims.to_string(), &w.key)
        }),
        ("claims that are not JSON", |w| w.written("sub")),
        ("claims that are a list", |w| w.written("[]")),
        ("padded base64", |w| w.with(|_| ()) + "=="),
        ("a line break after it", |w| w.with(|_| ()) + "\n"),
        ("a scheme before it", |w| {
            format!("Bearer {}", w.with(|_| ()))
        }),
        ("no algorithm", |w| w.headed(|h| h["alg"] = json!("none"))),
        ("no algorithm and no signature", |w| {
            let token = w.headed(|h| h["alg"] = json!("none"));
            format!("{}.{}.", part(&token, 0), part(&token, 1))
        }),
        ("no algorithm, in other letters", |w| {
            w.headed(|h| h["alg"] = json!("nOnE"))
        }),
        ("no member for the algorithm", |w| {
            w.headed(|h| {
                h.as_object_mut().unwrap().remove("alg");
            })
        }),
        ("HS256 with the public key", |w| {
            w.hmac(&modulus(w.key.public()))
        }),
        ("HS256 with the key set", |w| {
            w.hmac(w.issuer.key_set().unwrap().to_string().as_bytes())
        }),
        ("HS256 with the key's id", |w| {
            w.hmac(w.key.public().id.as_bytes())
        }),
        ("RS512", |w| w.by(Algorithm::RS512)),
        ("PS256", |w| w.by(Algorithm::PS256)),
        ("RS256 that says RS512", |w| {
            w.headed(|h| h["alg"] = json!("RS512"))
        }),
        ("no key's id", |w| {
            w.headed(|h| {
                h.as_object_mut().unwrap().remove("kid");
            })
        }),
        ("an unknown key's id", |w| {
            w.headed(|h| h["kid"] = json!("x"))
        }),
        ("a path for a key's id", |w| {
            w.headed(|h| h["kid"] = json!("../../dev/null"))
        }),
        ("two key ids", |w| {
            let header = format!(
                r#"{{"alg":"RS256","kid":"x","kid":"{}"}}"#,
                w.key.public().id
            );
            sign(&header, &w.claims.to_string(), &w.key)
        }),
        ("another's signature", |w| w.headed_by(&w.other, |_| ())),
        ("another's key and id", |w| {
            w.headed_by(&w.other, |h| h["kid"] = json!(w.other.public().id))
        }),
        ("another's key in the header", |w| {
            w.headed_by(&w.other, |h| h["jwk"] = json!(w.other.public().jwk))
        }),
        ("a key in the header", |w| {
            w.headed(|h| h["jwk"] = json!(w.key.public().jwk))
        }),
        ("an address of keys", |w| {
            w.headed(|h| h["jku"] = json!("https://evil.example/keys"))
        }),
        ("an address of certificates", |w| {
            w.headed(|h| h["x5u"] = json!("https://evil.example/x5u"))
        }),
        ("certificates", |w| w.headed(|h| h["x5c"] = json!(["MIIB"]))),
        ("a critical extension", |w| {
            w.headed(|h| h["crit"] = json!(["b64"]))
        }),
        ("compressed claims", |w| {
            w.headed(|h| h["zip"] = json!("DEF"))
        }),
        ("other claims under a good signature", |w| {
            let (good, other) = (w.with(|_| ()), w.with(|c| c["sub"] = json!("x")));
            format!("{}.{}.{}", part(&good, 0), part(&other, 1), part(&good, 2))
        }),
        ("half a signature", |w| {
            let token = w.with(|_| ());
            token[..token.len() - 100].to_owned()
        }),
        ("no signature", |w| {
            let token = w.with(|_| ());
            token[..=token.rfind('.').unwrap()].to_owned()
        }),
    ]
}

//! Hostile tokens against everything that takes tokens, and the keys of an issuer over time.

mod claims;
mod signatures;
mod world;

use self::world::{AUDIENCE, NOW, World, part};
use super::*;

/// A name, and how the token is made.
type Forgery = (&'static str, fn(&World) -> String);

#[test]
fn hostile_tokens_are_refused_by_all_who_take_tokens() {
    let world = World::new();
    let good = world.with(|_| ());
    assert_eq!(world.eks_auth(&good).0, 200, "{:?}", world.eks_auth(&good));
    assert_eq!(world.agent(&good).0, 200);
    assert_eq!(world.web_identity(&good).0, 200);
    assert!(world.review(&good));

    let of_nobody = signatures::forgeries()
        .into_iter()
        .chain(claims::forgeries());
    let for_nobody = of_nobody.map(|forgery| (forgery, 400));
    let of_no_pod = claims::of_no_pod().into_iter();
    let for_sts = of_no_pod.map(|forgery| (forgery, 200));
    for ((name, forge), by_sts) in for_nobody.chain(for_sts) {
        let token = forge(&world);
        let (status, answer) = world.eks_auth(&token);
        assert_eq!(status, 400, "{name}: EKS Auth answers {answer}");
        let (status, answer) = world.agent(&token);
        assert_eq!(status, 400, "{name}: the agent answers {answer}");
        let (status, answer) = world.web_identity(&token);
        assert_eq!(status, by_sts, "{name}: STS answers {answer}");
        let reviewed = world.review(&token);
        assert!(
            !reviewed || name == "of no pod",
            "{name}: TokenReview is deceived"
        );
        let told = format!(
            "{answer}{:?}",
            world.shared.ledger.calls(&Default::default())
        );
        assert!(
            token.len() < 100 || !told.contains(&token),
            "{name}: the token is told"
        );
    }
}

#[test]
fn keys_verify_after_later_ones_sign_and_not_for_ever() {
    let world = World::new();
    let claims: Claims = serde_json::from_value(world.claims.clone()).unwrap();
    let now = NOW.parse().unwrap();
    let first = world.issuer.sign(&claims).unwrap();
    let verify = |token: &str| world.issuer.verify(token, &[AUDIENCE], now).map(drop);
    for _ in 0..3 {
        world.issuer.rotate().unwrap();
        let later = world.issuer.sign(&claims).unwrap();
        assert_ne!(part(&first, 0), part(&later, 0));
        assert_eq!((verify(&first), verify(&later)), (Ok(()), Ok(())));
    }
    for _ in 0..5 {
        world.issuer.rotate().unwrap();
    }
    assert_eq!(verify(&first), Err(TokenError::UnknownKey));
}

#[test]
fn the_issuers_of_a_region_of_china_have_its_suffix() {
    assert_eq!(
        url("cn-north-1", "A"),
        "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/A"
    );
    assert_eq!(
        url("us-west-2", "A"),
        "https://oidc.eks.us-west-2.amazonaws.com/id/A"
    );
}

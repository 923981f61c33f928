//! The agent's cache over time, with a source that can fail.

use std::cell::Cell;
use std::time::Duration;

use futures::FutureExt as _;
use http::Method;

use super::*;
use crate::MockServer;
use crate::clock::Clock;
use crate::protocol::Fault;

/// Answers with the number of times that it was asked, until it is told to fail.
#[derive(Default)]
struct Counting {
    asked: Cell<u32>,
    fails: Cell<Option<(StatusCode, &'static str)>>,
    lasts: Cell<i64>,
}

impl Source for Counting {
    fn credentials(&self, shared: &Shared, _token: &str) -> Result<Issued, Refusal> {
        self.asked.set(self.asked.get() + 1);
        if let Some((status, code)) = self.fails.get() {
            return Err(Refusal::EksAuth {
                request_id: String::new(),
                fault: Fault::new(status, code, "no").into(),
            });
        }
        let now = shared.store.clock().now();
        Ok(Issued {
            body: self.asked.get().to_string().into(),
            expires: now + jiff::SignedDuration::from_secs(self.lasts.get()),
            to: Arc::default(),
        })
    }
}

struct World {
    shared: Shared,
    clock: Clock,
    cache: Cache<Counting>,
}

impl World {
    fn new(lasts: i64) -> Self {
        let clock = Clock::stopped_at("2026-01-01T00:00:00Z".parse().unwrap());
        let cache = Cache::<Counting>::default();
        cache.source().lasts.set(lasts);
        Self {
            shared: MockServer::builder().clock(clock.clone()).into_shared(),
            clock,
            cache,
        }
    }

    fn ask(&self, token: &str) -> Option<Bytes> {
        let issued = self.cache.credentials(&self.shared, token).ok()?;
        Some(issued.body)
    }

    fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// A token that is good until the end of 2026; its number tells it from others.
fn token(number: u32) -> String {
    use base64::Engine as _;
    let encode = |text: String| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let claims = format!(r#"{{"exp":1798761599,"jti":"{number}"}}"#);
    format!("{}.{}.x", encode("{}".to_owned()), encode(claims))
}

const SIX_HOURS: i64 = 6 * 60 * 60;
const THREE_HOURS: u64 = 3 * 60 * 60;
const UNAVAILABLE: (StatusCode, &str) = (
    StatusCode::SERVICE_UNAVAILABLE,
    "ServiceUnavailableException",
);
const DENIED: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "AccessDeniedException");

#[test]
fn credentials_are_renewed_after_three_hours() {
    let world = World::new(SIX_HOURS);
    assert_eq!(world.ask(&token(1)).as_deref(), Some(&b"1"[..]));
    world.advance(THREE_HOURS - 1);
    assert_eq!(world.ask(&token(1)).as_deref(), Some(&b"1"[..]));
    world.advance(1);
    assert_eq!(world.ask(&token(1)).as_deref(), Some(&b"2"[..]));
    assert_eq!(world.ask(&token(2)).as_deref(), Some(&b"3"[..]));
}

#[test]
fn credentials_that_end_within_15_seconds_are_not_handed_out_again() {
    let world = World::new(59 * 60);
    world.ask(&token(1));
    world.advance(59 * 60 - 16);
    assert_eq!(world.ask(&token(1)).as_deref(), Some(&b"1"[..]));
    world.advance(1);
    assert_eq!(world.ask(&token(1)).as_deref(), Some(&b"2"[..]));
}

#[test]
fn a_failure_that_may_pass_leaves_good_credentials_and_a_final_one_takes_them() {
    let world = World::new(SIX_HOURS);
    world.ask(&token(1));
    world.advance(THREE_HOURS);
    world.cache.source().fails.set(Some(UNAVAILABLE));
    assert_eq!(world.ask(&token(1)).as_deref(), Some(&b"1"[..]));
    assert_eq!(world.ask(&token(1)).as_deref(), Some(&b"1"[..]));
    assert_eq!(
        world.cache.source().asked.get(),
        2,
        "left alone for a minute"
    );
    world.advance(60);
    world.cache.source().fails.set(Some(DENIED));
    assert_eq!(world.ask(&token(1)), None);
    world.cache.source().fails.set(None);
    assert_eq!(world.ask(&token(1)).as_deref(), Some(&b"4"[..]));
}

#[test]
fn errors_are_not_remembered() {
    let world = World::new(SIX_HOURS);
    world.cache.source().fails.set(Some(DENIED));
    assert_eq!((world.ask(&token(1)), world.ask(&token(1))), (None, None));
    assert_eq!(world.cache.source().asked.get(), 2);
}

#[test]
fn an_expired_token_gets_nothing_although_its_credentials_are_good() {
    let world = World::new(400 * 24 * 60 * 60);
    world.ask(&token(1));
    world.advance(365 * 24 * 60 * 60);
    let refused = world.cache.credentials(&world.shared, &token(1)).err();
    assert_eq!(
        refused.map(|refusal| refusal.to_string()).as_deref(),
        Some("Service account token failed basic claim validations: token is expired")
    );
}

#[test]
fn the_token_that_was_not_used_for_longest_is_forgotten_first() {
    let world = World::new(SIX_HOURS);
    for number in 0..2_000 {
        world.ask(&token(number));
    }
    world.ask(&token(0));
    world.ask(&token(2_000));
    assert_eq!(world.ask(&token(0)).as_deref(), Some(&b"1"[..]));
    assert_eq!(world.ask(&token(1)).as_deref(), Some(&b"2002"[..]));
}

#[test]
fn the_words_for_tokens_that_are_none_are_those_of_the_agents_library() {
    for (token, told) in [
        ("a.b", "token contains an invalid number of segments"),
        (
            "Bearer e30.e30.x",
            "could not base64 decode header: illegal base64 data at input byte 6",
        ),
        (
            "e30.e!0.x",
            "could not base64 decode claim: illegal base64 data at input byte 1",
        ),
        ("YQ.e30.x", "could not JSON decode header"),
        ("e30.YQ.x", "could not JSON decode claim"),
    ] {
        let refused = token::Outline::read(token).unwrap_err().to_string();
        let expected = "Service account token cannot be parsed: token is malformed: ";
        assert_eq!(refused, format!("{expected}{told}"));
    }
}

#[test]
fn hosts_are_told_without_their_ports() {
    for (host, bare) in [
        ("169.254.170.23", "169.254.170.23"),
        ("169.254.170.23:80", "169.254.170.23"),
        ("[fd00:ec2::23]:80", "fd00:ec2::23"),
        ("fd00:ec2::23", "fd00:ec2::23"),
        ("evil.example:80", "evil.example"),
        ("", ""),
    ] {
        assert_eq!(without_port(host), bare);
    }
}

fn status(shared: &Shared, entrance: Entrance, request: &Request<Bytes>) -> u16 {
    let answered = answer(shared, entrance, request).now_or_never();
    answered.unwrap().status().as_u16()
}

#[test]
fn what_the_agent_answers_is_counted_and_a_burst_is_cut_off() {
    let shared = MockServer::builder().into_shared();
    let request = Request::builder()
        .method(Method::GET)
        .uri(PATH)
        .header(HOST, "127.0.0.1")
        .body(Bytes::new())
        .unwrap();
    let statuses: Vec<u16> = (0..1_000)
        .map(|_| status(&shared, Entrance::Own, &request))
        .collect();
    assert_eq!(statuses[..500], [400; 500]);
    assert!(statuses.contains(&429));
    assert_eq!(status(&shared, Entrance::Shared, &request), 400);
    let text = shared.agent.metrics.text();
    for line in [
        "# TYPE pod_identity_http_response counter",
        "pod_identity_http_response{code=\"200\"} 0",
        "pod_identity_http_response{code=\"429\"} ",
        "pod_identity_cache_state{state=\"hit\"} 0",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let unlimited = MockServer::builder().agent_rate(0).into_shared();
    let refused = |_: &u32| status(&unlimited, Entrance::Own, &request) == 429;
    assert_eq!((0..1_000).filter(refused).count(), 0);
}

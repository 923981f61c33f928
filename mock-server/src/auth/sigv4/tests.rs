use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST, HeaderValue};
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::auth::keys;
use crate::auth::secret::Secret;

/// The request `get-vanilla` of AWS's published test suite for signatures, and its signature.
const VANILLA: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn vanilla() -> HeaderMap {
    HeaderMap::from_iter([
        (HOST, HeaderValue::from_static("example.amazonaws.com")),
        (
            "x-amz-date".parse().unwrap(),
            HeaderValue::from_static("20150830T123600Z"),
        ),
        (AUTHORIZATION, HeaderValue::from_static(VANILLA)),
    ])
}

fn evidence<'r>(target: &'r str, headers: &'r HeaderMap, body: &'r [u8]) -> Evidence<'r> {
    Evidence {
        method: "GET",
        target,
        headers,
        body,
    }
}

fn at(text: &str) -> Now {
    let time: Timestamp = text.parse().unwrap();
    Now {
        server: time,
        clients: time,
    }
}

/// Everything that is checked about a signature, in the order in which a server does.
fn verify(evidence: &Evidence, now: Now, seen: &SeenSignatures) -> Result<(), SignatureError> {
    let signed = Signed::parse(evidence)?;
    signed.check_coverage(evidence.headers)?;
    let made = seen.made(&signed, now);
    signed.check_time(now, made, None)?;
    signed.check_scope("service")?;
    signed.check_signature(evidence, &keys::signer(&Secret::new(SECRET)))?;
    seen.remember(made);
    Ok(())
}

#[test]
fn the_signature_that_aws_publishes_is_right() {
    let headers = vanilla();
    let request = evidence("/", &headers, b"");
    let now = at("2015-08-30T12:38:00Z");
    assert_eq!(verify(&request, now, &SeenSignatures::default()), Ok(()));
}

#[test]
fn whatever_is_changed_makes_it_wrong() {
    let now = at("2015-08-30T12:36:00Z");
    let seen = SeenSignatures::default();
    let wrong = |target: &str, headers: &HeaderMap, body: &[u8]| {
        let answer = verify(&evidence(target, headers, body), now, &seen);
        assert_eq!(answer, Err(SignatureError::Mismatch));
    };
    wrong("/a", &vanilla(), b"");
    wrong("/?a=b", &vanilla(), b"");
    wrong("/", &vanilla(), b"a");
    let with = |name: &'static str, value: &'static str| {
        let mut headers = vanilla();
        headers.insert(name, HeaderValue::from_static(value));
        headers
    };
    wrong("/", &with("host", "example.org"), b"");
    wrong("/", &with("x-amz-date", "20150830T123601Z"), b"");
    let other_region = VANILLA.replace("us-east-1", "us-east-2");
    let mut headers = vanilla();
    headers.insert(AUTHORIZATION, other_region.parse().unwrap());
    wrong("/", &headers, b"");
}

#[test]
fn a_stated_hash_of_the_body_has_to_be_its_hash() {
    for stated in [
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "0",
    ] {
        let mut headers = vanilla();
        headers.insert("x-amz-content-sha256", HeaderValue::from_static(stated));
        let header = VANILLA.replace("host;", "host;x-amz-content-sha256;");
        headers.insert(AUTHORIZATION, header.parse().unwrap());
        let now = at("2015-08-30T12:36:00Z");
        let answer = verify(
            &evidence("/", &headers, b""),
            now,
            &SeenSignatures::default(),
        );
        assert_eq!(answer, Err(SignatureError::Mismatch), "{stated}");
    }
}

#[test]
fn host_and_the_headers_of_aws_have_to_be_signed() {
    let mut headers = vanilla();
    headers.insert("x-amz-target", HeaderValue::from_static("a"));
    let signed = Signed::parse(&evidence("/", &headers, b"")).unwrap();
    assert_eq!(
        signed.check_coverage(&headers),
        Err(SignatureError::NotSigned("x-amz-target".to_owned()))
    );
    headers.insert(AUTHORIZATION, VANILLA.replace("host;", "").parse().unwrap());
    let signed = Signed::parse(&evidence("/", &headers, b"")).unwrap();
    assert_eq!(
        signed.check_coverage(&headers),
        Err(SignatureError::HostNotSigned)
    );
}

#[test]
fn a_signature_is_good_for_five_minutes_before_and_after_its_date() {
    let headers = vanilla();
    let request = evidence("/", &headers, b"");
    let verdict = |now| {
        let signed = Signed::parse(&request)?;
        let made = SeenSignatures::default().made(&signed, at(now));
        signed.check_time(at(now), made, None)
    };
    assert_eq!(verdict("2015-08-30T12:41:00Z"), Ok(()));
    assert_eq!(verdict("2015-08-30T12:31:00Z"), Ok(()));
    let texts = ["2015-08-30T12:41:01Z", "2015-08-30T12:30:59Z"]
        .map(|now| verdict(now).unwrap_err().to_string());
    assert_eq!(
        texts,
        [
            "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)",
            "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)",
        ]
    );
}

#[test]
fn a_clock_that_moves_ages_what_was_seen_but_not_what_is_new() {
    let headers = vanilla();
    let request = evidence("/", &headers, b"");
    let before = at("2015-08-30T12:36:00Z");
    let after = Now {
        server: before.server + SignedDuration::from_hours(6),
        ..before
    };
    let seen = SeenSignatures::default();
    assert_eq!(verify(&request, after, &SeenSignatures::default()), Ok(()));
    assert_eq!(verify(&request, before, &seen), Ok(()));
    assert_eq!(verify(&request, before, &seen), Ok(()));
    let replayed = verify(&request, after, &seen);
    assert!(matches!(replayed, Err(SignatureError::Expired { .. })));
    // A further call of an SDK, made within the same second, is signed the same.
    let mut of_sdk = vanilla();
    of_sdk.insert("amz-sdk-invocation-id", HeaderValue::from_static("2"));
    assert_eq!(verify(&evidence("/", &of_sdk, b""), after, &seen), Ok(()));
}

#[test]
fn the_scope_has_to_be_that_of_the_request() {
    let header = VANILLA.replace(
        "20150830/us-east-1/service/aws4_request",
        "20150831/?/other/aws5_request",
    );
    let mut headers = vanilla();
    headers.insert(AUTHORIZATION, header.parse().unwrap());
    let signed = Signed::parse(&evidence("/", &headers, b"")).unwrap();
    assert_eq!(
        signed.check_scope("service").unwrap_err().to_string(),
        "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'service'. \
         Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. Date in Credential \
         scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150831' != '20150830', from \
         '20150830T123600Z'."
    );
}

#[test]
fn what_a_signature_lacks_is_said() {
    let text = |header: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, header.parse().unwrap());
        Signed::parse(&evidence("/", &headers, b""))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        text("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Signature=0"),
        "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either \
         a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) \
         Authorization=cr2/3KZ1NLcgKjCa2dQqIdveSkLVkEInnYp1+7wBxlA="
    );
    assert_eq!(
        text("AWS4-HMAC-SHA512 Credential=a"),
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'."
    );
    let headers = vanilla();
    let short = VANILLA.replace("/aws4_request", "");
    let mut of_short = headers.clone();
    of_short.insert(AUTHORIZATION, short.parse().unwrap());
    let error = Signed::parse(&evidence("/", &of_short, b"")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
         'AKIDEXAMPLE/20150830/us-east-1/service'"
    );
    let none = HeaderMap::new();
    let target = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-SignedHeaders=host&X-Amz-Date=b";
    let error = Signed::parse(&evidence(target, &none, b"")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters."
    );
}

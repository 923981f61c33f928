//! The ledger's bounds, filters and expectations.

use std::borrow::Cow;

use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::auth::gate::Decision;

fn call(operation: &'static str, status: u16) -> Entry {
    Entry {
        operation: Some(Cow::Borrowed(operation)),
        status,
        account: "111122223333".to_owned(),
        caller: "arn:aws:iam::111122223333:user/admin".to_owned(),
        ..Entry::new(Timestamp::UNIX_EPOCH, "iam")
    }
}

/// What was asked for, as far as it tells calls from each other.
fn asking(text: &str) -> Trail<'static> {
    let request = Request::new(Bytes::copy_from_slice(text.as_bytes()));
    Trail {
        held: Held::fingerprint(&request),
        ..Trail::default()
    }
}

fn made(calls: &[(&'static str, u16)]) -> Ledger {
    let ledger = Ledger::default();
    for (number, (operation, status)) in calls.iter().enumerate() {
        ledger.record(call(operation, *status), asking(&number.to_string()));
    }
    ledger
}

fn filter(pairs: &[(&str, &str)]) -> Filter {
    let mut filter = Filter::new();
    for (name, value) in pairs {
        filter.set(name, value).unwrap();
    }
    filter
}

#[test]
fn the_newest_calls_are_kept_and_all_are_counted() {
    let ledger = Ledger::default();
    for _ in 0..CAPACITY + 5 {
        ledger.record(call("GetRole", 200), Trail::default());
    }
    ledger.record(call("GetRole", 404), Trail::default());
    let calls = ledger.calls(&Filter::new());
    assert_eq!(calls.len(), CAPACITY);
    assert_eq!(calls[0].sequence, 7);
    let summary = ledger.summary();
    assert_eq!((summary.total, summary.forgotten), (CAPACITY as u64 + 6, 6));
    let counts = summary.counts.iter().map(|kind| (kind.status, kind.count));
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [(200, CAPACITY as u64 + 5), (404, 1)]
    );
    ledger.clear();
    assert_eq!(ledger.summary().total, 0);
}

#[test]
fn calls_that_are_long_take_no_more_memory_than_others() {
    let ledger = Ledger::default();
    let long = "x".repeat(1_000_000);
    for _ in 0..CAPACITY {
        let entry = Entry {
            reason: Some(long.clone()),
            resource: Some(long.clone()),
            user_agent: Some(long.clone()),
            ..call("GetRole", 403)
        };
        ledger.record(entry, Trail::default());
    }
    let inner = ledger.lock();
    assert!(inner.bytes <= MAX_BYTES && inner.calls.len() > 1_000);
    let sizes: usize = inner.calls.iter().map(Packed::size).sum();
    assert_eq!(inner.bytes, sizes);
}

#[test]
fn kinds_of_calls_beyond_a_bound_are_counted_together() {
    let ledger = Ledger::default();
    for number in 0..5_000 {
        let entry = Entry {
            error_code: Some(number.to_string().into()),
            ..call("GetRole", 400)
        };
        ledger.record(entry, Trail::default());
    }
    let summary = ledger.summary();
    let nameless = summary.counts.iter().find(|kind| kind.operation.is_none());
    assert_eq!(nameless.map(|kind| kind.count), Some(5_000 - 4_096));
    let all: u64 = summary.counts.iter().map(|kind| kind.count).sum();
    assert_eq!(all, 5_000);
}

#[test]
fn filters_pick_the_calls_that_meet_all_of_them() {
    let ledger = Ledger::default();
    ledger.record(
        Entry {
            resource: Some("arn:aws:iam::111122223333:role/team/web".to_owned()),
            other_resources: vec!["arn:aws:iam::aws:policy/P".to_owned()],
            decision: Some(Decision::Denied),
            error_code: Some("AccessDenied".into()),
            access_key_id: Some("AKIA1".to_owned()),
            user_agent: Some("Boto3/1".to_owned()),
            fault: Some("f-1".to_owned()),
            region: "us-west-2".to_owned(),
            ..call("CreateRole", 403)
        },
        Trail::default(),
    );
    let later = "2026-01-01T00:00:00Z";
    ledger.record(
        Entry {
            time: later.parse().unwrap(),
            source: Source::Tls,
            ..call("ListRoles", 200)
        },
        Trail::default(),
    );
    for (pairs, expected) in [
        (&[][..], &[1, 2][..]),
        (&[("service", "iam")], &[1, 2]),
        (&[("service", "i")], &[]),
        (&[("operation", "Create*")], &[1]),
        (&[("account", "111122223333"), ("status", "2xx")], &[2]),
        (&[("region", "us-*")], &[1]),
        (&[("caller", "*:user/admin")], &[1, 2]),
        (&[("accessKeyId", "AKIA1")], &[1]),
        (&[("resource", "*:role/*web")], &[1]),
        (&[("resource", "*:policy/P")], &[1]),
        (&[("status", "403")], &[1]),
        (&[("errorCode", "AccessDenied")], &[1]),
        (&[("decision", "denied")], &[1]),
        (&[("decision", "allowed")], &[]),
        (&[("source", "tls")], &[2]),
        (&[("userAgent", "Boto3/*")], &[1]),
        (&[("fault", "f-1")], &[1]),
        (&[("readOnly", "true")], &[2]),
        (&[("since", later)], &[2]),
        (&[("until", later)], &[1]),
        (&[("after", "1")], &[2]),
        (&[("limit", "1")], &[1]),
    ] {
        let picked = ledger.calls(&filter(pairs));
        let picked: Vec<u64> = picked.iter().map(|call| call.sequence).collect();
        assert_eq!(picked, expected, "{pairs:?}");
    }
}

#[test]
fn a_filter_that_is_none_says_what_it_takes() {
    let refused = |name: &str, value: &str| {
        let error = Filter::new().set(name, value).unwrap_err();
        error.to_string()
    };
    assert!(
        refused("errorcode", "x").starts_with("unknown filter `errorcode`; there are: service,")
    );
    assert_eq!(
        refused("status", "abc"),
        "`status` is a status such as `404` or `4xx`, not `abc`"
    );
    for (name, value) in [
        ("status", "9xx"),
        ("status", "20"),
        ("decision", "perhaps"),
        ("source", "x"),
        ("readOnly", "yes"),
        ("since", "yesterday"),
        ("until", ""),
        ("after", "-1"),
        ("limit", "many"),
    ] {
        assert!(refused(name, value).starts_with(&format!("`{name}` is ")));
    }
}

#[test]
fn an_expectation_that_is_not_met_tells_what_there_was_instead() {
    let ledger = made(&[("CreateRole", 200), ("CreateRole", 409), ("GetRole", 200)]);
    let expected = Expectation::new();
    assert_eq!(ledger.check(&expected.clone().calls(3)), Ok(3));
    assert_eq!(
        ledger.check(&expected.clone().at_least(3).at_most(3)),
        Ok(3)
    );
    let created = Filter::new().operation("CreateRole");
    assert_eq!(ledger.check(&expected.clone().calls(2).of(created)), Ok(2));
    let unmet = ledger.check(&expected.at_most(2)).unwrap_err();
    assert_eq!(unmet.calls, 3);
    assert_eq!(
        unmet.to_string(),
        "expected at most 2 calls, got 3\n  2 × iam CreateRole\n  1 × iam GetRole"
    );
}

#[test]
fn calls_that_ask_for_the_same_are_made_twice() {
    let ledger = Ledger::default();
    for text in ["a", "b", "a"] {
        ledger.record(call("CreateRole", 200), asking(text));
    }
    // Of these nothing is known.
    ledger.record(call("GetRole", 200), Trail::default());
    ledger.record(call("GetRole", 200), Trail::default());
    let unmet = ledger.check(&Expectation::new().none_twice()).unwrap_err();
    assert_eq!(
        unmet.to_string(),
        "made 2 times: iam CreateRole (calls 1, 3)"
    );
    let first = Filter::new().limit(2);
    assert_eq!(
        ledger.check(&Expectation::new().none_twice().of(first)),
        Ok(2)
    );
}

#[test]
fn nothing_is_sure_of_calls_that_are_forgotten() {
    let ledger = Ledger::default();
    for _ in 0..=CAPACITY {
        ledger.record(call("GetRole", 200), Trail::default());
    }
    let all = CAPACITY as u64 + 1;
    assert_eq!(ledger.check(&Expectation::new().calls(all)), Ok(all));
    for expected in [
        Expectation::new().none_twice(),
        Expectation::new().calls(0).of(Filter::new().service("eks")),
    ] {
        let unmet = ledger.check(&expected).unwrap_err();
        assert!(unmet.message.contains("the oldest 1 calls are forgotten"));
    }
}

#[test]
fn an_expectation_is_read_by_its_names() {
    let mut expected = Expectation::new();
    assert!(expected.is_empty());
    for (name, value, refused) in [
        ("calls", json!(1), None),
        ("noneTwice", json!(true), None),
        (
            "calls",
            json!("1"),
            Some("`calls` is a whole number, not `\"1\"`"),
        ),
        (
            "atMost",
            json!(-1),
            Some("`atMost` is a whole number, not `-1`"),
        ),
        ("noneTwice", json!(1), Some("`noneTwice` is true or false")),
    ] {
        assert_eq!(expected.set(name, &value).err().as_deref(), refused);
    }
    let unknown = expected.set("call", &json!(1)).unwrap_err();
    assert!(unknown.starts_with("unknown member `call`"));
    assert!(!expected.is_empty());
}

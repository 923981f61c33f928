use futures::StreamExt;

use super::*;

async fn events(response: Response, count: usize) -> Vec<Value> {
    let Body::Stream(stream) = response.body else {
        panic!("expected a stream")
    };
    stream
        .take(count)
        .map(|event| serde_json::from_slice(&event).unwrap())
        .collect()
        .await
}

/// Type and name of each event.
fn seen(events: &[Value]) -> Vec<(&str, &str)> {
    fn text(value: &Value) -> &str {
        value.as_str().unwrap_or_default()
    }
    events
        .iter()
        .map(|event| {
            (
                text(&event["type"]),
                text(&event["object"]["metadata"]["name"]),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_watch_shows_what_is_there_and_then_what_happens() {
    let api = Api::new();
    let watch = api.raw(
        Method::GET,
        &format!("{ACCOUNTS}?watch=true&labelSelector=app"),
        &[],
        Vec::new(),
    );
    let labels = |value: Value| json!({ "metadata": { "labels": { "app": value } } });
    let patch = |body: &Value| {
        api.typed(
            Method::PATCH,
            &format!("{ACCOUNTS}/a"),
            "application/merge-patch+json",
            body,
        )
    };
    api.create("a");
    patch(&labels(json!("web")));
    patch(&labels(json!("db")));
    patch(&labels(Value::Null));
    patch(&labels(json!("web")));
    api.send(Method::DELETE, &format!("{ACCOUNTS}/a"), &Value::Null);
    let events = events(watch, 5).await;
    assert_eq!(
        seen(&events),
        [
            ("ADDED", "a"),
            ("MODIFIED", "a"),
            ("DELETED", "a"),
            ("ADDED", "a"),
            ("DELETED", "a")
        ]
    );
    let versions: Vec<u64> = events
        .iter()
        .map(|event| {
            event["object"]["metadata"]["resourceVersion"]
                .as_str()
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    assert!(
        versions.is_sorted_by(|one, other| one < other),
        "{versions:?}"
    );
}

#[tokio::test]
async fn initial_events_end_with_a_bookmark() {
    let path = format!(
        "{ACCOUNTS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    );
    let events = events(Api::new().raw(Method::GET, &path, &[], Vec::new()), 2).await;
    assert_eq!(seen(&events), [("ADDED", "default"), ("BOOKMARK", "")]);
    assert_eq!(
        events[1]["object"]["metadata"]["annotations"],
        json!({ "k8s.io/initial-events-end": "true" })
    );
}

#[tokio::test]
async fn a_watch_from_a_forgotten_version_ends_with_410() {
    let api = Api::new();
    api.create("a");
    for turn in 0..5000 {
        let patch = json!({ "metadata": { "labels": { "turn": turn.to_string() } } });
        api.typed(
            Method::PATCH,
            &format!("{ACCOUNTS}/a"),
            "application/merge-patch+json",
            &patch,
        );
    }
    let events = events(
        api.raw(
            Method::GET,
            &format!("{ACCOUNTS}?watch=1&resourceVersion=5"),
            &[],
            Vec::new(),
        ),
        2,
    )
    .await;
    assert_eq!(events.len(), 1, "the stream ends");
    assert_eq!(
        (&events[0]["type"], &events[0]["object"]["code"]),
        (&json!("ERROR"), &json!(410))
    );
}

#[tokio::test]
async fn a_watch_ends_with_its_cluster_and_with_its_time() {
    let api = Api::new();
    let timed = api.raw(
        Method::GET,
        &format!("{ACCOUNTS}?watch=1&resourceVersion=100&timeoutSeconds=0"),
        &[],
        Vec::new(),
    );
    assert!(events(timed, 1).await.is_empty());
    let orphaned = api.raw(
        Method::GET,
        &format!("{ACCOUNTS}?watch=1&resourceVersion=100"),
        &[],
        Vec::new(),
    );
    drop(api);
    assert!(events(orphaned, 1).await.is_empty());
}

//! Each file of `tests/corpus/pod` is a pod, what is known of its service account, and the patch that it gets.

use std::fs;
use std::path::Path;

use super::*;

/// Stands in expected patches for the seconds that jitter chooses.
const JITTERED: &str = "79200..86400";

fn corpus() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/pod");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let read = |path: &Path| serde_saphyr::from_slice(&fs::read(path).unwrap()).unwrap();
    files
        .map(|path| (path.display().to_string(), read(&path)))
        .collect()
}

fn mutated(case: &Value) -> Value {
    let identity = Identity {
        annotations: &case["annotations"],
        has_association: case["association"] == true,
        region: "us-west-2",
    };
    let patch = mutation(&case["pod"], &identity, &mut Ids::new(Some(1)));
    patch.map_or(Value::Null, |patch| patch.0)
}

/// Puts the range in the place of a number within it.
fn unjittered(mut patch: Value) -> Value {
    for operation in patch.as_array_mut().into_iter().flatten() {
        let value = &mut operation["value"];
        let volume = match value {
            Value::Array(volumes) => &mut volumes[0],
            volume => volume,
        };
        let Some(seconds) =
            volume.pointer_mut("/projected/sources/0/serviceAccountToken/expirationSeconds")
        else {
            continue;
        };
        if (JITTERED_SECONDS..=TOKEN_SECONDS).contains(&seconds.as_i64().unwrap()) {
            *seconds = json!(JITTERED);
        }
    }
    patch
}

#[test]
fn every_pod_of_the_corpus_gets_its_patch() {
    let corpus = corpus();
    assert!(corpus.len() >= 18);
    for (path, case) in corpus {
        let patch = unjittered(mutated(&case));
        assert_eq!(patch, case["patch"], "{path}\n{patch:#}");
        let mut pod = case["pod"].clone();
        if !patch.is_null() {
            Patch(patch).apply(&mut pod);
            assert_ne!(pod, case["pod"], "{path}");
        }
    }
}

#[test]
fn tokens_of_pods_that_start_together_do_not_end_together() {
    let pod = json!({ "spec": { "containers": [{ "name": "app" }] } });
    let identity = Identity {
        annotations: &Value::Null,
        has_association: true,
        region: "us-west-2",
    };
    let mut ids = Ids::new(Some(1));
    let mut seconds = || token_seconds(&pod, &identity, &mut ids);
    let drawn: BTreeSet<i64> = (0..100).map(|_| seconds()).collect();
    assert!(drawn.len() > 50);
    assert!(
        drawn
            .iter()
            .all(|seconds| (JITTERED_SECONDS..=TOKEN_SECONDS).contains(seconds))
    );
}

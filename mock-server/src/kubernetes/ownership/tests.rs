use serde_json::{Value, json};

use super::*;
use crate::kubernetes::kinds::service_account::SERVICE_ACCOUNT;

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn account(metadata: Value) -> Value {
    json!({ "kind": "ServiceAccount", "apiVersion": "v1", "metadata": metadata })
}

fn manager(name: &str, operation: Operation) -> Manager {
    Manager::new(name, operation, &SERVICE_ACCOUNT, "")
}

fn applied(live: Option<&Value>, by: &str, config: &Value, force: bool) -> Result<Value, Failure> {
    let manager = manager(by, Operation::Apply);
    apply(&SERVICE_ACCOUNT, live, config, &manager, force, now())
}

fn updated(live: &Value, by: &str, mut new: Value) -> Value {
    record_update(
        &SERVICE_ACCOUNT,
        live,
        &mut new,
        &manager(by, Operation::Update),
        now(),
    );
    new
}

/// The fields of a manager, as `fieldsV1`.
fn fields(object: &Value, by: &str) -> Value {
    let entries = object["metadata"]["managedFields"].as_array();
    let found = entries
        .into_iter()
        .flatten()
        .find(|entry| entry["manager"] == by);
    found.map_or(Value::Null, |entry| entry["fieldsV1"].clone())
}

fn labelled(labels: Value) -> Value {
    account(json!({ "name": "a", "labels": labels }))
}

#[test]
fn an_apply_owns_what_it_states() {
    let config = labelled(json!({ "app": "web" }));
    let object = applied(None, "one", &config, false).unwrap();
    assert_eq!(
        fields(&object, "one"),
        json!({ "f:metadata": { "f:labels": { "f:app": {} } } })
    );
    assert_eq!(object["metadata"]["managedFields"][0]["operation"], "Apply");
}

#[test]
fn a_created_object_belongs_to_its_creator_with_its_parents() {
    let nothing = account(json!({}));
    let object = updated(
        &nothing,
        "kubectl-create",
        labelled(json!({ "app": "web" })),
    );
    let expected = json!({ "f:metadata": { "f:labels": { ".": {}, "f:app": {} } } });
    assert_eq!(fields(&object, "kubectl-create"), expected);
}

#[test]
fn a_field_no_longer_applied_goes_unless_another_manager_owns_it() {
    let both = labelled(json!({ "mine": "1", "shared": "1" }));
    let object = applied(None, "one", &both, false).unwrap();
    let object = applied(
        Some(&object),
        "two",
        &labelled(json!({ "shared": "1" })),
        false,
    )
    .unwrap();
    let object = applied(
        Some(&object),
        "one",
        &account(json!({ "name": "a" })),
        false,
    )
    .unwrap();
    assert_eq!(object["metadata"]["labels"], json!({ "shared": "1" }));
    assert_eq!(fields(&object, "one"), Value::Null);
}

#[test]
fn a_field_of_another_manager_is_a_conflict_until_it_is_forced() {
    let object = applied(None, "one", &labelled(json!({ "app": "web" })), false).unwrap();
    let other = labelled(json!({ "app": "db" }));
    let Failure::Ownership(conflicts) = applied(Some(&object), "two", &other, false).unwrap_err()
    else {
        panic!("expected a conflict");
    };
    assert_eq!(conflicts[0].path, ".metadata.labels.app");
    assert_eq!(conflicts[0].manager, "\"one\"");

    let object = applied(Some(&object), "two", &other, true).unwrap();
    assert_eq!(object["metadata"]["labels"]["app"], "db");
    assert_eq!(fields(&object, "one"), Value::Null);
}

#[test]
fn the_same_value_is_shared_without_a_conflict() {
    let config = labelled(json!({ "app": "web" }));
    let object = applied(None, "one", &config, false).unwrap();
    let object = applied(Some(&object), "two", &config, false).unwrap();
    assert_eq!(fields(&object, "one"), fields(&object, "two"));
}

#[test]
fn an_update_takes_what_it_changes_and_names_its_version_in_conflicts() {
    let object = applied(None, "one", &labelled(json!({ "app": "web" })), false).unwrap();
    let mut changed = object.clone();
    changed["metadata"]["labels"]["app"] = json!("db");
    let object = updated(&object, "kubectl-edit", changed);
    assert_eq!(fields(&object, "one"), Value::Null);

    let failure = applied(
        Some(&object),
        "one",
        &labelled(json!({ "app": "web" })),
        false,
    );
    let status = failure.unwrap_err().status().unwrap();
    assert_eq!(
        status["message"],
        "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using v1: .metadata.labels.app"
    );
    assert_eq!(
        status["details"]["causes"][0]["reason"],
        "FieldManagerConflict"
    );
}

#[test]
fn several_conflicts_are_listed_by_manager() {
    let object = applied(None, "one", &labelled(json!({ "a": "1" })), false).unwrap();
    let object = applied(Some(&object), "two", &labelled(json!({ "b": "1" })), false).unwrap();
    let config = labelled(json!({ "a": "2", "b": "2" }));
    let status = applied(Some(&object), "three", &config, false)
        .unwrap_err()
        .status()
        .unwrap();
    assert_eq!(
        status["message"],
        "Apply failed with 2 conflicts: conflicts with \"one\":\n- .metadata.labels.a\nconflicts with \"two\":\n- .metadata.labels.b"
    );
}

#[test]
fn items_of_keyed_lists_are_owned_one_by_one() {
    let config = |secrets: Value| {
        let mut config = account(json!({ "name": "a" }));
        config["secrets"] = secrets;
        config
    };
    let object = applied(None, "one", &config(json!([{ "name": "x" }])), false).unwrap();
    let object = applied(
        Some(&object),
        "two",
        &config(json!([{ "name": "y" }])),
        false,
    )
    .unwrap();
    assert_eq!(object["secrets"], json!([{ "name": "x" }, { "name": "y" }]));
    assert_eq!(
        fields(&object, "two"),
        json!({ "f:secrets": { "k:{\"name\":\"y\"}": { ".": {}, "f:name": {} } } })
    );
    let object = applied(Some(&object), "one", &config(json!([])), false).unwrap();
    assert_eq!(object["secrets"], json!([{ "name": "y" }]));
}

#[test]
fn what_was_there_before_the_first_apply_gets_a_manager() {
    let live = labelled(json!({ "app": "web" }));
    let failure = applied(Some(&live), "one", &labelled(json!({ "app": "db" })), false);
    let Err(Failure::Ownership(conflicts)) = failure else {
        panic!("expected a conflict")
    };
    assert_eq!(conflicts[0].manager, "\"before-first-apply\" using v1");
}

#[test]
fn an_apply_that_changes_nothing_keeps_its_time() {
    let config = labelled(json!({ "app": "web" }));
    let object = applied(None, "one", &config, false).unwrap();
    let later = Timestamp::from_second(1_000).unwrap();
    let again = apply(
        &SERVICE_ACCOUNT,
        Some(&object),
        &config,
        &manager("one", Operation::Apply),
        false,
        later,
    );
    assert_eq!(again.unwrap(), object);
}

#[test]
fn a_single_empty_entry_clears_all_managers() {
    let object = applied(None, "one", &labelled(json!({ "app": "web" })), false).unwrap();
    let mut cleared = object.clone();
    cleared["metadata"]["managedFields"] = json!([{}]);
    let object = updated(&object, "kubectl", cleared);
    assert_eq!(object["metadata"].get("managedFields"), None);
}

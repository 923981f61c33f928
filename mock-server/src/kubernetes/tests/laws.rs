//! Laws that hold for every object.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::kubernetes::kinds::service_account::SERVICE_ACCOUNT;
use crate::kubernetes::ownership::{Manager, Operation, apply, walk};
use crate::kubernetes::patch::strategic;
use crate::kubernetes::schema::{Type, protobuf, read};
use crate::kubernetes::selector::Selector;

/// Service accounts out of few names, so that they overlap.
fn account() -> impl Strategy<Value = Value> {
    let labels = btree_map("[a-c]", "[x-y]", 0..3);
    let secrets = btree_map("[a-c]", option::of("[x-y]"), 0..3);
    let finalizers = vec(prop_oneof![Just("f/a"), Just("f/b")], 0..2);
    (labels, secrets, finalizers, any::<Option<bool>>()).prop_map(|(labels, secrets, finalizers, mounts)| {
        let mut account = json!({
            "kind": "ServiceAccount", "apiVersion": "v1",
            "metadata": { "name": "a", "namespace": "default", "labels": labels, "finalizers": finalizers },
            "secrets": secrets.iter().map(|(name, kind)| json!({ "name": name, "kind": kind })).collect::<Vec<_>>(),
        });
        account["automountServiceAccountToken"] = json!(mounts);
        let typed = read::object(SERVICE_ACCOUNT.schema, account).unwrap();
        read::normalize(SERVICE_ACCOUNT.schema, typed.value)
    })
}

fn applied(live: Option<&Value>, by: &str, config: &Value) -> Result<Value, Failure> {
    let manager = Manager::new(by, Operation::Apply, &SERVICE_ACCOUNT, "");
    apply(
        &SERVICE_ACCOUNT,
        live,
        config,
        &manager,
        false,
        jiff::Timestamp::UNIX_EPOCH,
    )
}

proptest! {
    #[test]
    fn applying_twice_is_applying_once(config in account()) {
        let once = applied(None, "one", &config).unwrap();
        prop_assert_eq!(applied(Some(&once), "one", &config).unwrap(), once);
    }

    #[test]
    fn an_applied_object_holds_what_was_stated(first in account(), second in account()) {
        let live = applied(None, "one", &first).unwrap();
        if let Ok(object) = applied(Some(&live), "two", &second) {
            let merged = walk::merge(&Type::Object(SERVICE_ACCOUNT.schema), object.clone(), &second);
            prop_assert_eq!(merged, object);
        }
    }

    #[test]
    fn taking_back_what_one_applied_leaves_what_the_other_did(first in account(), second in account()) {
        let alone = applied(None, "one", &first).unwrap();
        if let Ok(both) = applied(Some(&alone), "two", &second) {
            let nothing = json!({ "kind": "ServiceAccount", "apiVersion": "v1", "metadata": {} });
            prop_assert_eq!(applied(Some(&both), "two", &nothing).unwrap(), alone);
        }
    }

    #[test]
    fn objects_differ_exactly_if_they_are_not_equal(one in account(), other in account()) {
        let difference = walk::compare(SERVICE_ACCOUNT.schema, &one, &other);
        let empty = difference.added.is_empty() && difference.modified.is_empty() && difference.removed.is_empty();
        prop_assert_eq!(empty, one == other);
    }

    #[test]
    fn protobuf_keeps_every_object(object in account()) {
        let sealed = protobuf::seal(SERVICE_ACCOUNT.schema, &object);
        prop_assert_eq!(protobuf::open(SERVICE_ACCOUNT.schema, &sealed).unwrap(), object);
    }

    #[test]
    fn an_empty_patch_changes_nothing(object in account()) {
        let patched = strategic::merge(&Type::Object(SERVICE_ACCOUNT.schema), object.clone(), &json!({}));
        prop_assert_eq!(patched.unwrap(), object);
    }

    #[test]
    fn no_body_makes_the_server_fail(mut body in vec(any::<u8>(), 0..64), magic in any::<bool>()) {
        if magic {
            body.splice(0..0, *b"k8s\0");
        }
        let api = Api::new();
        for content_type in ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"] {
            let response = api.raw(Method::POST, ACCOUNTS, &[(header::CONTENT_TYPE, content_type)], body.clone());
            prop_assert!(response.status.is_client_error(), "{} {:?}", response.status, body);
        }
    }

    #[test]
    fn no_selector_makes_the_server_fail(labels in "[a-c=!,() ><innot]{0,12}", fields in "[a-z.=!, ]{0,12}") {
        // Whatever is written there is either understood or refused.
        _ = Selector::parse(&SERVICE_ACCOUNT, &labels, &fields);
    }
}

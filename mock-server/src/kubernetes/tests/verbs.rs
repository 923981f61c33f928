use super::*;

#[test]
fn a_created_object_is_stamped_and_written_in_kubernetes_order() {
    let created = Api::new().create("a");
    let keys: Vec<_> = created["metadata"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "creationTimestamp"
        ]
    );
    assert_eq!(
        created["metadata"]["creationTimestamp"],
        "2026-01-01T00:00:00Z"
    );
}

#[test]
fn refusals_are_the_api_servers_own() {
    let api = Api::new();
    api.create("a");
    let cases = [
        (
            api.send(Method::POST, ACCOUNTS, &named("a")),
            409,
            "AlreadyExists",
            "serviceaccounts \"a\" already exists",
        ),
        (
            api.get(&format!("{ACCOUNTS}/b")),
            404,
            "NotFound",
            "serviceaccounts \"b\" not found",
        ),
        (
            api.send(
                Method::POST,
                "/api/v1/namespaces/x/serviceaccounts",
                &named("a"),
            ),
            404,
            "NotFound",
            "namespaces \"x\" not found",
        ),
        (
            api.send(Method::POST, ACCOUNTS, &json!({})),
            422,
            "Invalid",
            "ServiceAccount \"\" is invalid: metadata.name: Required value: name or generateName is required",
        ),
        (
            api.send(Method::PUT, &format!("{ACCOUNTS}/a"), &named("b")),
            400,
            "BadRequest",
            "the name of the object (b) does not match the name on the URL (a)",
        ),
        (
            api.send(Method::DELETE, "/api/v1/namespaces/default", &Value::Null),
            403,
            "Forbidden",
            "namespaces \"default\" is forbidden: this namespace may not be deleted",
        ),
        (
            api.send(
                Method::POST,
                &format!("{ACCOUNTS}?dryRun=some"),
                &named("b"),
            ),
            422,
            "Invalid",
            "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \"some\": supported values: \"All\"",
        ),
        (
            api.send(
                Method::POST,
                ACCOUNTS,
                &json!({ "metadata": { "name": "b", "labels": { "x": 1 } } }),
            ),
            400,
            "BadRequest",
            "ServiceAccount in version \"v1\" cannot be handled as a ServiceAccount: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        (
            api.typed(Method::POST, ACCOUNTS, "text/plain", &named("b")),
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
        ),
        (
            api.send(Method::POST, "/api/v1/serviceaccounts", &named("b")),
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        ),
    ];
    for ((status, body), code, reason, message) in cases {
        assert_eq!(
            (status, &body["reason"], &body["message"]),
            (code, &json!(reason), &json!(message))
        );
        assert_eq!(
            (&body["kind"], &body["code"]),
            (&json!("Status"), &json!(code))
        );
    }
    assert_eq!(
        api.get("/api/v1/endpoints"),
        (404, json!("404 page not found\n"))
    );
}

#[test]
fn a_write_based_on_an_older_version_conflicts() {
    let api = Api::new();
    let path = format!("{ACCOUNTS}/a");
    let first = api.create("a");
    let (status, _) = api.typed(
        Method::PATCH,
        &path,
        "application/merge-patch+json",
        &json!({ "metadata": { "labels": { "x": "1" } } }),
    );
    assert_eq!(status, 200);
    let (status, conflict) = api.send(Method::PUT, &path, &first);
    assert_eq!(status, 409);
    assert_eq!(
        conflict["message"],
        "Operation cannot be fulfilled on serviceaccounts \"a\": the object has been modified; please apply your changes to the latest version and try again"
    );
}

#[test]
fn a_write_that_changes_nothing_keeps_the_resource_version() {
    let api = Api::new();
    let created = api.create("a");
    assert_eq!(
        api.send(Method::PUT, &format!("{ACCOUNTS}/a"), &created).1,
        created
    );
}

#[test]
fn a_generated_name_has_the_prefix_and_five_letters() {
    let (_, created) = Api::new().send(
        Method::POST,
        ACCOUNTS,
        &json!({ "metadata": { "generateName": "web-" } }),
    );
    let name = created["metadata"]["name"].as_str().unwrap();
    assert!(name.starts_with("web-") && name.len() == 9, "{name}");
}

#[test]
fn a_deletion_checks_its_preconditions() {
    let api = Api::new();
    api.create("a");
    let (status, conflict) = api.send(
        Method::DELETE,
        &format!("{ACCOUNTS}/a"),
        &json!({ "preconditions": { "uid": "other" } }),
    );
    assert_eq!(status, 409);
    assert!(
        conflict["message"]
            .as_str()
            .unwrap()
            .contains("Precondition failed: UID in precondition: other, UID in object meta: ")
    );
}

#[test]
fn a_collection_is_deleted_as_far_as_it_is_selected() {
    let api = Api::new();
    for (name, app) in [("a", "web"), ("b", "db")] {
        api.send(
            Method::POST,
            ACCOUNTS,
            &json!({ "metadata": { "name": name, "labels": { "app": app } } }),
        );
    }
    let (_, deleted) = api.send(
        Method::DELETE,
        &format!("{ACCOUNTS}?labelSelector=app%3Dweb"),
        &Value::Null,
    );
    assert_eq!(deleted["items"].as_array().unwrap().len(), 1);
    assert_eq!(api.get(&format!("{ACCOUNTS}/a")).0, 404);
    assert_eq!(api.get(&format!("{ACCOUNTS}/b")).0, 200);
}

#[test]
fn pages_of_a_list_show_one_moment() {
    let api = Api::new();
    for name in ["a", "b", "c"] {
        api.create(name);
    }
    let (_, first) = api.get(&format!("{ACCOUNTS}?limit=1"));
    assert_eq!(first["metadata"]["remainingItemCount"], 3);
    api.create("0");
    let token = first["metadata"]["continue"].as_str().unwrap();
    let (_, first) = api.get(&format!("{ACCOUNTS}?limit=1&continue={token}"));
    assert_eq!(first["metadata"]["remainingItemCount"], 2);
    api.send(Method::DELETE, &format!("{ACCOUNTS}/c"), &Value::Null);
    let token = first["metadata"]["continue"].as_str().unwrap();
    let (_, second) = api.get(&format!("{ACCOUNTS}?limit=2&continue={token}"));
    let names: Vec<_> = second["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["metadata"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["c", "default"]);
    assert_eq!(
        second["metadata"]["resourceVersion"],
        first["metadata"]["resourceVersion"]
    );
}

#[test]
fn rules_are_asked_for_in_a_namespace() {
    let api = Api::new();
    let path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    let (status, refused) = api.send(Method::POST, path, &json!({ "spec": {} }));
    assert_eq!(
        (status, &refused["message"]),
        (400, &json!("no namespace on request"))
    );
    let (status, review) = api.send(
        Method::POST,
        path,
        &json!({ "spec": { "namespace": "default" } }),
    );
    assert_eq!(
        (status, &review["status"]["incomplete"]),
        (201, &json!(true))
    );
    assert_eq!(review["status"]["resourceRules"][0]["verbs"], json!(["*"]));
}

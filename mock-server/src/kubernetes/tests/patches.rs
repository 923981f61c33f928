use super::*;

#[test]
fn unknown_fields_warn_are_refused_or_ignored_as_asked() {
    let api = Api::new();
    let body = json!({ "metadata": { "name": "a", "lables": {} }, "secrets": [{ "nam": "x" }] })
        .to_string()
        .into_bytes();
    let warned = api.raw(
        Method::POST,
        &format!("{ACCOUNTS}?dryRun=All"),
        &[],
        body.clone(),
    );
    let warnings: Vec<_> = warned
        .headers
        .get_all(header::WARNING)
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert_eq!(
        warnings,
        [
            "299 - \"unknown field \\\"metadata.lables\\\"\"",
            "299 - \"unknown field \\\"secrets[0].nam\\\"\""
        ]
    );

    let (status, refused) = json_of(api.raw(
        Method::POST,
        &format!("{ACCOUNTS}?fieldValidation=Strict"),
        &[],
        body.clone(),
    ));
    assert_eq!(status, 400);
    assert_eq!(
        refused["message"],
        "ServiceAccount in version \"v1\" cannot be handled as a ServiceAccount: strict decoding error: unknown field \"metadata.lables\", unknown field \"secrets[0].nam\""
    );

    let ignored = api.raw(
        Method::POST,
        &format!("{ACCOUNTS}?fieldValidation=Ignore"),
        &[],
        body,
    );
    assert_eq!(
        (
            ignored.status.as_u16(),
            ignored.headers.get(header::WARNING)
        ),
        (201, None)
    );
}

#[test]
fn a_dry_run_answers_but_stores_nothing() {
    let api = Api::new();
    let (status, _) = api.send(Method::POST, &format!("{ACCOUNTS}?dryRun=All"), &named("a"));
    assert_eq!(status, 201);
    assert_eq!(api.get(&format!("{ACCOUNTS}/a")).0, 404);
}

#[test]
fn applying_states_what_it_needs() {
    let api = Api::new();
    let path = format!("{ACCOUNTS}/a");
    let config =
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "a" } });
    let apply = |query: &str, config: &Value| {
        api.typed(
            Method::PATCH,
            &format!("{path}{query}"),
            "application/apply-patch+yaml",
            config,
        )
    };
    let (status, refused) = apply("", &config);
    assert_eq!(
        (status, &refused["message"]),
        (
            422,
            &json!(
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
            )
        )
    );
    assert_eq!(apply("?fieldManager=m", &config).0, 201);
    assert_eq!(apply("?fieldManager=m", &config).0, 200);

    let mut unknown = config.clone();
    unknown["secret"] = json!([]);
    assert_eq!(
        apply("?fieldManager=m", &unknown).1["message"],
        "failed to create typed patch object (default/a; /v1, Kind=ServiceAccount): .secret: field not declared in schema"
    );
    let mut twice = config;
    twice["secrets"] = json!([{ "name": "x" }, { "name": "x" }]);
    assert_eq!(
        apply("?fieldManager=m", &twice).1["message"],
        "failed to create typed patch object (default/a; /v1, Kind=ServiceAccount): .secrets: duplicate entries for key [name=\"x\"]"
    );
}

#[test]
fn a_flood_of_unknown_fields_is_named_in_part() {
    let mut body = named("a");
    for number in 0..40_000 {
        body[format!("field{number}")] = json!(number);
    }
    let flooded = Api::new().raw(Method::POST, ACCOUNTS, &[], body.to_string().into_bytes());
    let warnings = flooded.headers.get_all(header::WARNING).iter().count();
    assert_eq!(flooded.status, StatusCode::CREATED);
    assert!((50..=100).contains(&warnings), "{warnings}");
}

#[test]
fn copies_of_a_json_patch_cannot_blow_an_object_up() {
    let api = Api::new();
    api.create("a");
    let copy =
        |n| json!({ "op": "copy", "from": "/metadata", "path": format!("/metadata/copy{n}") });
    let patch: Value = (0..64).map(copy).collect();
    let path = format!("{ACCOUNTS}/a");
    let (status, refused) = api.typed(Method::PATCH, &path, "application/json-patch+json", &patch);
    assert_eq!(
        (status, &refused["message"]),
        (
            422,
            &json!("the server rejected our request due to an error in our request")
        )
    );
}

#[test]
fn a_patch_to_a_wrong_type_is_invalid() {
    let api = Api::new();
    api.create("a");
    let path = format!("{ACCOUNTS}/a");
    let patch = json!({ "automountServiceAccountToken": "yes" });
    let (status, refused) = api.typed(Method::PATCH, &path, "application/merge-patch+json", &patch);
    assert_eq!((status, &refused["reason"]), (422, &json!("Invalid")));
    assert!(
        refused["message"].as_str().unwrap().ends_with(
            "json: cannot unmarshal string into Go struct field ServiceAccount.automountServiceAccountToken of type bool"
        )
    );
}

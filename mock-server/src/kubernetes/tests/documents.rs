use super::*;

#[test]
fn a_table_has_the_kinds_columns() {
    let response = Api::new().raw(
        Method::GET,
        "/api/v1/namespaces",
        &[(
            header::ACCEPT,
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
        )],
        Vec::new(),
    );
    let (_, table) = json_of(response);
    let heads: Vec<_> = table["columnDefinitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|head| head["name"].as_str().unwrap())
        .collect();
    assert_eq!(heads, ["Name", "Status", "Age"]);
    assert_eq!(
        table["rows"][0]["cells"],
        json!(["default", "Active", "0s"])
    );
    assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
}

#[test]
fn what_cannot_be_written_is_not_acceptable() {
    let response = Api::new().raw(
        Method::GET,
        ACCOUNTS,
        &[(header::ACCEPT, "text/html")],
        Vec::new(),
    );
    let (status, body) = json_of(response);
    assert_eq!((status, &body["reason"]), (406, &json!("NotAcceptable")));
}

#[test]
fn the_documents_name_every_kind_with_its_validation() {
    let api = Api::new();
    let (_, index) = api.get("/openapi/v3");
    for path in index["paths"].as_object().unwrap().values() {
        let (status, document) = api.get(path["serverRelativeURL"].as_str().unwrap());
        assert_eq!(status, 200);
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert_eq!(schema["type"], "object", "{name}");
        }
    }
    let (_, core) = api.get("/openapi/v3/api/v1");
    let patch = &core["paths"]["/api/v1/namespaces/{namespace}/serviceaccounts/{name}"]["patch"];
    assert!(
        patch["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .any(|parameter| parameter["name"] == "fieldValidation")
    );
    assert_eq!(
        core["components"]["schemas"]["io.k8s.api.core.v1.ServiceAccount"]["properties"]["secrets"]
            ["x-kubernetes-patch-merge-key"],
        "name"
    );
}

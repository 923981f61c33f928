//! What the API says about itself: version, groups and resources, in the plain and the aggregated form.

use http::StatusCode;
use serde_json::{Value, json};

use super::cluster::KubernetesCluster;
use super::failure::Failure;
use super::kind::Kind;
use super::negotiate::{accept_clauses, accepted, json_response};
use super::route::Document;
use super::schema::openapi;
use super::subresource::Subresource;
use super::{Request, Response, kinds};

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const OPENAPI_TWO_PROTOBUF: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// `/version`.
pub(crate) fn version(cluster: &KubernetesCluster) -> Response {
    let version = &cluster.version;
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let document = json!({
        "major": major, "minor": minor, "gitVersion": format!("v{version}.0-eks-podpass"), "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "", "platform": "linux/amd64",
    });
    json_response(StatusCode::OK, &document)
}

/// Answers with a document.
///
/// # Errors
/// [`Failure::NoSuchPath`] for a group that is not there, [`Failure::NotAcceptable`].
pub(crate) fn answer(document: &Document, request: &Request) -> Result<Response, Failure> {
    if wants_aggregated(request) && matches!(document, Document::Core | Document::Groups) {
        let core = matches!(document, Document::Core);
        let mut response = json_response(StatusCode::OK, &aggregated(core));
        response.set_content_type(AGGREGATED);
        return Ok(response);
    }
    let body = match document {
        Document::Core => {
            json!({ "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [] })
        }
        Document::Groups => {
            let groups: Vec<Value> = group_names(false).into_iter().filter_map(group).collect();
            json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": groups })
        }
        Document::Group(name) => {
            let mut group = group(name).ok_or(Failure::NoSuchPath)?;
            group["kind"] = json!("APIGroup");
            group["apiVersion"] = json!("v1");
            group
        }
        Document::Resources(group, version) => resources(group, version),
        Document::OpenApiTwo => return Ok(openapi_two(request)),
        Document::OpenApiIndex => openapi::index(),
        Document::OpenApi(group, version) => openapi::document(group, version),
    };
    Ok(accepted(&request.headers).map_or_else(
        // Descriptions of the API come in other types too; clients that prefer those take JSON as well.
        |_| json_response(StatusCode::OK, &body),
        |accepted| {
            accepted
                .as_document()
                .write(StatusCode::OK, &super::schema::meta::STATUS, &body)
        },
    ))
}

/// The old document, which defines nothing: `kubectl` asks for it about lists, and then trusts the server to validate.
fn openapi_two(request: &Request) -> Response {
    const VERSION: &str = "2.0";
    let wants_protobuf =
        |media: &str| media.starts_with("application/com.github.proto-openapi.spec.v2");
    if accept_clauses(&request.headers)
        .iter()
        .any(|(media, _)| wants_protobuf(media))
    {
        let mut document = Vec::new();
        prost::encoding::string::encode(1, &VERSION.to_owned(), &mut document);
        return Response::full(StatusCode::OK, OPENAPI_TWO_PROTOBUF, document);
    }
    let info = json!({ "title": "Kubernetes", "version": "unversioned" });
    json_response(
        StatusCode::OK,
        &json!({ "swagger": VERSION, "info": info, "paths": {} }),
    )
}

fn wants_aggregated(request: &Request) -> bool {
    accept_clauses(&request.headers)
        .iter()
        .any(|(media, parameters)| {
            let has = |name: &str, value: &str| {
                parameters
                    .iter()
                    .any(|(found, text)| found == name && text == value)
            };
            media == "application/json"
                && has("g", "apidiscovery.k8s.io")
                && has("v", "v2")
                && has("as", "APIGroupDiscoveryList")
        })
}

fn group_names(core: bool) -> Vec<&'static str> {
    let mut names: Vec<&str> = kinds::group_versions()
        .iter()
        .map(|(group, _)| *group)
        .filter(|group| group.is_empty() == core)
        .collect();
    names.dedup();
    names
}

fn versions(name: &str) -> impl Iterator<Item = &'static str> {
    kinds::group_versions()
        .into_iter()
        .filter(move |(group, _)| *group == name)
        .map(|(_, version)| version)
}

fn group(name: &str) -> Option<Value> {
    let versions: Vec<Value> = versions(name)
        .map(|version| json!({ "groupVersion": format!("{name}/{version}"), "version": version }))
        .collect();
    let preferred = versions.first()?.clone();
    Some(json!({ "name": name, "versions": versions, "preferredVersion": preferred }))
}

fn resources(group: &str, version: &str) -> Value {
    let resources: Vec<Value> = kinds::of(group, version).flat_map(resource).collect();
    let group_version = if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    };
    json!({ "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources })
}

fn resource(kind: &'static Kind) -> Vec<Value> {
    let mut resource = json!({
        "name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced, "kind": kind.kind, "verbs": kind.verbs,
    });
    set_names(&mut resource, kind);
    let parts = parts(kind).map(|(part, of)| {
        let mut described = json!({
            "name": format!("{}/{}", kind.plural, part.name), "singularName": "", "namespaced": kind.namespaced,
        });
        if part.kind.is_some() {
            described["group"] = json!(of.group);
            described["version"] = json!(of.version);
        }
        described["kind"] = json!(of.kind);
        described["verbs"] = json!(part.verbs);
        described
    });
    std::iter::once(resource).chain(parts).collect()
}

/// What else a kind goes by.
fn set_names(resource: &mut Value, kind: &Kind) {
    if !kind.short_names.is_empty() {
        resource["shortNames"] = json!(kind.short_names);
    }
    if !kind.categories.is_empty() {
        resource["categories"] = json!(kind.categories);
    }
}

/// The parts of a kind's objects that are there, each with the kind that it answers with.
fn parts(kind: &'static Kind) -> impl Iterator<Item = (&'static Subresource, &'static Kind)> {
    let there = kind
        .subresources
        .iter()
        .filter(|part| !part.verbs.is_empty());
    there.map(move |part| (part, part.kind.unwrap_or(kind)))
}

fn aggregated(core: bool) -> Value {
    let groups = group_names(core).into_iter().map(|name| {
        let versions = versions(name).map(|version| {
            let resources: Vec<Value> = kinds::of(name, version).map(aggregated_resource).collect();
            json!({ "version": version, "freshness": "Current", "resources": resources })
        });
        let versions: Vec<Value> = versions.collect();
        let mut metadata = json!({ "creationTimestamp": null });
        if !name.is_empty() {
            metadata["name"] = json!(name);
        }
        json!({ "metadata": metadata, "versions": versions })
    });
    let groups: Vec<Value> = groups.collect();
    json!({ "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": groups })
}

fn aggregated_resource(kind: &'static Kind) -> Value {
    let response_kind =
        |kind: &Kind| json!({ "group": kind.group, "version": kind.version, "kind": kind.kind });
    let mut resource = json!({
        "resource": kind.plural, "responseKind": response_kind(kind), "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": kind.singular, "verbs": kind.verbs,
    });
    set_names(&mut resource, kind);
    let parts: Vec<Value> = parts(kind)
        .map(|(part, of)| json!({ "subresource": part.name, "responseKind": response_kind(of), "verbs": part.verbs }))
        .collect();
    if !parts.is_empty() {
        resource["subresources"] = json!(parts);
    }
    resource
}

//! What operations have to be allowed, held against the service authorization reference: `actions.txt` of the policy
//! language.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use futures::FutureExt as _;
use http::Request;
use http::header::{AUTHORIZATION, HOST};
use regex::Regex;
use serde_json::{Value, json};

use super::SERVICES;
use crate::auth::permission::Permission;
use crate::dispatch::{Shared, answer};
use crate::operation::Entry;
use crate::store::Read;
use crate::validation::{Member, Shape};

/// An action or a type of resource in the reference.
struct Known {
    /// Of an action, the types of its resources; of a type, the form of its ARNs.
    about: Vec<&'static str>,
    keys: BTreeSet<&'static str>,
}

/// What the reference knows, by kind, service and name.
fn reference() -> BTreeMap<(&'static str, &'static str, &'static str), Known> {
    let table = include_str!("../../../crates/podpass-policy/tables/actions.txt");
    let mut service = "";
    let mut known = BTreeMap::new();
    for line in table.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let (kind, name, about, keys) = match words.as_slice() {
            ["service", name] => {
                service = name;
                continue;
            }
            ["resource", name, template, keys] => ("resource", *name, *template, *keys),
            ["action", name, _, types, keys] => ("action", *name, *types, *keys),
            _ => continue,
        };
        let list = |text: &'static str| text.split(',').filter(|name| *name != "-");
        let about = list(about).collect();
        let keys = list(keys).collect();
        known.insert((kind, service, name), Known { about, keys });
    }
    // The reference forgets whom GetFederationToken tags (IAM user guide, "Pass session tags in AWS STS").
    if let Some(tag) = known.get_mut(&("action", "sts", "TagSession")) {
        tag.about.push("federated-user");
    }
    known
}

/// Keys of the reference that nothing in a request of these operations tells; for what a role is, only
/// associations tell.
const UNTOLD: [&str; 4] = [
    "iam:AssociatedResourceArn",
    "iam:RoleTemplateARN",
    "saml:aud",
    "sts:TransitiveTagKeys",
];

/// Operations that need no permission, or decide by themselves.
const FREE: [&str; 4] = [
    "AssumeRole",
    "AssumeRoleWithWebIdentity",
    "GetCallerIdentity",
    "GetSessionToken",
];

#[test]
fn every_operation_asks_for_what_the_service_authorization_reference_says() {
    let shared = world();
    let reference = reference();
    let mut wrong = Vec::new();
    for service in SERVICES {
        for entry in service.operations {
            let required = required(&shared, entry);
            let own = format!("{}:{}", service.name, entry.name);
            match required.first() {
                Some(first) if first.action != own => {
                    wrong.push(format!("{own} asks for {} first", first.action));
                }
                None if !FREE.contains(&entry.name) => {
                    wrong.push(format!("{own} asks for nothing"))
                }
                _ => {}
            }
            for permission in required {
                let judged = judge(&reference, &permission);
                wrong.extend(judged.into_iter().map(|text| format!("{own}: {text}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What about a permission is not as the reference has it.
fn judge(
    reference: &BTreeMap<(&'static str, &'static str, &'static str), Known>,
    permission: &Permission,
) -> Vec<String> {
    let Permission {
        action,
        resource,
        keys,
        ..
    } = permission;
    let (service, name) = action.split_once(':').unwrap_or_default();
    let Some(known) = reference.get(&("action", service, name)) else {
        return vec![format!("there is no action {action}")];
    };
    let types = known.about.iter();
    let types: Vec<_> = types
        .filter_map(|kind| reference.get(&("resource", service, kind)))
        .collect();
    let fitting = types.iter().find(|kind| fits(&kind.about, resource));
    let is_free = resource == "*" || resource.starts_with(&format!("arn:aws:{service}:"));
    let mut wrong = Vec::new();
    if fitting.is_none() && !(types.is_empty() && is_free) {
        wrong.push(format!("{resource} is no resource of {action}"));
    }
    let of_resource = fitting.map(|kind| kind.keys.clone()).unwrap_or_default();
    let given: BTreeSet<String> = keys.iter().map(|(key, _)| stem(key)).collect();
    let own = given.iter().filter(|key| !key.starts_with("aws:"));
    let own = own.filter(|key| {
        let is = |known: &&str| known.eq_ignore_ascii_case(key);
        !known.keys.iter().any(is) && !of_resource.iter().any(is)
    });
    wrong.extend(own.map(|key| format!("{action} has no key {key}")));
    let lacking = known.keys.iter().filter(|key| {
        !UNTOLD.contains(key) && !given.iter().any(|given| given.eq_ignore_ascii_case(key))
    });
    wrong.extend(lacking.map(|key| format!("{action} lacks the key {key}")));
    wrong
}

/// A key up to what is free in it.
fn stem(key: &str) -> String {
    let free = key.split_once('/').map(|(stem, _)| format!("{stem}/"));
    free.unwrap_or_else(|| key.to_owned())
}

/// Whether a resource has the form of a template: in it, `*` is any text, and `~` is text without `/` and `:`.
fn fits(template: &[&str], resource: &str) -> bool {
    template.iter().any(|template| {
        let pattern = regex::escape(template)
            .replace(r"\*", ".*")
            .replace(r"\~", "[^/:]*")
            .replace('~', "[^/:]*");
        Regex::new(&format!("^{pattern}$"))
            .unwrap()
            .is_match(resource)
    })
}

fn required(shared: &Shared, entry: &Entry) -> Vec<Permission> {
    let scope = shared.store.settings().scope();
    let input = structure(entry.input);
    let required = shared
        .store
        .enter::<Read, _>(&scope, |cx| (entry.requires)(cx, input));
    required.unwrap_or_else(|fault| panic!("{}: {}", entry.name, fault.message))
}

/// An input with everything that it can have.
fn structure(members: &[Member]) -> Value {
    let members = members.iter();
    members
        .map(|member| (member.name.to_owned(), value(member.name, &member.shape)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn value(name: &str, shape: &Shape) -> Value {
    match *shape {
        Shape::Text(..) => text(name).into(),
        Shape::Enum(words) => words[0].into(),
        Shape::Integer(min, _) => min.max(1).into(),
        Shape::Boolean => true.into(),
        Shape::List(_, _, item) => json!([value(name, item)]),
        Shape::Map(..) => json!({ "team": "a" }),
        Shape::Structure(members) => structure(members),
    }
}

const ROLE: &str = "arn:aws:iam::111122223333:role/my-role";
const BOUNDARY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const ACCESS_POLICY: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";

/// What fits a member of this name in the [`world`].
fn text(name: &str) -> &'static str {
    match name {
        "policyArn" => ACCESS_POLICY,
        "PolicyArn" | "PermissionsBoundary" => BOUNDARY,
        "resourceArn" => "arn:aws:eks:us-west-2:111122223333:cluster/my-cluster",
        "OpenIDConnectProviderArn" => "arn:aws:iam::111122223333:oidc-provider/example.com",
        "DeletionTaskId" => "task/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS/1",
        "AWSServiceName" => "eks.amazonaws.com",
        "Path" | "PathPrefix" | "NewPath" => "/team/",
        "RoleName" | "UserName" => "my-role",
        "Url" => "https://example.com",
        "clusterName" | "name" => "my-cluster",
        _ if name.to_lowercase().ends_with("arn") || name == "nodeRole" => ROLE,
        _ => "a",
    }
}

/// A server with a role, a user and an access entry that have all that conditions can ask for.
fn world() -> Shared {
    let shared = crate::MockServer::builder()
        .cluster("my-cluster")
        .into_shared();
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    for entity in ["Role", "User"] {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", &format!("Create{entity}"))
            .append_pair("Version", "2010-05-08")
            .append_pair(&format!("{entity}Name"), "my-role")
            .append_pair("AssumeRolePolicyDocument", trust)
            .append_pair("PermissionsBoundary", BOUNDARY)
            .finish();
        call(&shared, "iam", "/", form);
    }
    let entries = "/clusters/my-cluster/access-entries";
    let entry = json!({ "principalArn": ROLE, "kubernetesGroups": ["viewers"] });
    call(&shared, "eks", entries, entry.to_string());
    let scope = json!({ "type": "namespace", "namespaces": ["default"] });
    let policy = json!({ "policyArn": ACCESS_POLICY, "accessScope": scope });
    let role = ROLE.replace('/', "%2F");
    let policies = format!("{entries}/{role}/access-policies");
    call(&shared, "eks", &policies, policy.to_string());
    shared
}

fn call(shared: &Shared, service: &str, path: &str, body: String) {
    let credential =
        format!("AWS4-HMAC-SHA256 Credential=test/20260101/us-west-2/{service}/aws4_request");
    let request = Request::post(path)
        .header(HOST, "127.0.0.1:4566")
        .header(AUTHORIZATION, credential)
        .body(Bytes::from(body))
        .unwrap();
    // Without faults, no answer waits.
    let answered = answer(shared, &request).now_or_never().unwrap();
    assert_eq!(answered.status(), 200, "{path}");
}

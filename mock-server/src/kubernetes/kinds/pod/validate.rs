//! What the API server demands of pods: the rules that a pod's author is likely to meet.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::kubernetes::failure::Cause;
use crate::kubernetes::validation::{dns_label, dns_subdomain};

const RESTART_POLICIES: &[&str] = &["Always", "Never", "OnFailure"];
const DNS_POLICIES: &[&str] = &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];
const PULL_POLICIES: &[&str] = &["Always", "IfNotPresent", "Never"];
const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];
/// The shortest life of a projected token, in seconds.
const MIN_TOKEN_SECONDS: i64 = 600;
/// The longest.
const MAX_TOKEN_SECONDS: i64 = 1 << 32;

/// What is wrong with a pod, or with the change of one.
pub(super) fn validate(pod: &Value, old: Option<&Value>) -> Vec<Cause> {
    let mut causes = Vec::new();
    match old {
        None => validate_spec(&pod["spec"], &mut causes),
        Some(old) => validate_change(&pod["spec"], &old["spec"], &mut causes),
    }
    causes
}

fn validate_spec(spec: &Value, causes: &mut Vec<Cause>) {
    let volumes = validate_volumes(spec, causes);
    let mut names = BTreeSet::new();
    for list in ["containers", "initContainers"] {
        for (index, container) in items(spec, list).iter().enumerate() {
            let path = format!("spec.{list}[{index}]");
            check_name(
                &container["name"],
                &format!("{path}.name"),
                &mut names,
                causes,
            );
            validate_container(container, &path, &volumes, causes);
        }
    }
    if items(spec, "containers").is_empty() {
        causes.push(Cause::required("spec.containers", ""));
    }
    for (field, supported) in [
        ("restartPolicy", RESTART_POLICIES),
        ("dnsPolicy", DNS_POLICIES),
    ] {
        check_supported(&spec[field], &format!("spec.{field}"), supported, causes);
    }
    if let Some(seconds) = spec["activeDeadlineSeconds"]
        .as_i64()
        .filter(|seconds| *seconds < 1)
    {
        let rule = "must be between 1 and 2147483647, inclusive";
        causes.push(Cause::invalid(
            "spec.activeDeadlineSeconds",
            &json!(seconds),
            rule,
        ));
    }
    for field in ["serviceAccountName", "nodeName"] {
        if let Some(rule) = text(&spec[field])
            .filter(|name| !name.is_empty())
            .and_then(dns_subdomain)
        {
            causes.push(Cause::invalid(format!("spec.{field}"), &spec[field], &rule));
        }
    }
}

/// Checks the volumes, and answers their names.
fn validate_volumes<'a>(spec: &'a Value, causes: &mut Vec<Cause>) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (index, volume) in items(spec, "volumes").iter().enumerate() {
        let path = format!("spec.volumes[{index}]");
        check_name(&volume["name"], &format!("{path}.name"), &mut names, causes);
        if volume.as_object().is_some_and(|fields| fields.len() > 2) {
            causes.push(Cause::forbidden(
                path.as_str(),
                "may not specify more than 1 volume type",
            ));
        }
        for (source, projected) in items(&volume["projected"], "sources").iter().enumerate() {
            let path = format!("{path}.projected.sources[{source}].serviceAccountToken");
            let token = &projected["serviceAccountToken"];
            if let Some(seconds) = token["expirationSeconds"].as_i64() {
                let field = format!("{path}.expirationSeconds");
                causes.extend(token_seconds(&field, seconds));
            }
            if token.is_object() && text(&token["path"]).is_none_or(str::is_empty) {
                causes.push(Cause::required(format!("{path}.path"), ""));
            }
        }
    }
    names
}

/// What is wrong with the life that is asked for a token.
fn token_seconds(field: &str, seconds: i64) -> Option<Cause> {
    let rule = match seconds {
        ..MIN_TOKEN_SECONDS => "may not specify a duration less than 10 minutes",
        MIN_TOKEN_SECONDS..=MAX_TOKEN_SECONDS => return None,
        _ => "may not specify a duration larger than 2^32 seconds",
    };
    Some(Cause::invalid(field, &json!(seconds), rule))
}

fn validate_container(
    container: &Value,
    path: &str,
    volumes: &BTreeSet<&str>,
    causes: &mut Vec<Cause>,
) {
    let image = text(&container["image"]).unwrap_or_default();
    if image.is_empty() {
        causes.push(Cause::required(format!("{path}.image"), ""));
    } else if image.trim() != image {
        let rule = "must not have leading or trailing whitespace";
        causes.push(Cause::invalid(
            format!("{path}.image"),
            &container["image"],
            rule,
        ));
    }
    check_supported(
        &container["imagePullPolicy"],
        &format!("{path}.imagePullPolicy"),
        PULL_POLICIES,
        causes,
    );
    for (index, port) in items(container, "ports").iter().enumerate() {
        let path = format!("{path}.ports[{index}]");
        match port["containerPort"].as_i64().unwrap_or_default() {
            0 => causes.push(Cause::required(format!("{path}.containerPort"), "")),
            1..=65535 => {}
            _ => {
                let rule = "must be between 1 and 65535, inclusive";
                causes.push(Cause::invalid(
                    format!("{path}.containerPort"),
                    &port["containerPort"],
                    rule,
                ));
            }
        }
        check_supported(
            &port["protocol"],
            &format!("{path}.protocol"),
            PROTOCOLS,
            causes,
        );
    }
    for (index, variable) in items(container, "env").iter().enumerate() {
        let path = format!("{path}.env[{index}]");
        if text(&variable["name"]).is_none_or(str::is_empty) {
            causes.push(Cause::required(format!("{path}.name"), ""));
        }
        if variable["valueFrom"].is_object()
            && text(&variable["value"]).is_some_and(|value| !value.is_empty())
        {
            let rule = "may not be specified when `value` is not empty";
            causes.push(Cause::invalid(
                format!("{path}.valueFrom"),
                &json!(""),
                rule,
            ));
        }
    }
    let mut places = BTreeSet::new();
    for (index, mount) in items(container, "volumeMounts").iter().enumerate() {
        let path = format!("{path}.volumeMounts[{index}]");
        match text(&mount["name"]).unwrap_or_default() {
            "" => causes.push(Cause::required(format!("{path}.name"), "")),
            name if !volumes.contains(name) => {
                causes.push(Cause::not_found(format!("{path}.name"), name))
            }
            _ => {}
        }
        match text(&mount["mountPath"]).unwrap_or_default() {
            "" => causes.push(Cause::required(format!("{path}.mountPath"), "")),
            place if !places.insert(place) => {
                causes.push(Cause::invalid(
                    format!("{path}.mountPath"),
                    &mount["mountPath"],
                    "must be unique",
                ));
            }
            _ => {}
        }
    }
}

fn check_name<'a>(
    name: &'a Value,
    path: &str,
    seen: &mut BTreeSet<&'a str>,
    causes: &mut Vec<Cause>,
) {
    let Some(text) = text(name).filter(|name| !name.is_empty()) else {
        causes.push(Cause::required(path, ""));
        return;
    };
    if let Some(rule) = dns_label(text) {
        causes.push(Cause::invalid(path, name, &rule));
    }
    if !seen.insert(text) {
        causes.push(Cause::duplicate(path, text));
    }
}

fn check_supported(value: &Value, path: &str, supported: &[&str], causes: &mut Vec<Cause>) {
    if let Some(text) = text(value).filter(|text| !supported.contains(text)) {
        causes.push(Cause::unsupported(path, text, supported));
    }
}

const IMMUTABLE: &str = "pod updates may not change fields other than `spec.containers[*].image`,\
    `spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),\
    `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// A pod's spec is what it was, but for images, and what only grows or shrinks.
fn validate_change(new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    let mut back = new.clone();
    for list in ["containers", "initContainers"] {
        if items(new, list).len() != items(old, list).len() {
            let why = "pod updates may not add or remove containers";
            causes.push(Cause::forbidden(format!("spec.{list}"), why));
            return;
        }
        for (index, before) in items(old, list).iter().enumerate() {
            let image = &mut back[list][index]["image"];
            if text(image).is_none_or(str::is_empty) {
                causes.push(Cause::required(format!("spec.{list}[{index}].image"), ""));
            }
            *image = before["image"].clone();
        }
    }
    let keeps = |all: &Value, kept: &Value, list: &str| {
        items(kept, list)
            .iter()
            .all(|item| items(all, list).contains(item))
    };
    if !keeps(new, old, "tolerations") {
        let why = "existing toleration can not be modified except its tolerationSeconds";
        causes.push(Cause::forbidden("spec.tolerations", why));
    }
    if !keeps(old, new, "schedulingGates") {
        let why = "only deletion is allowed, but found new scheduling gate";
        causes.push(Cause::forbidden("spec.schedulingGates", why));
    }
    for field in ["tolerations", "activeDeadlineSeconds", "schedulingGates"] {
        back[field] = old[field].clone();
    }
    let names = [new, old]
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(|spec| spec.keys());
    let changed: BTreeSet<&str> = names
        .map(String::as_str)
        .filter(|name| back[*name] != old[*name])
        .collect();
    if !changed.is_empty() {
        let changed = Vec::from_iter(changed).join(", ");
        causes.push(Cause::forbidden(
            "spec",
            &format!("{IMMUTABLE}\n changed: {changed}"),
        ));
    }
}

fn items<'a>(of: &'a Value, list: &str) -> &'a [Value] {
    of[list].as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

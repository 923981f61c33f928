//! What the API server fills in where a pod's author says nothing.

use serde_json::{Value, json};

use super::each_container;

/// The mode of files in volumes: `0644`.
const FILE_MODE: i64 = 420;
/// How long a projected token is valid unless the volume says so, in seconds.
const TOKEN_SECONDS: i64 = 3600;

/// Fills in a pod.
pub(super) fn default(pod: &mut Value) {
    let spec = &mut pod["spec"];
    for (name, value) in [
        ("restartPolicy", json!("Always")),
        ("terminationGracePeriodSeconds", json!(30)),
        ("dnsPolicy", json!("ClusterFirst")),
        ("securityContext", json!({})),
        ("schedulerName", json!("default-scheduler")),
        ("enableServiceLinks", json!(true)),
    ] {
        set(spec, name, value);
    }
    // The old name of the field is still written, and read where the new one is absent.
    let old_name = spec["serviceAccount"].clone();
    if old_name.is_string() {
        set(spec, "serviceAccountName", old_name);
    }
    mirror_service_account(spec);
    let on_host = spec["hostNetwork"] == true;
    each_container(pod, |container| default_container(container, on_host));
    for volume in items(&mut pod["spec"], "volumes") {
        default_volume(volume);
    }
    for container in items(&mut pod["spec"], "ephemeralContainers") {
        default_container(container, false);
    }
}

/// Repeats the service account under the field's old name.
pub(super) fn mirror_service_account(spec: &mut Value) {
    if let Some(name) = spec["serviceAccountName"].as_str().map(str::to_owned) {
        spec["serviceAccount"] = json!(name);
    }
}

fn default_container(container: &mut Value, on_host: bool) {
    let image = container["image"].as_str().unwrap_or_default();
    let policy = if is_latest(image) {
        "Always"
    } else {
        "IfNotPresent"
    };
    set(container, "imagePullPolicy", json!(policy));
    set(
        container,
        "terminationMessagePath",
        json!("/dev/termination-log"),
    );
    set(container, "terminationMessagePolicy", json!("File"));
    set(container, "resources", json!({}));
    for port in items(container, "ports") {
        set(port, "protocol", json!("TCP"));
        if on_host {
            let number = port["containerPort"].clone();
            set(port, "hostPort", number);
        }
    }
    for variable in items(container, "env") {
        if let Some(source) = variable.get_mut("valueFrom") {
            default_field_version(source);
        }
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = container.get_mut(probe).filter(|probe| probe.is_object()) {
            default_probe(probe);
        }
    }
    for hook in ["postStart", "preStop"] {
        if let Some(hook) = container
            .get_mut("lifecycle")
            .and_then(|hooks| hooks.get_mut(hook))
        {
            default_http(hook);
        }
    }
    let Some(limits) = container["resources"]["limits"].as_object().cloned() else {
        return;
    };
    for (resource, amount) in limits {
        set(&mut container["resources"]["requests"], &resource, amount);
    }
}

/// Whether an image is the newest of its name: it says `latest`, or neither a tag nor a digest.
fn is_latest(image: &str) -> bool {
    if image.contains('@') {
        return false;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}

fn default_probe(probe: &mut Value) {
    for (name, value) in [
        ("timeoutSeconds", 1),
        ("periodSeconds", 10),
        ("successThreshold", 1),
        ("failureThreshold", 3),
    ] {
        if probe[name].as_i64().unwrap_or_default() == 0 {
            probe[name] = json!(value);
        }
    }
    if let Some(grpc) = probe.get_mut("grpc").filter(|grpc| grpc.is_object()) {
        set(grpc, "service", json!(""));
    }
    default_http(probe);
}

fn default_http(action: &mut Value) {
    if let Some(get) = action.get_mut("httpGet").filter(|get| get.is_object()) {
        set(get, "path", json!("/"));
        set(get, "scheme", json!("HTTP"));
    }
}

/// A reference to a field is to one of a `v1` object.
fn default_field_version(source: &mut Value) {
    if let Some(field) = source.get_mut("fieldRef").filter(|field| field.is_object()) {
        set(field, "apiVersion", json!("v1"));
    }
}

fn default_volume(volume: &mut Value) {
    let Value::Object(fields) = volume else {
        return;
    };
    if fields.keys().all(|name| name == "name") {
        fields.insert("emptyDir".to_owned(), json!({}));
    }
    for source in ["secret", "configMap", "downwardAPI", "projected"] {
        if let Some(source) = volume.get_mut(source).filter(|source| source.is_object()) {
            set(source, "defaultMode", json!(FILE_MODE));
        }
    }
    if let Some(path) = volume.get_mut("hostPath").filter(|path| path.is_object()) {
        set(path, "type", json!(""));
    }
    if let Some(files) = volume.get_mut("downwardAPI") {
        items(files, "items")
            .iter_mut()
            .for_each(default_field_version);
    }
    let Some(projected) = volume.get_mut("projected") else {
        return;
    };
    for source in items(projected, "sources") {
        if let Some(token) = source
            .get_mut("serviceAccountToken")
            .filter(|token| token.is_object())
        {
            set(token, "expirationSeconds", json!(TOKEN_SECONDS));
        }
        if let Some(files) = source.get_mut("downwardAPI") {
            items(files, "items")
                .iter_mut()
                .for_each(default_field_version);
        }
    }
}

/// The items of a list, none when it is absent.
fn items<'a>(of: &'a mut Value, list: &str) -> &'a mut [Value] {
    let items = of.get_mut(list).and_then(Value::as_array_mut);
    items.map_or(&mut [], Vec::as_mut_slice)
}

/// Sets a field that is absent or an empty text.
pub(super) fn set(object: &mut Value, name: &str, value: Value) {
    let field = &mut object[name];
    if field.is_null() || field.as_str().is_some_and(str::is_empty) {
        *field = value;
    }
}

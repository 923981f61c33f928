//! Kubernetes' rules for names, labels and annotations, with its own texts.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::failure::Cause;

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN: &str = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const QUALIFIED_NAME: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE: &str = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
/// All annotations of an object together, in bytes.
const MAX_ANNOTATIONS: usize = 256 * 1024;
/// The longest `generateName` that leaves room for the suffix.
pub(crate) const MAX_GENERATE_NAME: usize = 58;

/// An expression that must match a whole string.
fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

fn too_long(limit: usize) -> String {
    format!("must be no more than {limit} bytes")
}

/// Why the text is no DNS-1123 label.
pub(crate) fn dns_label(text: &str) -> Option<String> {
    static REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| whole(LABEL));
    if text.len() > 63 {
        return Some(too_long(63));
    }
    (!matches(&REGEX, text)).then(|| {
        format!(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an \
             alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LABEL}')"
        )
    })
}

/// Why the text is no DNS-1123 subdomain.
pub(crate) fn dns_subdomain(text: &str) -> Option<String> {
    static REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| whole(SUBDOMAIN));
    if text.len() > 253 {
        return Some(too_long(253));
    }
    (!matches(&REGEX, text)).then(|| {
        format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with \
             an alphanumeric character (e.g. 'example.com', regex used for validation is '{SUBDOMAIN}')"
        )
    })
}

/// Why the text is no key of a label or annotation.
pub(crate) fn qualified_name(text: &str) -> Option<String> {
    static REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| whole(QUALIFIED_NAME));
    let rule = format!(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
         'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{QUALIFIED_NAME}')"
    );
    let name = match text.split_once('/') {
        None => text,
        Some((_, name)) if name.contains('/') => {
            return Some(format!(
                "a qualified name {rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ));
        }
        Some(("", _)) => return Some("prefix part must be non-empty".to_owned()),
        Some((prefix, name)) => match dns_subdomain(prefix) {
            Some(rule) => return Some(format!("prefix part {rule}")),
            None => name,
        },
    };
    match name {
        "" => Some("name part must be non-empty".to_owned()),
        name if name.len() > 63 => Some(format!("name part {}", too_long(63))),
        name => (!matches(&REGEX, name)).then(|| format!("name part {rule}")),
    }
}

/// Why the text is no value of a label.
pub(crate) fn label_value(text: &str) -> Option<String> {
    static REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| whole(LABEL_VALUE));
    if text.len() > 63 {
        return Some(too_long(63));
    }
    (!matches(&REGEX, text)).then(|| {
        format!(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with \
             an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '{LABEL_VALUE}')"
        )
    })
}

/// What is wrong with an object's metadata.
pub(crate) fn metadata(metadata: &Value, name_rule: fn(&str) -> Option<String>) -> Vec<Cause> {
    let mut causes = Vec::new();
    let name = metadata["name"].as_str().unwrap_or_default();
    if name.is_empty() {
        causes.push(Cause::required(
            "metadata.name",
            "name or generateName is required",
        ));
    } else if let Some(rule) = name_rule(name) {
        causes.push(Cause::invalid("metadata.name", &metadata["name"], &rule));
    }
    for (key, value) in metadata["labels"].as_object().into_iter().flatten() {
        let key_rule = qualified_name(key)
            .map(|rule| Cause::invalid("metadata.labels", &Value::from(key.as_str()), &rule));
        let value_rule = label_value(value.as_str().unwrap_or_default())
            .map(|rule| Cause::invalid("metadata.labels", value, &rule));
        causes.extend(key_rule.into_iter().chain(value_rule));
    }
    let mut size = 0;
    for (key, value) in metadata["annotations"].as_object().into_iter().flatten() {
        size += key.len() + value.as_str().map_or(0, str::len);
        // Upper case is allowed here, as it was when annotations were young.
        let rule = qualified_name(&key.to_lowercase());
        causes.extend(
            rule.map(|rule| {
                Cause::invalid("metadata.annotations", &Value::from(key.as_str()), &rule)
            }),
        );
    }
    if size > MAX_ANNOTATIONS {
        causes.push(Cause::too_long("metadata.annotations", MAX_ANNOTATIONS));
    }
    for finalizer in metadata["finalizers"].as_array().into_iter().flatten() {
        let rule = qualified_name(finalizer.as_str().unwrap_or_default());
        causes.extend(rule.map(|rule| Cause::invalid("metadata.finalizers", finalizer, &rule)));
    }
    causes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_namespace_may_not_have_dots_but_a_service_account_may() {
        assert!(dns_label("a.b").is_some());
        assert_eq!(dns_subdomain("a.b"), None);
    }

    #[test]
    fn label_keys_may_have_one_prefix() {
        assert_eq!(qualified_name("example.com/MyName"), None);
        assert_eq!(
            qualified_name("/x").as_deref(),
            Some("prefix part must be non-empty")
        );
        assert!(
            qualified_name("a/b/c")
                .is_some_and(|rule| rule.starts_with("a qualified name must consist of"))
        );
    }

    #[test]
    fn every_fault_of_the_metadata_is_named() {
        let causes = metadata(
            &json!({ "name": "UP", "labels": { "a b": "c d" } }),
            dns_subdomain,
        );
        assert_eq!(causes.len(), 3);
    }
}

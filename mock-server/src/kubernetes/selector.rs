//! Label and field selectors of lists and watches.

use serde_json::Value;

use super::failure::Failure;
use super::kind::Kind;
use super::validation;

/// Which objects of a collection are meant.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<FieldRequirement>,
}

#[derive(Debug, Clone, PartialEq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Exists,
    Absent,
    In(Vec<String>),
    NotIn(Vec<String>),
    Above(i64),
    Below(i64),
}

#[derive(Debug, Clone, PartialEq)]
struct FieldRequirement {
    pointer: String,
    value: String,
    equal: bool,
}

impl Selector {
    /// Reads both selectors; an empty text selects everything.
    ///
    /// # Errors
    /// [`Failure::BadRequest`] for what is no selector, and for fields that the kind does not select by.
    pub(crate) fn parse(
        kind: &'static Kind,
        labels: &str,
        fields: &str,
    ) -> Result<Selector, Failure> {
        let labels_read = clauses(labels).map(requirement).collect::<Result<_, _>>()?;
        let fields_read = fields.split(',').map(str::trim).filter(|clause| !clause.is_empty()).map(|clause| {
            let (field, value, equal) = field_clause(clause)?;
            let known = matches!(field, "metadata.name" | "metadata.namespace") || kind.selectable.contains(&field);
            if !known || (field == "metadata.namespace" && !kind.namespaced) {
                return Err(Failure::BadRequest(format!(
                    "Unable to find \"{}, Resource={}\" that match label selector \"{labels}\", field selector \"{fields}\": \
                     field label not supported: {field}",
                    group_version(kind),
                    kind.plural,
                )));
            }
            Ok(FieldRequirement { pointer: format!("/{}", field.replace('.', "/")), value: value.to_owned(), equal })
        });
        Ok(Selector {
            labels: labels_read,
            fields: fields_read.collect::<Result<_, Failure>>()?,
        })
    }

    /// Whether it selects everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Whether the object is meant.
    pub(crate) fn matches(&self, object: &Value) -> bool {
        let labels = &object["metadata"]["labels"];
        self.labels
            .iter()
            .all(|requirement| requirement.matches(labels[&requirement.key].as_str()))
            && self.fields.iter().all(|field| {
                let found = object
                    .pointer(&field.pointer)
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                (found == field.value) == field.equal
            })
    }
}

fn group_version(kind: &Kind) -> String {
    format!("{}/{}", kind.group, kind.version)
}

impl Requirement {
    fn matches(&self, label: Option<&str>) -> bool {
        let number = || label.and_then(|text| text.parse::<i64>().ok());
        match &self.test {
            Test::Exists => label.is_some(),
            Test::Absent => label.is_none(),
            Test::In(values) => {
                label.is_some_and(|label| values.iter().any(|value| value == label))
            }
            Test::NotIn(values) => {
                label.is_none_or(|label| values.iter().all(|value| value != label))
            }
            Test::Above(limit) => number().is_some_and(|number| number > *limit),
            Test::Below(limit) => number().is_some_and(|number| number < *limit),
        }
    }
}

/// Splits at the commas that are not within parentheses.
fn clauses(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0usize;
    text.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .map(str::trim)
    .filter(|clause| !clause.is_empty())
}

fn requirement(clause: &str) -> Result<Requirement, Failure> {
    let made = |key: &str, test: Test| {
        let key = key.trim();
        if let Some(rule) = validation::qualified_name(key) {
            return Err(unparsable(&format!(
                "<nil>: Invalid value: \"{key}\": {rule}"
            )));
        }
        Ok(Requirement {
            key: key.to_owned(),
            test,
        })
    };
    if let Some(key) = clause.strip_prefix('!') {
        return made(key, Test::Absent);
    }
    if let Some((key, value)) = clause.split_once("!=") {
        return made(key, Test::NotIn(vec![label_value(value)?]));
    }
    if let Some((key, value)) = clause.split_once("==").or_else(|| clause.split_once('=')) {
        return made(key, Test::In(vec![label_value(value)?]));
    }
    if let Some((key, value)) = clause.split_once('>') {
        return made(key, Test::Above(integer(value)?));
    }
    if let Some((key, value)) = clause.split_once('<') {
        return made(key, Test::Below(integer(value)?));
    }
    let Some((key, rest)) = clause.split_once(char::is_whitespace) else {
        return made(clause, Test::Exists);
    };
    let rest = rest.trim();
    let (operator, values) = rest.split_once('(').ok_or_else(|| {
        unparsable(&format!(
            "found '{rest}', expected: in, notin, =, ==, !=, gt, lt"
        ))
    })?;
    let values = values
        .strip_suffix(')')
        .ok_or_else(|| unparsable("found '', expected: ',', or ')'"))?;
    let values = values
        .split(',')
        .map(label_value)
        .collect::<Result<Vec<_>, _>>()?;
    match operator.trim() {
        "in" => made(key, Test::In(values)),
        "notin" => made(key, Test::NotIn(values)),
        other => Err(unparsable(&format!(
            "found '{other}', expected: in, notin, =, ==, !=, gt, lt"
        ))),
    }
}

fn unparsable(why: &str) -> Failure {
    Failure::BadRequest(format!("unable to parse requirement: {why}"))
}

fn label_value(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    match validation::label_value(text) {
        Some(rule) => Err(unparsable(&format!(
            "values[0][key]: Invalid value: \"{text}\": {rule}"
        ))),
        None => Ok(text.to_owned()),
    }
}

fn integer(text: &str) -> Result<i64, Failure> {
    text.trim()
        .parse()
        .map_err(|_| unparsable("for 'Gt', 'Lt' operators, the value must be an integer"))
}

fn field_clause(clause: &str) -> Result<(&str, &str, bool), Failure> {
    let split = clause
        .split_once("!=")
        .map(|(field, value)| (field, value, false))
        .or_else(|| {
            clause
                .split_once("==")
                .map(|(field, value)| (field, value, true))
        })
        .or_else(|| {
            clause
                .split_once('=')
                .map(|(field, value)| (field, value, true))
        });
    split.ok_or_else(|| {
        Failure::BadRequest(format!(
            "invalid field selector: invalid selector: '{clause}'; can't understand '{clause}'"
        ))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kubernetes::kinds::service_account::SERVICE_ACCOUNT;

    fn selects(labels: &str, fields: &str) -> bool {
        let object = json!({ "metadata": { "name": "a", "namespace": "n", "labels": { "app": "web", "tier": "2" } } });
        Selector::parse(&SERVICE_ACCOUNT, labels, fields)
            .unwrap()
            .matches(&object)
    }

    #[test]
    fn every_operator_of_labels_is_understood() {
        for yes in [
            "app",
            "!gone",
            "app=web",
            "app==web",
            "app!=db",
            "app in (db, web)",
            "app notin (db),tier",
            "other notin (x)",
            "tier>1",
            "tier<3",
        ] {
            assert!(selects(yes, ""), "{yes}");
        }
        for no in [
            "gone",
            "!app",
            "app=db",
            "app in (db)",
            "app notin (web)",
            "app,gone",
            "tier>2",
        ] {
            assert!(!selects(no, ""), "{no}");
        }
    }

    #[test]
    fn fields_select_by_name_and_namespace_only() {
        assert!(selects("", "metadata.name=a,metadata.namespace!=other"));
        assert!(!selects("", "metadata.name=b"));
        let failure = Selector::parse(&SERVICE_ACCOUNT, "", "spec.x=1").unwrap_err();
        assert!(
            matches!(failure, Failure::BadRequest(text) if text.ends_with("field label not supported: spec.x"))
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["a b", "a in b", "a in (b", "=x", "a=b c"] {
            assert!(
                Selector::parse(&SERVICE_ACCOUNT, text, "").is_err(),
                "{text}"
            );
        }
    }
}

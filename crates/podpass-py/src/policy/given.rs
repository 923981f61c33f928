//! What Python hands over in forms of its own: kinds, mappings, plain values.

use podpass_policy::{Context, ContextValue, DocumentKind};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyMapping;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error, StrDeserializer};

use crate::json;

/// The kind of documents that goes by this name.
pub(super) fn kind(name: &str) -> PyResult<DocumentKind> {
    DocumentKind::deserialize(StrDeserializer::<Error>::new(name))
        .map_err(|error| PyValueError::new_err(format!("no kind of document: {error}")))
}

/// What plain values say, `what` being its name in errors.
pub(super) fn values<T: DeserializeOwned>(values: &Bound<'_, PyAny>, what: &str) -> PyResult<T> {
    serde_json::from_str(&json::from_python(values)?)
        .map_err(|error| PyValueError::new_err(format!("not {what}: {error}")))
}

/// The texts of a mapping such as tags; none when it is left out.
pub(super) fn pairs<C: FromIterator<(String, String)>>(
    mapping: Option<&Bound<'_, PyMapping>>,
) -> PyResult<C> {
    match mapping {
        None => Ok(C::from_iter([])),
        Some(mapping) => {
            let pairs: Vec<(String, String)> = mapping.items()?.extract()?;
            Ok(pairs.into_iter().collect())
        }
    }
}

/// The value of a context key.
#[derive(FromPyObject)]
enum Value {
    One(String),
    List(Vec<String>),
}

/// Context keys, added to those that are there already.
pub(crate) fn extend(context: &mut Context, given: Option<&Bound<'_, PyMapping>>) -> PyResult<()> {
    let Some(given) = given else { return Ok(()) };
    for (key, value) in given.items()?.extract::<Vec<(String, Value)>>()? {
        let value = match value {
            Value::One(text) => ContextValue::One(text),
            Value::List(texts) => ContextValue::List(texts),
        };
        context.set(&key, value);
    }
    Ok(())
}

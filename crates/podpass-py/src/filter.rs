//! The filters of a mock's requests, as Python's keywords name them.

use podpass_mock::ledger::Filter;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};

use crate::error;

/// The filter that keywords such as `error_code="NoSuchEntity"` mean; those that are `None` mean nothing.
pub(crate) fn of(keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Filter> {
    let mut filter = Filter::new();
    for (name, value) in keywords.into_iter().flatten() {
        if value.is_none() {
            continue;
        }
        let name: String = name.extract()?;
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        let camel = words.fold(first, |mut name, word| {
            let (initial, rest) = word.split_at_checked(1).unwrap_or_default();
            name.push_str(&initial.to_ascii_uppercase());
            name.push_str(rest);
            name
        });
        let set = filter.set(&camel, &text(&value)?);
        set.map_err(|error| match error {
            podpass_mock::ledger::FilterError::Unknown(_) => {
                PyTypeError::new_err(format!("there is no filter `{name}`"))
            }
            other => error::plain(other),
        })?;
    }
    Ok(filter)
}

/// A value as the server's own route takes it.
fn text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(flag.is_true().to_string());
    }
    match value.extract::<jiff::Timestamp>() {
        Ok(time) => Ok(time.to_string()),
        Err(_) => Ok(value.str()?.to_string()),
    }
}

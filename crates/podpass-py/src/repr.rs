//! How wrapped objects show themselves.

use pyo3::PyClass;
use pyo3::prelude::*;

/// `Name(field=value, …)`, as dataclasses do it: the fields are those of `__match_args__`.
pub(crate) fn of<T: PyClass>(object: &Bound<'_, T>) -> PyResult<String> {
    let object = object.as_any();
    let class = object.get_type();
    let names: Vec<String> = class.getattr("__match_args__")?.extract()?;
    let fields = names
        .iter()
        .map(|name| Ok(format!("{name}={}", object.getattr(name.as_str())?.repr()?)))
        .collect::<PyResult<Vec<_>>>()?;
    Ok(format!("{}({})", class.name()?, fields.join(", ")))
}

//! The delays of news, as Python gives them.

use std::collections::BTreeMap;
use std::time::Duration;

use podpass_mock::{Propagation, Propagations};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error;

/// The delays that `"aws"` or a mapping of ways to `timedelta`s means.
pub(crate) fn read(delays: &Bound<'_, PyAny>) -> PyResult<Propagations> {
    if delays.extract::<&str>().is_ok_and(|text| text == "aws") {
        return Ok(Propagations::aws());
    }
    let delays: BTreeMap<String, Duration> = delays.extract().map_err(|_| {
        PyTypeError::new_err("`propagation` is \"aws\", or a mapping of ways to timedeltas")
    })?;
    let mut read = Propagations::none();
    for (way, delay) in delays {
        read = read.with(way.parse::<Propagation>().map_err(error::plain)?, delay);
    }
    Ok(read)
}

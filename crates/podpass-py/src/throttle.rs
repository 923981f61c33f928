//! Rates of throttling, as plain Python values.

use std::collections::BTreeMap;

use podpass_mock::{Rate, Rates};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::error;

/// What users give: `"aws"`, or a dict of classes with calls per second, or those and how many at once.
pub(crate) fn given(rates: &Bound<'_, PyAny>) -> PyResult<Rates> {
    if let Ok(name) = rates.extract::<&str>() {
        return match name {
            "aws" => Ok(Rates::aws()),
            _ => Err(PyValueError::new_err(format!(
                "throttle is \"aws\" or a dict of rates, not {name:?}"
            ))),
        };
    }
    let classes: BTreeMap<String, Bound<'_, PyAny>> = rates.extract()?;
    let mut given = Rates::none();
    for (class, rate) in classes {
        let class = class.parse().map_err(error::plain)?;
        let rate = match rate.extract::<(f64, u32)>() {
            Ok((per_second, burst)) => Rate::new(per_second, burst),
            Err(_) => Rate::per_second(rate.extract()?),
        };
        given = given.with(class, rate.map_err(error::plain)?);
    }
    Ok(given)
}

/// The same as users read it.
pub(crate) fn told(rates: &Rates) -> BTreeMap<String, (f64, u32)> {
    rates
        .iter()
        .map(|(class, rate)| (class.to_string(), (rate.calls_per_second(), rate.burst())))
        .collect()
}

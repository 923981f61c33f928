//! The Python module `podpass._core`.

use pyo3::prelude::*;

/// The compiled half of the `podpass` package.
#[pymodule]
mod _core {
    use super::*;

    /// The version of podpass.
    #[pyfunction]
    fn version() -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

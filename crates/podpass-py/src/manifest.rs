//! `Manifest`: which service accounts may assume which roles.

use std::path::PathBuf;

use podpass::port::CallerIdentity;
use podpass::{Desired, Region};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{error, json, repr};

/// A checked manifest. Made by `from_file`, `from_str` or `from_dict`.
///
/// >>> podpass.Manifest.from_str("clusters: [{clusterName: my-cluster, associations: []}]")
/// Manifest(clusters=('my-cluster',))
/// >>> podpass.Manifest.from_str("clusters: [{clustername: my-cluster}]")
/// Traceback (most recent call last):
///     ...
/// podpass.errors.ManifestError: 1:13: unknown key `clustername` (help: did you mean `clusterName`?)
#[pyclass(frozen, eq, module = "podpass")]
#[derive(PartialEq, Eq)]
pub(crate) struct Manifest {
    manifest: podpass::Manifest,
    /// The file that it came from, for messages about it later on.
    file: Option<PathBuf>,
}

impl Manifest {
    fn parse(text: &str, file: Option<PathBuf>) -> PyResult<Self> {
        match podpass::Manifest::parse(text) {
            Ok(manifest) => Ok(Self { manifest, file }),
            Err(error) => Err(error::manifest(error, file.as_deref())),
        }
    }

    /// What it asks for in the caller's account.
    pub(crate) fn resolve(
        &self,
        caller: &CallerIdentity,
        region: Option<&Region>,
    ) -> PyResult<Desired> {
        Desired::resolve(&self.manifest, caller, region)
            .map_err(|error| error::manifest(error, self.file.as_deref()))
    }
}

#[pymethods]
impl Manifest {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["clusters"])
    }

    /// Reads a YAML or JSON file.
    ///
    /// Raises `OSError` when it cannot be read, `ManifestError` with everything that is wrong in it.
    #[staticmethod]
    fn from_file(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        // Python's own reading, for errors that name the file.
        let file = py.import("pathlib")?.call_method1("Path", (&path,))?;
        let text: String = file.call_method1("read_text", ("utf-8",))?.extract()?;
        Self::parse(&text, Some(path))
    }

    /// Reads a YAML or JSON text.
    ///
    /// Raises `ManifestError` with everything that is wrong in it.
    #[staticmethod]
    fn from_str(text: &str) -> PyResult<Self> {
        Self::parse(text, None)
    }

    /// Takes plain values, as `json.loads` or a YAML library answers them.
    ///
    /// Raises `TypeError` for values that JSON cannot hold, and `ManifestError`, whose line and column
    /// are those of the JSON text.
    #[staticmethod]
    fn from_dict(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::parse(&json::from_python(values)?, None)
    }

    /// The JSON Schema of manifests, with every key documented.
    #[staticmethod]
    fn json_schema(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        json::to_python(py, &podpass::Manifest::json_schema())
    }

    /// The names of its clusters.
    #[getter]
    fn clusters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let names = self
            .manifest
            .clusters
            .iter()
            .map(|cluster| cluster.name.as_str());
        PyTuple::new(py, names.collect::<Vec<_>>())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}

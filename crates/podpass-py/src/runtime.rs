//! The one tokio runtime of the process, and the two ways to wait on it.

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::{Handle, Runtime};

/// How long Ctrl-C may go unnoticed while Rust waits.
const SIGNAL_CHECK: Duration = Duration::from_millis(50);

/// The runtime, once it is certain that its threads live in this process.
///
/// They do not survive a fork: without this check, a forked child would wait for ever.
fn runtime() -> PyResult<&'static Runtime> {
    static OWNER: OnceLock<u32> = OnceLock::new();
    let process = std::process::id();
    if *OWNER.get_or_init(|| process) != process {
        return Err(PyRuntimeError::new_err(
            "podpass was used before this process was forked and cannot be used in it: \
             start processes with the `spawn` or `forkserver` method",
        ));
    }
    Ok(pyo3_async_runtimes::tokio::get_runtime())
}

/// Waits for `future` with the GIL released. Ctrl-C drops the future and raises `KeyboardInterrupt`.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    future: impl Future<Output = PyResult<T>> + Send,
) -> PyResult<T> {
    let runtime = runtime()?;
    if Handle::try_current().is_ok() {
        return Err(PyRuntimeError::new_err(
            "podpass cannot be called from inside `on_progress`",
        ));
    }
    py.detach(|| {
        runtime.block_on(async {
            let mut future = std::pin::pin!(future);
            let mut check = tokio::time::interval(SIGNAL_CHECK);
            loop {
                tokio::select! {
                    biased;
                    done = &mut future => return done,
                    _ = check.tick() => Python::attach(|py| py.check_signals())?,
                }
            }
        })
    })
}

/// Answers an awaitable for the running asyncio loop. Cancelling it drops the future.
pub(crate) fn awaitable<'py, T>(
    py: Python<'py>,
    future: impl Future<Output = PyResult<T>> + Send + 'static,
) -> PyResult<Bound<'py, PyAny>>
where
    T: for<'a> IntoPyObject<'a> + Send + 'static,
{
    runtime()?;
    pyo3_async_runtimes::tokio::future_into_py(py, future)
}

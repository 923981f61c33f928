//! A server that runs, and its kubeconfig.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

/// What there is between `start` and `stop`.
pub(crate) struct Running {
    pub(crate) server: podpass_mock::MockServer,
    /// Where clients find the clusters; deleted when this is dropped.
    pub(crate) kubeconfig: TempPath,
}

impl Running {
    /// The server's own kubeconfig, written anew: clusters may have come and gone.
    pub(crate) fn kubeconfig(&self) -> io::Result<PathBuf> {
        let path = std::path::absolute(&self.kubeconfig)?;
        self.write_kubeconfig(&path)?;
        Ok(path)
    }

    /// Replaces the file in one step, so that no reader sees half of it. Temporary files are
    /// readable by their owner only.
    pub(crate) fn write_kubeconfig(&self, path: &Path) -> io::Result<()> {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(self.server.kubeconfig().as_bytes())?;
        file.persist(path)?;
        Ok(())
    }
}

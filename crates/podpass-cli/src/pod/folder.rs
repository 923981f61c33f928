//! The private folder that a pod's tokens are in.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use podpass::PodEnvironment;
use podpass::port::ServiceAccountToken;
use tempfile::{NamedTempFile, TempDir};

/// A folder that nobody else can look into. It goes with this value, unless it is [kept](Self::keep).
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    /// A new one, among the temporary files.
    pub(crate) fn create() -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("podpass-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        Ok(Self(builder.tempdir()?))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Lets the folder stay.
    pub(crate) fn keep(self) -> PathBuf {
        self.0.keep()
    }

    /// Writes the file that stands for the user's own ones.
    pub(crate) fn prepare(&self, environment: &PodEnvironment) -> io::Result<()> {
        std::fs::write(&environment.empty_file, "")
    }
}

/// Writes a token in one step, so that no reader finds half of it. Nobody but the owner can read the file.
pub(crate) fn write(file: &Path, token: &ServiceAccountToken) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut written = NamedTempFile::new_in(folder)?;
    written.write_all(token.text.as_bytes())?;
    written.persist(file)?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_the_owner_can_read_tokens() {
        let folder = Folder::create().unwrap();
        let file = folder.path().join("token");
        for text in ["first", "second"] {
            let token = ServiceAccountToken {
                text: text.to_owned(),
                lifetime: Duration::from_secs(600),
            };
            write(&file, &token).unwrap();
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        }
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(folder.path()), 0o700);
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
    }
}

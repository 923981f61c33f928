//! Why kept state cannot be used.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a file of `--state` cannot be used. The file stays as it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StateFileError {
    /// The operating system refused.
    #[error("cannot open the state file `{}`", .0.display())]
    Open(PathBuf, #[source] io::Error),
    /// Another server has it.
    #[error("another server keeps its state in `{}`", .0.display())]
    InUse(PathBuf),
    /// The file is no SQLite database, or is cut off.
    #[error("`{}` is no state file", .0.display())]
    NotAStateFile(PathBuf),
    /// The database is another program's.
    #[error("`{}` is a database of another program", .0.display())]
    Foreign(PathBuf),
    /// The file is of a version that this server does not know.
    #[error(
        "`{}` is of version {found} of state files, and this server knows version {known}",
        .path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i32,
        /// The version that this server writes.
        known: i32,
    },
    /// The file is damaged.
    #[error("the state file `{}` is damaged: {fault}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// The library that stores the rows failed.
    #[error("cannot use the state file `{}`", .0.display())]
    Store(PathBuf, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row in it cannot be read.
    #[error("the state in `{}` cannot be read", .0.display())]
    Rows(PathBuf, #[source] ImportError),
    /// There is state in the file already, so that none can be loaded into it.
    #[error("`{}` holds state already: none is loaded into it", .0.display())]
    NotNew(PathBuf),
}

/// Why exported state cannot be imported. Nothing has changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file cannot be read.
    #[error("it cannot be read")]
    Read(#[source] io::Error),
    /// The text is no export.
    #[error("this is no exported state: {0}")]
    Form(String),
    /// The export is of a version that this server does not know.
    #[error("this is version {found} of exported state, and this server knows version {known}")]
    Version {
        /// Its version.
        found: u64,
        /// The version that this server writes.
        known: u64,
    },
    /// A place that does not exist, or that has the wrong number of rows.
    #[error("`{place}`: {message}")]
    Place {
        /// The place.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// A row that cannot be read, or contradicts another.
    #[error("`{place}`, row {row}: {message}")]
    Row {
        /// Its place.
        place: String,
        /// Which one it is there, counted from 1.
        row: usize,
        /// What is wrong.
        message: String,
    },
}

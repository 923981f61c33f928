//! The state file: an SQLite database with one table of rows.
//!
//! It is looked at before it is opened for writing: what is no state file of this version stays as it was, byte for
//! byte, and nothing is left beside it. While a server has it, its newest changes are in a log beside it
//! (`FILE-wal`), which a graceful stop puts into the file; after a crash the next start does.

use std::ffi::OsString;
use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use serde_json::value::RawValue;

use super::{Change, Rows, StateFileError, Write};

/// By which SQLite tells whose a database is: "pdps".
const APPLICATION_ID: i32 = 0x7064_7073;
/// The version of the rows, which changes with their members.
const VERSION: i32 = 1;
/// What an SQLite database begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// How long its header is.
const HEADER: usize = 100;
/// Where the header has the version and the application.
const VERSION_AT: usize = 60;
const APPLICATION_ID_AT: usize = 68;

const PUT: &str = "INSERT INTO rows (place, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (place, key) DO UPDATE SET value = excluded.value";
const REMOVE: &str = "DELETE FROM rows WHERE place = ?1 AND key = ?2";
/// `0` follows on `/`.
const FORGET: &str = "DELETE FROM rows WHERE place >= ?1 || '/' AND place < ?1 || '0'";
const CLEAR: &str = "DELETE FROM rows";

/// A state file that this server has for itself.
#[derive(Debug)]
pub(crate) struct File {
    database: Connection,
    /// Keeps other servers out for as long as it is open.
    _lock: fs::File,
}

/// A state file and what was in it: nothing, if it is new.
pub(crate) struct Opened {
    pub(crate) file: File,
    pub(crate) rows: Rows,
}

/// Opens a state file, or makes it.
///
/// # Errors
/// When it is not one, or cannot be had.
pub(crate) fn open(path: &Path) -> Result<Opened, StateFileError> {
    let is_new = !path.try_exists().map_err(|error| open_error(path, error))?;
    if is_new {
        create(path)?;
    }
    let lock = lock(path)?;
    check_header(path)?;
    let rows = read(path)?;
    let database = connect(path).map_err(|error| store_error(path, error))?;
    let prepare = || -> rusqlite::Result<()> {
        database.pragma_update(None, "journal_mode", "wal")?;
        database.pragma_update(None, "synchronous", "normal")?;
        // From here on SQLite holds the file too, against programs that do not know of the other lock.
        database.execute_batch("BEGIN IMMEDIATE; COMMIT")
    };
    prepare().map_err(|error| store_error(path, error))?;
    let file = File {
        database,
        _lock: lock,
    };
    Ok(Opened { file, rows })
}

/// Makes an empty state file under another name first: under its own it is whole from the beginning.
fn create(path: &Path) -> Result<(), StateFileError> {
    let draft = with_suffix(path, &format!("-new-{}", std::process::id()));
    let made = make(&draft, path);
    for left in [draft.clone(), with_suffix(&draft, "-journal")] {
        // The draft is a second name of the file by now, or of no use.
        _ = fs::remove_file(left);
    }
    made
}

fn make(draft: &Path, path: &Path) -> Result<(), StateFileError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(draft)
        .map_err(|error| open_error(path, error))?;
    let write = || -> rusqlite::Result<()> {
        let database = Connection::open_with_flags(draft, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        database.pragma_update(None, "application_id", APPLICATION_ID)?;
        database.pragma_update(None, "user_version", VERSION)?;
        database.execute_batch(
            "CREATE TABLE rows (place TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
                PRIMARY KEY (place, key)) WITHOUT ROWID",
        )?;
        database.close().map_err(|(_, error)| error)
    };
    write().map_err(|error| store_error(path, error))?;
    match fs::hard_link(draft, path) {
        Ok(()) => Ok(()),
        // Another server was quicker: whoever locks it has it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // Not every file system has second names.
        Err(_) => fs::rename(draft, path).map_err(|error| open_error(path, error)),
    }
}

/// Keeps other servers out.
fn lock(path: &Path) -> Result<fs::File, StateFileError> {
    let file = OpenOptions::new().read(true).write(true).open(path);
    let file = file.map_err(|error| open_error(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateFileError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(open_error(path, error)),
    }
}

/// Checks what the beginning of the file says it is, without the library: it has never seen a foreign file.
fn check_header(path: &Path) -> Result<(), StateFileError> {
    let mut header = [0; HEADER];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(StateFileError::NotAStateFile(path.to_owned()));
        }
        read => read.map_err(|error| open_error(path, error))?,
    }
    let number = |at: usize| {
        let bytes = header[at..].first_chunk().copied().unwrap_or_default();
        i32::from_be_bytes(bytes)
    };
    if !header.starts_with(MAGIC) {
        return Err(StateFileError::NotAStateFile(path.to_owned()));
    }
    if number(APPLICATION_ID_AT) != APPLICATION_ID {
        return Err(StateFileError::Foreign(path.to_owned()));
    }
    match number(VERSION_AT) {
        VERSION => Ok(()),
        found => Err(StateFileError::Version {
            path: path.to_owned(),
            found,
            known: VERSION,
        }),
    }
}

/// Reads all rows of a file that looks like one, and checks that it is whole. Nothing is written: what a crash left in
/// the log stays there.
fn read(path: &Path) -> Result<Rows, StateFileError> {
    let log = with_suffix(path, "-wal");
    let had_log = log.exists();
    let read = check_and_read(path);
    if !had_log {
        // Opening made one, and as nothing was written it is empty.
        _ = fs::remove_file(log);
    }
    let (faults, rows) = read.map_err(|error| store_error(path, error))?;
    if faults != "ok" {
        return Err(damaged(path, faults));
    }
    let mut places = Rows::new();
    for (place, key, value) in rows {
        let row = RawValue::from_string(value).map_err(|error| {
            let key = key.replace('\0', " ");
            damaged(path, format!("the row `{key}` of `{place}`: {error}"))
        })?;
        places.entry(place).or_default().push(row);
    }
    Ok(places)
}

type Row = (String, String, String);

fn check_and_read(path: &Path) -> rusqlite::Result<(String, Vec<Row>)> {
    let database = connect(path)?;
    // The log is nobody else's to put into the file than who then writes it.
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let faults: String = database.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if faults != "ok" {
        return Ok((faults, Vec::new()));
    }
    let mut select = database.prepare("SELECT place, key, value FROM rows ORDER BY place, key")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rows = rows.collect::<rusqlite::Result<_>>()?;
    Ok((faults, rows))
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags)?;
    database.busy_timeout(std::time::Duration::ZERO)?;
    // One process has the file, so that it needs no memory that is shared through a further file.
    database.pragma_update(None, "locking_mode", "exclusive")?;
    Ok(database)
}

impl File {
    /// Commits changes as one group: all of them are in the file, or none.
    pub(super) fn commit(&mut self, changes: &[Change]) -> rusqlite::Result<()> {
        let group = self.database.transaction()?;
        for write in changes.iter().flatten() {
            match write {
                Write::Put { place, key, row } => {
                    group.prepare_cached(PUT)?.execute(params![place, key, row])
                }
                Write::Remove { place, key } => {
                    group.prepare_cached(REMOVE)?.execute(params![place, key])
                }
                Write::Forget(place) => group.prepare_cached(FORGET)?.execute(params![place]),
                Write::Clear => group.prepare_cached(CLEAR)?.execute([]),
            }?;
        }
        group.commit()
    }

    /// Puts what is in the log into the file.
    pub(super) fn close(self) -> rusqlite::Result<()> {
        self.database.close().map_err(|(_, error)| error)
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn open_error(path: &Path, error: io::Error) -> StateFileError {
    StateFileError::Open(path.to_owned(), error)
}

fn damaged(path: &Path, fault: String) -> StateFileError {
    let path = path.to_owned();
    StateFileError::Damaged { path, fault }
}

fn store_error(path: &Path, error: rusqlite::Error) -> StateFileError {
    let path = path.to_owned();
    if matches!(error, rusqlite::Error::InvalidColumnType(..)) {
        return damaged(&path, error.to_string());
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StateFileError::InUse(path),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            damaged(&path, error.to_string())
        }
        _ => StateFileError::Store(path, error.into()),
    }
}

//! State files that are and that are not, and what is kept in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use futures::FutureExt as _;
use rusqlite::Connection;
use tempfile::TempDir;

use super::file::Opened;
use super::*;
use crate::store::{Beginning, KeptServer, Store};
use crate::{Clock, MockServer};

fn put(place: &str, key: &str) -> Change {
    let (place, key) = (place.to_owned(), key.to_owned());
    let row = format!("{{\"key\":{key:?}}}");
    vec![Write::Put { place, key, row }]
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    (folder, path)
}

/// A file with a few rows, closed well.
fn written(path: &Path) {
    let Opened { mut file, rows } = open(path).unwrap();
    assert!(rows.is_empty());
    let many = (0..300).map(|i| put("a/b", &format!("{i:03}")));
    file.commit(&many.collect::<Vec<_>>()).unwrap();
    file.close().unwrap();
}

/// The names and contents of all files beside a file, and its own.
fn beside(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(path.parent().unwrap()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

fn refused(path: &Path) -> StateFileError {
    let before = beside(path);
    let error = open(path).map(|_| ()).unwrap_err();
    assert!(before == beside(path), "{error}: it changed");
    error
}

#[test]
fn what_was_committed_is_there_and_what_was_taken_away_is_not() {
    let (_folder, path) = folder();
    let Opened { mut file, .. } = open(&path).unwrap();
    let places = ["a", "a/b", "a/b/c", "a0", "b"];
    let all: Vec<Change> = places.iter().map(|place| put(place, "x")).collect();
    file.commit(&all).unwrap();
    file.commit(&[put("b", "y"), put("b", "x")]).unwrap();
    let (place, key) = ("b".to_owned(), "x".to_owned());
    file.commit(&[vec![
        Write::Remove { place, key },
        Write::Forget("a".to_owned()),
    ]])
    .unwrap();
    file.close().unwrap();
    let Opened { rows, mut file } = open(&path).unwrap();
    let places: Vec<_> = rows
        .iter()
        .map(|(place, rows)| (place.as_str(), rows.len()))
        .collect();
    assert_eq!(places, [("a", 1), ("a0", 1), ("b", 1)]);
    assert_eq!(rows["b"][0].get(), r#"{"key":"y"}"#);
    file.commit(&[vec![Write::Clear]]).unwrap();
    file.close().unwrap();
    assert!(open(&path).unwrap().rows.is_empty());
}

#[test]
fn what_a_crash_left_in_the_log_is_there() {
    let (_folder, path) = folder();
    let (_other_folder, copy) = folder();
    let Opened { mut file, .. } = open(&path).unwrap();
    file.commit(&[put("a", "x")]).unwrap();
    for suffix in ["", "-wal"] {
        let name = |path: &Path| format!("{}{suffix}", path.display());
        fs::copy(name(&path), name(&copy)).unwrap();
    }
    let Opened { rows, file } = open(&copy).unwrap();
    assert_eq!(rows["a"].len(), 1);
    file.close().unwrap();
    assert_eq!(beside(&copy).len(), 1, "the log is put away");
}

#[test]
fn one_server_at_a_time_has_a_file_and_only_its_owner_reads_it() {
    let (_folder, path) = folder();
    let opened = open(&path).unwrap();
    assert!(matches!(open(&path), Err(StateFileError::InUse(_))));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for (path, _) in beside(&path) {
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        }
    }
    drop(opened);
    open(&path).unwrap();
}

#[test]
fn what_is_no_state_file_is_refused_and_stays_as_it_is() {
    let (_folder, path) = folder();
    for garbage in ["", "short", &"garbage ".repeat(2_000)] {
        fs::write(&path, garbage).unwrap();
        assert!(matches!(refused(&path), StateFileError::NotAStateFile(_)));
    }
    fs::remove_file(&path).unwrap();
    let foreign = Connection::open(&path).unwrap();
    foreign.execute_batch("CREATE TABLE rows (x)").unwrap();
    drop(foreign);
    assert!(matches!(refused(&path), StateFileError::Foreign(_)));
    let nowhere = path.join("there");
    assert!(matches!(open(&nowhere), Err(StateFileError::Open(..))));
}

#[test]
fn a_file_of_another_version_is_refused_by_name_of_both() {
    let (_folder, path) = folder();
    written(&path);
    let database = Connection::open(&path).unwrap();
    database.pragma_update(None, "user_version", 7).unwrap();
    drop(database);
    let message = refused(&path).to_string();
    assert!(message.ends_with("is of version 7 of state files, and this server knows version 1"));
}

#[test]
fn a_file_that_is_cut_off_or_damaged_is_refused_and_stays_as_it_is() {
    let (_folder, path) = folder();
    written(&path);
    let whole = fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(1_111).skip(1) {
        fs::write(&path, &whole[..length]).unwrap();
        let error = refused(&path);
        assert!(
            matches!(error, StateFileError::Damaged { .. }),
            "{length}: {error:?}"
        );
    }
    for at in (100..whole.len()).step_by(577) {
        let mut damaged = whole.clone();
        damaged[at..]
            .iter_mut()
            .take(64)
            .for_each(|byte| *byte ^= 0xff);
        fs::write(&path, &damaged).unwrap();
        let before = beside(&path);
        if let Err(error) = open(&path) {
            assert!(before == beside(&path), "{error}: it changed");
        }
        // What the check of pages takes may still be no row.
        fs::remove_file(&path).unwrap();
        _ = fs::remove_file(path.with_extension("db-wal"));
    }
}

#[test]
fn nothing_is_acknowledged_that_cannot_be_kept() {
    let (_folder, path) = folder();
    let Opened { file, .. } = open(&path).unwrap();
    let keeper = Keeper::new(file).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    keeper.forget(["a".to_owned()]);
    runtime.block_on(keeper.kept()).unwrap();
    keeper.stop();
    assert!(
        keeper.kept().now_or_never().unwrap().is_err(),
        "the server has stopped"
    );
}

fn store(file: Option<(File, bool)>, mut rows: Rows) -> Store {
    let settings = MockServer::builder()
        .cluster("my-cluster")
        .seed(1)
        .into_settings();
    let beginning = Beginning {
        server: KeptServer::take(&mut rows).unwrap(),
        rows,
        file,
    };
    Store::begin_with(settings, Clock::system(), beginning).unwrap()
}

#[test]
fn a_state_that_is_kept_is_the_same_after_a_restart_and_a_reset_takes_its_place() {
    let (_folder, path) = folder();
    let Opened { file, rows } = open(&path).unwrap();
    let first = store(Some((file, false)), rows);
    let begun = first.export();
    first.close();
    drop(first);

    let Opened { file, rows } = open(&path).unwrap();
    assert_eq!(rows["server"].len(), 3);
    let second = store(Some((file, true)), rows);
    assert_eq!(second.export(), begun);
    second.reset();
    let reset = second.export();
    second.close();
    drop(second);

    let Opened { rows, .. } = open(&path).unwrap();
    assert_eq!(store(None, rows).export(), reset);
}

#[test]
fn an_export_with_anything_wrong_changes_nothing() {
    let store = store(None, Rows::new());
    let before = store.export();
    let iam = "iam/111122223333/aws";
    let account = format!(r#""{iam}/account":[{{"alias":null}}]"#);
    let rows = |rows: &str| format!(r#"{{"podpassState":1,"rows":{{{rows}}}}}"#);
    let group = r#"{"name":"a","path":"/","id":"AGPA1","arn":"arn","created":"2026-01-01T00:00:00Z","permissions":{"inline":{},"attached":[],"boundary":null},"users":[]}"#;
    let table = [
        ("".to_owned(), "this is no exported state: EOF"),
        (
            "{}".to_owned(),
            "this is no exported state: missing field `podpassState`",
        ),
        (
            r#"{"podpassState":2}"#.to_owned(),
            "this is version 2 of exported state, and this server knows version 1",
        ),
        (
            r#"{"podpassState":1,"rows":{},"x":1}"#.to_owned(),
            "this is no exported state: unknown field `x`",
        ),
        (
            rows(r#""nowhere":[]"#),
            "`nowhere`: nothing lies in such a place",
        ),
        (
            rows(r#""iam/1/aws/roles":[]"#),
            "`iam/1/aws/roles`: nothing lies in such a place",
        ),
        (
            rows(r#""clusters/x/addons":[]"#),
            "`clusters/x/addons`: nothing lies in such a place",
        ),
        (
            rows(&format!(r#""{iam}/roles":[]"#)),
            "`iam/111122223333/aws/account`: there has to be one row",
        ),
        (
            rows(&format!(r#"{account},"{iam}/roles":[{{}}]"#)),
            "`iam/111122223333/aws/roles`, row 1: missing field `name`",
        ),
        (
            rows(&format!(r#"{account},"{iam}/groups":[{group},{group}]"#)),
            "`iam/111122223333/aws/groups`, row 2: another row has `/ a`",
        ),
        (
            rows(r#""eks/111122223333/us-west-2/clusters":[3]"#),
            "`eks/111122223333/us-west-2/clusters`, row 1: invalid type: integer",
        ),
        (
            rows(r#""server":[{"name":"x"}]"#),
            "`server`, row 1: unknown variant `x`",
        ),
    ];
    for (text, expected) in table {
        let error = store.import(&text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
        assert_eq!(store.export(), before);
    }
}

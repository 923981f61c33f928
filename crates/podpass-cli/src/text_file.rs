//! Reading a text that a user named.

use std::io::{self, Read};
use std::path::Path;

/// Reads a file, or standard input for `-`: what it is called in messages, and its text.
pub(crate) fn read(path: &Path) -> (String, io::Result<String>) {
    let mut text = String::new();
    let (name, outcome) = if path == Path::new("-") {
        let outcome = io::stdin().read_to_string(&mut text);
        ("standard input".to_owned(), outcome)
    } else {
        let outcome = std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text));
        (path.display().to_string(), outcome)
    };
    (name, outcome.map(|_| text))
}

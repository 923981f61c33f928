//! Reading a text that a user named.

use std::io::{self, Read};
use std::path::Path;

/// Longer than any manifest of a cluster's 5,000 associations, and no trouble for memory.
const LONGEST: u64 = 64 << 20;

/// Reads a file, or standard input for `-`: what it is called in messages, and its text.
pub(crate) fn read(path: &Path) -> (String, io::Result<String>) {
    if path == Path::new("-") {
        let text = bounded(io::stdin(), LONGEST);
        ("standard input".to_owned(), text)
    } else {
        let text = std::fs::File::open(path).and_then(|file| bounded(file, LONGEST));
        (path.display().to_string(), text)
    }
}

/// Reads all there is, up to a length in bytes.
fn bounded(reader: impl Read, longest: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    reader.take(longest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        let message = format!("it is longer than {longest} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_never_ends_is_refused() {
        let error = bounded(io::repeat(b' '), 10).unwrap_err();
        assert_eq!(error.to_string(), "it is longer than 10 bytes");
        assert_eq!(bounded("0123456789".as_bytes(), 10).unwrap().len(), 10);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let error = bounded([0x22, 0xff].as_slice(), 10).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}

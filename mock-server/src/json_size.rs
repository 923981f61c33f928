//! How large a JSON value is when it is written, without writing it.

use std::io::{self, Write};

use serde_json::Value;

/// The length of a value's compact text, in bytes.
pub(crate) fn json_size(value: &Value) -> usize {
    let mut counter = Counter(0);
    // Neither counting nor writing a tree can fail.
    _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

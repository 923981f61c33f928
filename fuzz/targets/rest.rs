//! Sends any request to EKS: the first line of the input is a method and a target, the rest the body. The
//! REST decoder, and all that comes after it, may refuse it but never fail.
#![no_main]

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use libfuzzer_sys::fuzz_target;
use podpass_mock::fuzzing::Target;

static TARGET: LazyLock<Target> = LazyLock::new(Target::default);
static SENT: AtomicU32 = AtomicU32::new(0);

fuzz_target!(|bytes: &[u8]| {
    let (line, body) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[][..]),
    };
    let Ok(line) = std::str::from_utf8(line) else {
        return;
    };
    let (method, target) = line.split_once(' ').unwrap_or(("POST", line));
    // What earlier inputs made would fill the memory.
    if SENT.fetch_add(1, Ordering::Relaxed).is_multiple_of(10_000) {
        TARGET.reset();
    }
    if let Some(status) = TARGET.send("eks", method, target, body.to_vec()) {
        // 501 is the answer to an operation that is not built.
        assert!(!status.is_server_error() || status == 501, "{status}");
    }
});

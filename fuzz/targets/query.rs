//! Sends any form to IAM and STS: the first byte says to which of them and how, the rest is the form. The decoder
//! of the query protocol, and all that comes after it, may refuse it but never fail.
#![no_main]

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use libfuzzer_sys::fuzz_target;
use podpass_mock::fuzzing::Target;

static TARGET: LazyLock<Target> = LazyLock::new(Target::default);
static SENT: AtomicU32 = AtomicU32::new(0);

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, form)) = bytes.split_first() else {
        return;
    };
    let service = if choice % 2 == 0 { "iam" } else { "sts" };
    // What earlier inputs made would fill the memory.
    if SENT.fetch_add(1, Ordering::Relaxed).is_multiple_of(10_000) {
        TARGET.reset();
    }
    let status = match choice % 4 {
        0 | 1 => TARGET.send(service, "POST", "/", form.to_vec()),
        _ => {
            let query = String::from_utf8_lossy(form);
            TARGET.send(service, "GET", &format!("/?{query}"), Vec::new())
        }
    };
    if let Some(status) = status {
        // 501 is the answer to an operation that is not built.
        assert!(!status.is_server_error() || status == 501, "{status}");
    }
});

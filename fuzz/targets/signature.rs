//! Sends any request to a server that checks signatures: the first line of the input is a target, the lines up to an
//! empty one are headers, the rest is the body. None of them can be signed rightly, so that none may get in.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use podpass_mock::fuzzing::Target;

static TARGET: LazyLock<Target> = LazyLock::new(Target::enforcing);
/// What takes no signature.
const OPEN: [&str; 5] = [
    "/_podpass/",
    "/k8s/",
    "/oidc/",
    "/v1/credentials",
    "/webhook/",
];

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let Some(Ok(target)) = lines.next().map(std::str::from_utf8) else {
        return;
    };
    if OPEN.iter().any(|open| target.contains(open)) {
        return;
    }
    let headers = lines.by_ref().take_while(|line| !line.is_empty());
    let headers = headers.filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = std::str::from_utf8(&line[..colon]).ok()?;
        Some((name, line[colon + 1..].trim_ascii()))
    });
    let headers: Vec<_> = headers.collect();
    let body = lines.collect::<Vec<_>>().join(&b'\n');
    if let Some(status) = TARGET.send_as_it_is("POST", target, headers, body) {
        // 501 is the answer to a service that is not built.
        let is_refused = status.is_client_error() || status == 501;
        assert!(is_refused, "{status}");
    }
});

//! Reads any bytes as policy documents; what is taken must survive being written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podpass_policy::{CompiledPolicy, DocumentKind, LintOptions, PolicyDocument, lint, validate};

const KINDS: [DocumentKind; 5] = [
    DocumentKind::ManagedIdentity,
    DocumentKind::InlineIdentity,
    DocumentKind::Trust,
    DocumentKind::Session,
    DocumentKind::Resource,
];

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for kind in KINDS {
        let _ = validate(text, kind);
    }
    let Ok(document) = PolicyDocument::parse(text) else {
        return;
    };
    let again = PolicyDocument::parse(&document.to_string()).expect("what was written can be read");
    assert!(document.same_meaning(&again));
    for kind in KINDS {
        CompiledPolicy::compile(&document, kind);
        lint(&document, kind, &LintOptions::default());
    }
});

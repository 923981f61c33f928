//! Session tags that STS will probably not pack.
//!
//! STS packs tags and session policies into a space whose size it does not tell, and refuses what does
//! not fit (`PackedPolicyTooLarge`). The estimate here is fitted to what has been seen of EKS Pod
//! Identity: its six tags take 56 % in one recorded call, 74 % in another with longer names.

use super::{Lint, LintCode, Severity, Subject};
use crate::DocumentKind;

/// The characters of tag keys and values that fill the space, by that fit.
const TAG_SPACE: usize = 490;

/// From here on, the pod's own calls of `sts:AssumeRole` have hardly room for tags of theirs.
const CROWDED_PERCENT: usize = 75;

pub(super) fn check(subject: &Subject<'_>, found: &mut Vec<Lint>) {
    if subject.kind != DocumentKind::Trust || subject.options.disable_session_tags {
        return;
    }
    let tags = subject.options.session_tags.iter();
    let characters: usize = tags
        .map(|(key, value)| key.chars().count() + value.chars().count())
        .sum();
    let percent = characters * 100 / TAG_SPACE;
    if percent >= CROWDED_PERCENT {
        let severity = if percent > 100 {
            Severity::Warning
        } else {
            Severity::Note
        };
        found.push(Lint::of_document(
            LintCode::PackedSize,
            severity,
            format!("the session tags fill about {percent} % of the space that STS has for them"),
            "disable the association's session tags, or use shorter names",
        ));
    }
}

//! Refuses faults that could never be met, or not as they say.

use std::time::Duration;

use super::delay::{Delay, MAX_DELAY};
use super::effect::Effect;
use super::pattern::Pattern;
use super::when::When;
use super::{Fault, FaultError};
use crate::services::SERVICES;

/// How long an id, a code, a pattern and a message may be, in bytes.
const MAX_ID: usize = 64;
const MAX_CODE: usize = 128;
const MAX_PATTERN: usize = 2_048;
const MAX_MESSAGE: usize = 8_192;
/// How many calls a list can name.
const MAX_NTH: usize = 10_000;

/// The services whose calls can meet faults and that are not AWS's.
const OTHERS: [&str; 2] = ["agent", "kubernetes"];

pub(super) fn check(fault: &Fault) -> Result<(), FaultError> {
    if let Some(id) = &fault.id {
        expect("id", is_word(id, MAX_ID), || {
            format!("expected up to {MAX_ID} letters, digits, dots, hyphens and underscores")
        })?;
    }
    for (member, pattern) in fault.calls.patterns() {
        let member = format!("match.{member}");
        let is_fit = (1..=MAX_PATTERN).contains(&pattern.as_str().len());
        expect(&member, is_fit, || {
            format!("expected from 1 to {MAX_PATTERN} bytes")
        })?;
    }
    check_names(fault)?;
    check_when(&fault.when)?;
    check_effect(&fault.effect)
}

/// Refuses names that no call ever has.
fn check_names(fault: &Fault) -> Result<(), FaultError> {
    let exact = |pattern: &Option<Pattern>| {
        let exact = pattern.as_ref().filter(|pattern| pattern.is_exact());
        exact.map(|pattern| pattern.as_str().to_owned())
    };
    let service = exact(&fault.calls.service);
    if let Some(service) = &service {
        let mut known = SERVICES.iter().map(|service| service.name).chain(OTHERS);
        expect("match.service", known.any(|known| known == service), || {
            let known: Vec<_> = SERVICES
                .iter()
                .map(|service| service.name)
                .chain(OTHERS)
                .collect();
            format!(
                "unknown service `{service}`; there are: {}",
                known.join(", ")
            )
        })?;
    }
    let operation = exact(&fault.calls.operation);
    // Those of Kubernetes and the agent are of two words: many, and of a cluster's making.
    if let Some(operation) = operation.filter(|operation| !operation.contains(' ')) {
        let mut services = SERVICES
            .iter()
            .filter(|it| service.as_ref().is_none_or(|service| it.name == service));
        let is_known = services.any(|service| {
            let mut built = service.operations.iter();
            built.any(|known| known.name == operation)
        });
        expect("match.operation", is_known, || {
            let of = service.map_or(String::new(), |service| format!(" of {service}"));
            format!("there is no operation `{operation}`{of}")
        })?;
    }
    Ok(())
}

fn check_when(when: &When) -> Result<(), FaultError> {
    let positive = "expected a number from 1";
    expect("when.nth", !when.nth.contains(&0), || positive.to_owned())?;
    expect("when.nth", when.nth.len() <= MAX_NTH, || {
        format!("expected up to {MAX_NTH} numbers")
    })?;
    for (member, value) in [("when.every", when.every), ("when.first", when.first)] {
        expect(member, value != Some(0), || positive.to_owned())?;
    }
    let is_part = when
        .probability
        .is_none_or(|part| (0.0..=1.0).contains(&part));
    expect("when.probability", is_part, || {
        "expected a number from 0 to 1".to_owned()
    })
}

fn check_effect(effect: &Effect) -> Result<(), FaultError> {
    const ONE: &str =
        "expected one of `error`, `status`, `drop`, `truncate` and `garbage`, or a delay, or both";
    let delays = [
        ("do.delay", effect.delay),
        ("do.delayAnswer", effect.delay_answer),
    ];
    let is_delayed = delays.iter().any(|(_, delay)| delay.is_some());
    let actions = effect.actions().len();
    let is_one = actions == 1 || actions == 0 && is_delayed;
    expect("do", is_one, || ONE.to_owned())?;
    for (member, delay) in delays {
        let Some(Delay { min, max }) = delay else {
            continue;
        };
        expect(member, min <= max, || {
            "expected `min` not above `max`".to_owned()
        })?;
        let is_fit = max > Duration::ZERO && max <= MAX_DELAY;
        expect(member, is_fit, || {
            "expected a duration up to an hour".to_owned()
        })?;
    }
    check_status("do.status", effect.status)?;
    let Some(error) = &effect.error else {
        return Ok(());
    };
    expect("do.error.code", is_word(&error.code, MAX_CODE), || {
        format!("expected up to {MAX_CODE} letters, digits, dots, hyphens and underscores")
    })?;
    if let Some(message) = &error.message {
        let is_printable = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
        let is_text = message.len() <= MAX_MESSAGE && message.chars().all(is_printable);
        expect("do.error.message", is_text, || {
            format!("expected a text of up to {MAX_MESSAGE} bytes, without control characters")
        })?;
    }
    check_status("do.error.status", error.status)
}

fn check_status(member: &str, status: Option<u16>) -> Result<(), FaultError> {
    let is_failure = status.is_none_or(|status| (400..600).contains(&status));
    expect(member, is_failure, || {
        "expected an HTTP status from 400 to 599".to_owned()
    })
}

fn is_word(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
}

fn expect(member: &str, holds: bool, expected: impl FnOnce() -> String) -> Result<(), FaultError> {
    match holds {
        true => Ok(()),
        false => Err(FaultError::Invalid(member.to_owned(), expected())),
    }
}

//! `Null`: `"true"` when the key is absent, `"false"` when it is present.

use crate::truth::Truth;

#[derive(Clone, Debug)]
pub(super) struct Presence {
    when_absent: Truth,
    when_present: Truth,
}

impl Presence {
    pub(super) fn compile(values: &[String]) -> Self {
        let (mut when_absent, mut when_present) = (Truth::No, Truth::No);
        for value in values {
            if value.eq_ignore_ascii_case("true") {
                when_absent = Truth::Yes;
            } else if value.eq_ignore_ascii_case("false") {
                when_present = Truth::Yes;
            } else {
                when_absent = when_absent.or(Truth::Unsure);
                when_present = when_present.or(Truth::Unsure);
            }
        }
        Self {
            when_absent,
            when_present,
        }
    }

    pub(super) fn holds(&self, present: bool) -> Truth {
        if present {
            self.when_present
        } else {
            self.when_absent
        }
    }
}

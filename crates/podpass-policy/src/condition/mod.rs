//! Conditions: one file per family of operators; here, what all of them share: set operators,
//! negation, `IfExists`, keys that are missing.

mod arn;
mod binary;
mod boolean;
mod date;
mod ip;
mod null;
mod numeric;
mod operator;
mod string;

pub use operator::is_known_operator;
pub(crate) use {
    arn::looks_like_arn,
    date::instant,
    ip::Network,
    numeric::is_number,
    operator::{Comparison, Family, Operator, SetOperator, StringKind},
};

use crate::{Condition, Context, Version, context::ContextValue, key::Key, truth::Truth};

/// How one value of the request compares with the values of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    Yes,
    No,
    /// The request's value cannot be read as what the operator compares.
    Malformed,
    /// A value of the policy is not understood, and no other hits.
    Opaque,
}

impl Hit {
    fn truth(self, negated: bool) -> Truth {
        match (self, negated) {
            (Self::Yes, negated) => Truth::from(!negated),
            (Self::No, negated) => Truth::from(negated),
            (Self::Malformed, false) => Truth::No,
            (Self::Malformed, true) | (Self::Opaque, _) => Truth::Unsure,
        }
    }
}

impl From<Truth> for Hit {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::Yes => Self::Yes,
            Truth::No => Self::No,
            Truth::Unsure => Self::Opaque,
        }
    }
}

/// The first hit among the policy's values; values that could not be compiled are `None`.
fn first_hit<T>(values: &[Option<T>], hits: impl Fn(&T) -> bool) -> Hit {
    let mut best = Hit::No;
    for value in values {
        match value {
            Some(value) if hits(value) => return Hit::Yes,
            Some(_) => {}
            None => best = Hit::Opaque,
        }
    }
    best
}

/// A compiled condition.
#[derive(Clone, Debug)]
pub(crate) struct CompiledCondition {
    key: Key,
    test: Test,
    set: Option<SetOperator>,
    negated: bool,
    if_exists: bool,
}

#[derive(Clone, Debug)]
enum Test {
    String(string::Strings),
    Numeric(numeric::Numbers),
    Date(date::Dates),
    Bool(boolean::Booleans),
    Binary(binary::Binaries),
    Ip(ip::Networks),
    Arn(arn::Arns),
    Null(null::Presence),
    /// An operator that is not understood.
    Unknown,
}

impl CompiledCondition {
    pub(crate) fn compile(condition: &Condition, version: Version) -> Self {
        let key = Key::new(&condition.key);
        let values = &condition.values;
        let Some(operator) = Operator::parse(&condition.operator) else {
            return Self {
                key,
                test: Test::Unknown,
                set: None,
                negated: false,
                if_exists: false,
            };
        };
        let test = match operator.family {
            Family::String(kind) => Test::String(string::Strings::compile(kind, values, version)),
            Family::Numeric(comparison) => {
                Test::Numeric(numeric::Numbers::compile(comparison, values))
            }
            Family::Date(comparison) => Test::Date(date::Dates::compile(comparison, values)),
            Family::Bool => Test::Bool(boolean::Booleans::compile(values, version)),
            Family::Binary => Test::Binary(binary::Binaries::compile(values)),
            Family::Ip => Test::Ip(ip::Networks::compile(values)),
            Family::Arn => Test::Arn(arn::Arns::compile(values, version)),
            Family::Null => Test::Null(null::Presence::compile(values)),
        };
        Self {
            key,
            test,
            set: operator.set,
            negated: operator.negated,
            if_exists: operator.if_exists,
        }
    }

    /// Whether the condition speaks of the key's presence, so that its absence is no riddle.
    pub(crate) fn asks_presence(&self) -> bool {
        matches!(self.test, Test::Null(_))
    }

    /// Whether the condition holds.
    pub(crate) fn holds(&self, context: &Context) -> Truth {
        let found = context
            .lookup(&self.key)
            .filter(|value| !value.values().is_empty());
        if let Test::Null(presence) = &self.test {
            return presence.holds(found.is_some());
        }
        if matches!(self.test, Test::Unknown) {
            return Truth::Unsure;
        }
        let Some(value) = found else {
            return self.holds_when_missing();
        };
        let each = || {
            value
                .values()
                .iter()
                .map(|value| self.hit(value, context).truth(self.negated))
        };
        match (self.set, value) {
            (Some(SetOperator::ForAllValues), _) => Truth::all(each()),
            (Some(SetOperator::ForAnyValue), _) => Truth::any(each()),
            (None, ContextValue::One(value)) => self.hit(value, context).truth(self.negated),
            // AWS does not say how a list compares without a set operator.
            (None, ContextValue::List(_)) => Truth::Unsure,
        }
    }

    fn holds_when_missing(&self) -> Truth {
        match (self.set, self.if_exists) {
            (Some(SetOperator::ForAllValues), _) => Truth::Yes,
            (Some(SetOperator::ForAnyValue), false) => Truth::No,
            // Not documented.
            (Some(SetOperator::ForAnyValue), true) => Truth::Unsure,
            (None, true) => Truth::Yes,
            (None, false) => Truth::from(self.negated),
        }
    }

    fn hit(&self, value: &str, context: &Context) -> Hit {
        match &self.test {
            Test::String(test) => test.hit(value, context),
            Test::Numeric(test) => test.hit(value),
            Test::Date(test) => test.hit(value),
            Test::Bool(test) => test.hit(value, context),
            Test::Binary(test) => test.hit(value),
            Test::Ip(test) => test.hit(value),
            Test::Arn(test) => test.hit(value, context),
            Test::Null(_) | Test::Unknown => Hit::Opaque,
        }
    }
}

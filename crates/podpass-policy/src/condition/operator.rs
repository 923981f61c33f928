//! The names of condition operators.

/// A condition operator, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) set: Option<SetOperator>,
    pub(crate) family: Family,
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
}

/// The prefix for keys with many values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetOperator {
    ForAllValues,
    ForAnyValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    String(StringKind),
    Numeric(Comparison),
    Date(Comparison),
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StringKind {
    Equals,
    EqualsIgnoreCase,
    Like,
}

/// How numbers and dates are ordered; the request's value stands on the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub(crate) fn accepts(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// All base operators: name, family, whether it is the negation.
const OPERATORS: [(&str, Family, bool); 27] = [
    ("StringEquals", Family::String(StringKind::Equals), false),
    ("StringNotEquals", Family::String(StringKind::Equals), true),
    (
        "StringEqualsIgnoreCase",
        Family::String(StringKind::EqualsIgnoreCase),
        false,
    ),
    (
        "StringNotEqualsIgnoreCase",
        Family::String(StringKind::EqualsIgnoreCase),
        true,
    ),
    ("StringLike", Family::String(StringKind::Like), false),
    ("StringNotLike", Family::String(StringKind::Like), true),
    ("NumericEquals", Family::Numeric(Comparison::Equal), false),
    ("NumericNotEquals", Family::Numeric(Comparison::Equal), true),
    ("NumericLessThan", Family::Numeric(Comparison::Less), false),
    (
        "NumericLessThanEquals",
        Family::Numeric(Comparison::LessOrEqual),
        false,
    ),
    (
        "NumericGreaterThan",
        Family::Numeric(Comparison::Greater),
        false,
    ),
    (
        "NumericGreaterThanEquals",
        Family::Numeric(Comparison::GreaterOrEqual),
        false,
    ),
    ("DateEquals", Family::Date(Comparison::Equal), false),
    ("DateNotEquals", Family::Date(Comparison::Equal), true),
    ("DateLessThan", Family::Date(Comparison::Less), false),
    (
        "DateLessThanEquals",
        Family::Date(Comparison::LessOrEqual),
        false,
    ),
    ("DateGreaterThan", Family::Date(Comparison::Greater), false),
    (
        "DateGreaterThanEquals",
        Family::Date(Comparison::GreaterOrEqual),
        false,
    ),
    ("Bool", Family::Bool, false),
    ("BinaryEquals", Family::Binary, false),
    ("IpAddress", Family::Ip, false),
    ("NotIpAddress", Family::Ip, true),
    ("ArnEquals", Family::Arn, false),
    ("ArnLike", Family::Arn, false),
    ("ArnNotEquals", Family::Arn, true),
    ("ArnNotLike", Family::Arn, true),
    ("Null", Family::Null, false),
];

impl Operator {
    /// Takes a name apart, in any case; none when IAM knows no such operator.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (set, base) = match name.split_once(':') {
            None => (None, name),
            Some((prefix, base)) if prefix.eq_ignore_ascii_case("ForAllValues") => {
                (Some(SetOperator::ForAllValues), base)
            }
            Some((prefix, base)) if prefix.eq_ignore_ascii_case("ForAnyValue") => {
                (Some(SetOperator::ForAnyValue), base)
            }
            Some(_) => return None,
        };
        let (base, if_exists) = match base.len().checked_sub("IfExists".len()) {
            Some(cut)
                if base
                    .get(cut..)
                    .is_some_and(|end| end.eq_ignore_ascii_case("IfExists")) =>
            {
                (&base[..cut], true)
            }
            _ => (base, false),
        };
        let (_, family, negated) = OPERATORS
            .into_iter()
            .find(|(name, _, _)| name.eq_ignore_ascii_case(base))?;
        if if_exists && family == Family::Null {
            return None;
        }
        Some(Self {
            set,
            family,
            negated,
            if_exists,
        })
    }

    /// Whether the case of the values does not matter.
    pub(crate) fn folds_values(self) -> bool {
        matches!(
            self.family,
            Family::Bool | Family::Null | Family::String(StringKind::EqualsIgnoreCase)
        )
    }
}

/// Whether IAM knows a condition operator by this exact name, prefixes and `IfExists` included.
///
/// ```
/// use podpass_policy::is_known_operator;
///
/// assert!(is_known_operator("ForAnyValue:StringLikeIfExists"));
/// assert!(!is_known_operator("NullIfExists"));
/// assert!(!is_known_operator("stringequals"));
/// ```
pub fn is_known_operator(name: &str) -> bool {
    let base = name
        .strip_prefix("ForAllValues:")
        .or_else(|| name.strip_prefix("ForAnyValue:"))
        .unwrap_or(name);
    let base = base.strip_suffix("IfExists").unwrap_or(base);
    Operator::parse(name).is_some() && OPERATORS.iter().any(|(known, _, _)| *known == base)
}

//! The rates at which calls are taken.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use super::bucket::Flow;

/// A class of operations that share a bucket, in each account and, but for IAM, each region.
///
/// ```
/// use podpass_mock::ThrottleClass;
///
/// assert_eq!("eks-write".parse::<ThrottleClass>()?, ThrottleClass::EksWrite);
/// assert!("s3".parse::<ThrottleClass>().is_err());
/// # Ok::<(), podpass_mock::ThrottleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ThrottleClass {
    /// What IAM is asked.
    IamRead,
    /// What IAM is told to change.
    IamWrite,
    /// All of STS that is signed: AWS counts it in the caller's account.
    Sts,
    /// What EKS is asked.
    EksRead,
    /// What EKS is told to change.
    EksWrite,
    /// The exchange of pods' tokens, also by the agent.
    EksAuth,
}

const CLASSES: [(ThrottleClass, &str); 6] = [
    (ThrottleClass::IamRead, "iam-read"),
    (ThrottleClass::IamWrite, "iam-write"),
    (ThrottleClass::Sts, "sts"),
    (ThrottleClass::EksRead, "eks-read"),
    (ThrottleClass::EksWrite, "eks-write"),
    (ThrottleClass::EksAuth, "eks-auth"),
];

/// What throttling cannot be set to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ThrottleError {
    /// There is no such class of operations.
    #[error("unknown class `{0}`; there are: {names}", names = CLASSES.map(|(_, name)| name).join(", "))]
    UnknownClass(String),
    /// The text is none of a rate.
    #[error("`{0}` is not a rate such as `5` or `5/20`: calls per second, and how many at once")]
    InvalidRate(String),
    /// A number is not one that can be.
    #[error("the rate has to be above 0 and up to 1000000 per second, and at least 1 at once")]
    OutOfRange,
}

impl ThrottleClass {
    /// The class of an operation; services that have no limits here have none.
    pub(super) fn of(service: &str, operation: &str) -> Option<Self> {
        const READING: [&str; 4] = ["Get", "List", "Describe", "Simulate"];
        let reads = READING.iter().any(|verb| operation.starts_with(verb));
        match (service, reads) {
            ("iam", true) => Some(Self::IamRead),
            ("iam", false) => Some(Self::IamWrite),
            ("sts", _) => Some(Self::Sts),
            ("eks", true) => Some(Self::EksRead),
            ("eks", false) => Some(Self::EksWrite),
            ("eks-auth", _) => Some(Self::EksAuth),
            _ => None,
        }
    }

    /// Whether all regions share its buckets: IAM has no regions.
    pub(super) fn is_global(self) -> bool {
        matches!(self, Self::IamRead | Self::IamWrite)
    }
}

impl fmt::Display for ThrottleClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = CLASSES.iter().find(|(class, _)| class == self);
        f.write_str(name.map_or("", |(_, name)| name))
    }
}

impl FromStr for ThrottleClass {
    type Err = ThrottleError;

    fn from_str(name: &str) -> Result<Self, ThrottleError> {
        let found = CLASSES.iter().find(|(_, known)| *known == name);
        found
            .map(|(class, _)| *class)
            .ok_or_else(|| ThrottleError::UnknownClass(name.to_owned()))
    }
}

/// How many calls per second are taken in the long run, and how many at once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    #[serde(rename = "rate")]
    per_second: f64,
    burst: u32,
}

impl Rate {
    /// So many per second, and so many at once.
    ///
    /// # Errors
    ///
    /// When that is none at all.
    pub fn new(per_second: f64, burst: u32) -> Result<Self, ThrottleError> {
        match per_second > 0.0 && per_second <= 1_000_000.0 && burst > 0 {
            true => Ok(Self { per_second, burst }),
            false => Err(ThrottleError::OutOfRange),
        }
    }

    /// So many per second, and as many at once.
    ///
    /// # Errors
    ///
    /// When that is none at all.
    pub fn per_second(per_second: f64) -> Result<Self, ThrottleError> {
        Self::new(
            per_second,
            per_second.ceil().clamp(1.0, f64::from(u32::MAX)) as u32,
        )
    }

    /// How many calls per second are taken in the long run.
    pub fn calls_per_second(&self) -> f64 {
        self.per_second
    }

    /// How many are taken at once.
    pub fn burst(&self) -> u32 {
        self.burst
    }

    pub(super) fn flow(self) -> Flow {
        Flow {
            per_second: self.per_second,
            burst: f64::from(self.burst),
        }
    }
}

impl FromStr for Rate {
    type Err = ThrottleError;

    /// Reads `5` or `5/20`.
    fn from_str(text: &str) -> Result<Self, ThrottleError> {
        let invalid = || ThrottleError::InvalidRate(text.to_owned());
        let (rate, burst) = match text.split_once('/') {
            Some((rate, burst)) => (rate, Some(burst)),
            None => (text, None),
        };
        let rate = rate.parse().map_err(|_| invalid())?;
        match burst {
            Some(burst) => Self::new(rate, burst.parse().map_err(|_| invalid())?),
            None => Self::per_second(rate),
        }
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RateVisitor)
    }
}

struct RateVisitor;

impl<'de> Visitor<'de> for RateVisitor {
    type Value = Rate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("calls per second, `rate` and `burst`, or a text such as \"5/20\"")
    }

    fn visit_u64<E: de::Error>(self, rate: u64) -> Result<Rate, E> {
        self.visit_f64(rate as f64)
    }

    fn visit_f64<E: de::Error>(self, rate: f64) -> Result<Rate, E> {
        Rate::per_second(rate).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Rate, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rate, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Members {
            rate: f64,
            burst: Option<u32>,
        }
        let Members { rate, burst } = Members::deserialize(MapAccessDeserializer::new(map))?;
        match burst {
            Some(burst) => Rate::new(rate, burst),
            None => Rate::per_second(rate),
        }
        .map_err(de::Error::custom)
    }
}

/// The rates of the classes that are throttled; the others take any number of calls.
///
/// ```
/// use podpass_mock::{Rate, Rates, ThrottleClass};
///
/// let rates = Rates::none().with(ThrottleClass::IamWrite, Rate::new(5.0, 10)?);
/// assert!(rates.rate(ThrottleClass::IamWrite).is_some());
/// assert!(rates.rate(ThrottleClass::IamRead).is_none());
/// # Ok::<(), podpass_mock::ThrottleError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "BTreeMap<String, Rate>")]
pub struct Rates(BTreeMap<ThrottleClass, Rate>);

impl TryFrom<BTreeMap<String, Rate>> for Rates {
    type Error = ThrottleError;

    fn try_from(rates: BTreeMap<String, Rate>) -> Result<Self, ThrottleError> {
        let rates = rates
            .into_iter()
            .map(|(class, rate)| Ok((class.parse()?, rate)));
        rates.collect::<Result<_, _>>().map(Self)
    }
}

impl Serialize for Rates {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.iter().map(|(class, rate)| (class.to_string(), rate)))
    }
}

impl Rates {
    /// Nothing is throttled.
    pub fn none() -> Self {
        Self::default()
    }

    /// About what AWS takes. It publishes the 600 per second of STS only; the others are a guess by what users
    /// report, on the low side, as tests want it.
    pub fn aws() -> Self {
        let rates = [
            (ThrottleClass::IamRead, 20.0, 40),
            (ThrottleClass::IamWrite, 10.0, 20),
            (ThrottleClass::Sts, 600.0, 600),
            (ThrottleClass::EksRead, 20.0, 40),
            (ThrottleClass::EksWrite, 10.0, 20),
            (ThrottleClass::EksAuth, 20.0, 40),
        ];
        let rate = |(class, per_second, burst)| (class, Rate { per_second, burst });
        Self(rates.map(rate).into())
    }

    /// With a class throttled to a rate.
    #[must_use]
    pub fn with(mut self, class: ThrottleClass, rate: Rate) -> Self {
        self.0.insert(class, rate);
        self
    }

    /// The rate of a class, if it is throttled.
    pub fn rate(&self, class: ThrottleClass) -> Option<Rate> {
        self.0.get(&class).copied()
    }

    /// The classes that are throttled, and their rates.
    pub fn iter(&self) -> impl Iterator<Item = (ThrottleClass, Rate)> {
        self.0.iter().map(|(class, rate)| (*class, *rate))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_those_that_take_nothing_refused() {
        assert_eq!("5/20".parse::<Rate>().unwrap(), Rate::new(5.0, 20).unwrap());
        assert_eq!("0.5".parse::<Rate>().unwrap(), Rate::new(0.5, 1).unwrap());
        for text in ["", "0", "-1", "5/0", "5/", "NaN", "inf", "1e9", "fast"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_only_looks_shares_no_bucket_with_what_changes() {
        let of = ThrottleClass::of;
        assert_eq!(of("iam", "GetRole"), Some(ThrottleClass::IamRead));
        assert_eq!(of("iam", "CreateRole"), Some(ThrottleClass::IamWrite));
        assert_eq!(of("eks", "ListClusters"), Some(ThrottleClass::EksRead));
        assert_eq!(of("kubernetes", "list pods"), None);
    }
}

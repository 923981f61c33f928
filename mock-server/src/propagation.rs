//! How long it takes until one part of AWS knows what was done in another: no time at all, unless a user says otherwise.
//!
//! Tables remember for a while what their rows were like ([`state::table`](crate::state::table)), and who learns of
//! changes late looks at the rows of a [`Moment`] ago.

use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::state::table::Moment;

/// A way that news take through AWS.
///
/// ```
/// use podpass_mock::Propagation;
///
/// let way: Propagation = "iam-eks".parse()?;
/// assert_eq!(way, Propagation::IamToEks);
/// assert!("iam-s3".parse::<Propagation>().is_err());
/// # Ok::<(), podpass_mock::UnknownPropagation>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// EKS learns of IAM's roles and their trust policies. Until then an association with a new role is refused:
    /// `Role provided in the request does not exist.`
    IamToEks,
    /// STS, EKS Auth and the decisions about callers learn of IAM's entities, policies and access keys. Until then a new
    /// role cannot be assumed, and a new policy allows nothing.
    IamToSts,
    /// EKS Auth learns of associations. Until then pods get no credentials of a new one, and those of a former one.
    AssociationToAuth,
    /// The webhook of clusters learns of associations. Until then new pods of a new one are not prepared.
    AssociationToWebhook,
    /// EKS gives a deleted association's service account free. Until then a new association of it is refused:
    /// `Association already exists`.
    DeleteToCreate,
}

/// The ways, their names, and how long news take there in AWS, as far as its users have measured it.
///
/// IAM: clients that create a role retry for about ten seconds before EKS and STS know it (Terraform's provider for AWS,
/// pull request 34717). Associations: "several seconds" (EKS API reference), of which the webhook takes five to ten (EKS
/// Pod Identity Agent, issue 52). Deletion: more than one second (AWS Controllers for Kubernetes, issue 2684).
const WAYS: [(Propagation, &str, Duration); COUNT] = [
    (Propagation::IamToEks, "iam-eks", Duration::from_secs(10)),
    (Propagation::IamToSts, "iam-sts", Duration::from_secs(10)),
    (
        Propagation::AssociationToAuth,
        "association-auth",
        Duration::from_secs(5),
    ),
    (
        Propagation::AssociationToWebhook,
        "association-webhook",
        Duration::from_secs(8),
    ),
    (
        Propagation::DeleteToCreate,
        "delete-create",
        Duration::from_secs(2),
    ),
];
const COUNT: usize = 5;

/// The longest delay: changes are remembered for so long.
const MAX: Duration = Duration::from_secs(60 * 60);

impl fmt::Display for Propagation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WAYS[*self as usize].1)
    }
}

/// News take no way of that name.
#[derive(Debug, Error)]
#[error("unknown propagation `{0}`; there are: {names}", names = WAYS.map(|(_, name, _)| name).join(", "))]
pub struct UnknownPropagation(String);

impl FromStr for Propagation {
    type Err = UnknownPropagation;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = WAYS.iter().find(|(_, known, _)| *known == name);
        found
            .map(|(way, _, _)| *way)
            .ok_or_else(|| UnknownPropagation(name.to_owned()))
    }
}

/// How long news take on each way.
///
/// ```
/// use std::time::Duration;
/// use podpass_mock::{Propagation, Propagations};
///
/// let delays = Propagations::aws().with(Propagation::IamToEks, Duration::from_secs(90));
/// assert_eq!(delays.delay(Propagation::IamToEks), Duration::from_secs(90));
/// assert_eq!(Propagations::none().delay(Propagation::IamToSts), Duration::ZERO);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Propagations([Duration; COUNT]);

impl Propagations {
    /// Everything is known everywhere at once.
    pub fn none() -> Self {
        Self::default()
    }

    /// About as long as in AWS, as far as its users have measured it.
    pub fn aws() -> Self {
        Self(WAYS.map(|(_, _, delay)| delay))
    }

    /// The same, but for one way. A delay is at most an hour.
    #[must_use]
    pub fn with(mut self, way: Propagation, delay: Duration) -> Self {
        self.0[way as usize] = delay.min(MAX);
        self
    }

    /// How long news take on a way.
    pub fn delay(&self, way: Propagation) -> Duration {
        self.0[way as usize]
    }

    /// The delays of all ways, by their names.
    pub fn delays(&self) -> impl Iterator<Item = (&'static str, Duration)> {
        let delays = *self;
        WAYS.into_iter()
            .map(move |(way, name, _)| (name, delays.delay(way)))
    }

    /// What is known at the end of a way; `None` where everything is.
    pub(crate) fn moment(&self, way: Propagation, now: Timestamp) -> Option<Moment> {
        let delay = self.delay(way);
        if delay.is_zero() {
            return None;
        }
        let at = now.saturating_sub(delay).unwrap_or(Timestamp::MIN);
        Some(Moment { at, now })
    }

    /// How long changes in IAM are to be remembered.
    pub(crate) fn of_iam(&self) -> Duration {
        let ways = [Propagation::IamToEks, Propagation::IamToSts];
        self.longest(&ways)
    }

    /// How long changes of associations are to be remembered.
    pub(crate) fn of_associations(&self) -> Duration {
        let ways = [
            Propagation::AssociationToAuth,
            Propagation::AssociationToWebhook,
            Propagation::DeleteToCreate,
        ];
        self.longest(&ways)
    }

    fn longest(&self, ways: &[Propagation]) -> Duration {
        let delays = ways.iter().map(|way| self.delay(*way));
        delays.max().unwrap_or_default()
    }

    /// The delays by their ways' names, as `/_podpass/propagation` has them.
    pub(crate) fn describe(&self) -> Value {
        let delays = self.delays();
        let delays = delays.map(|(name, delay)| (name.to_owned(), written(delay).into()));
        Value::Object(Map::from_iter(delays))
    }

    /// Reads what `/_podpass/propagation` takes: `"aws"`, or delays by their ways' names, of which the others are none.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let delays = match value {
            Value::String(text) if text == "aws" => return Ok(Self::aws()),
            Value::Object(delays) => delays,
            _ => {
                return Err(
                    "expected \"aws\", or an object such as {\"iam-eks\": \"10s\"}".to_owned(),
                );
            }
        };
        let mut read = Self::none();
        for (name, delay) in delays {
            let way = name.parse::<Propagation>();
            let way = way.map_err(|error| error.to_string())?;
            let delay = match delay {
                Value::String(text) => parse(text),
                Value::Number(seconds) => {
                    let seconds = seconds.as_f64().map(Duration::try_from_secs_f64);
                    seconds.and_then(Result::ok).filter(|delay| *delay <= MAX)
                }
                _ => None,
            };
            let delay = delay.ok_or_else(|| format!("`{name}` {FORM}"))?;
            read = read.with(way, delay);
        }
        Ok(read)
    }
}

const FORM: &str = "is a duration such as \"10s\", or a number of seconds, of at most an hour";

/// A delay as text.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let duration = text.parse::<SignedDuration>().ok()?;
    let duration = Duration::try_from(duration).ok()?;
    Some(duration).filter(|delay| *delay <= MAX)
}

fn written(delay: Duration) -> String {
    let mut text = format!("{}", delay.as_secs());
    if delay.subsec_millis() > 0 {
        _ = write!(text, ".{:03}", delay.subsec_millis());
    }
    text.push('s');
    text
}

/// What the command line says: `aws`, or a way and its delay.
#[derive(Debug, Clone, Copy)]
pub enum PropagationArgument {
    /// All delays as in AWS.
    Aws,
    /// One delay.
    One(Propagation, Duration),
}

impl FromStr for PropagationArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "aws" {
            return Ok(Self::Aws);
        }
        let (name, delay) = text
            .split_once('=')
            .ok_or("expected aws, or WHAT=DURATION")?;
        let way = name
            .parse()
            .map_err(|error: UnknownPropagation| error.to_string())?;
        let delay = parse(delay).ok_or_else(|| format!("`{delay}` {FORM}"))?;
        Ok(Self::One(way, delay))
    }
}

impl PropagationArgument {
    /// The delays that it makes of those said so far.
    pub(crate) fn add_to(self, delays: Propagations) -> Propagations {
        match self {
            Self::Aws => Propagations::aws(),
            Self::One(way, delay) => delays.with(way, delay),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn delays_are_told_as_they_are_read() -> Result<(), String> {
        let delays = Propagations::read(&json!({ "iam-eks": "1m 30s", "delete-create": 0.25 }))?;
        assert_eq!(
            delays.describe(),
            json!({
                "iam-eks": "90s", "iam-sts": "0s", "association-auth": "0s",
                "association-webhook": "0s", "delete-create": "0.250s",
            })
        );
        assert_eq!(Propagations::read(&delays.describe()), Ok(delays));
        assert_eq!(Propagations::read(&json!("aws")), Ok(Propagations::aws()));
        for value in [
            json!("azure"),
            json!(1),
            json!({ "iam-s3": "1s" }),
            json!({ "iam-eks": "soon" }),
            json!({ "iam-eks": "-1s" }),
            json!({ "iam-eks": "2h" }),
            json!({ "iam-eks": 1e300 }),
        ] {
            assert!(Propagations::read(&value).is_err(), "{value}");
        }
        Ok(())
    }

    #[test]
    fn every_way_has_its_own_place() {
        for (place, (way, name, _)) in WAYS.into_iter().enumerate() {
            assert_eq!(way as usize, place);
            assert_eq!(way.to_string(), name);
        }
    }
}

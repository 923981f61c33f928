//! Picks calls out of the ledger.

use jiff::Timestamp;
use thiserror::Error;

use super::{Entry, Source};
use crate::auth::gate::Decision;
use crate::glob;

/// Which calls are meant: those that meet everything that was said. Without more, it means all.
///
/// In texts, `*` stands for anything.
///
/// ```
/// use podpass_mock::ledger::Filter;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let server = podpass_mock::MockServer::builder().start().await?;
/// let written = Filter::new().service("iam").operation("Create*").status("2xx")?;
/// assert_eq!(server.requests_where(&written), []);
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    service: Option<String>,
    operation: Option<String>,
    account: Option<String>,
    region: Option<String>,
    caller: Option<String>,
    access_key_id: Option<String>,
    resource: Option<String>,
    error_code: Option<String>,
    user_agent: Option<String>,
    fault: Option<String>,
    status: Option<Status>,
    decision: Option<Decision>,
    source: Option<Source>,
    read_only: Option<bool>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    pub(super) after: u64,
    pub(super) limit: Option<usize>,
}

/// A status, or a hundred of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    One(u16),
    Class(u16),
}

/// Why a filter is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FilterError {
    /// Nothing is filtered by this name.
    #[error("unknown filter `{0}`; there are: {names}", names = NAMES.join(", "))]
    Unknown(String),
    /// The value is not what the filter takes.
    #[error("`{name}` is {expected}, not `{value}`")]
    Invalid {
        /// The filter.
        name: String,
        /// What was given.
        value: String,
        /// What it takes.
        expected: &'static str,
    },
}

const NAMES: [&str; 18] = [
    "service",
    "operation",
    "account",
    "region",
    "caller",
    "accessKeyId",
    "resource",
    "status",
    "errorCode",
    "decision",
    "source",
    "userAgent",
    "fault",
    "readOnly",
    "since",
    "until",
    "after",
    "limit",
];

impl Filter {
    /// All calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those of a service, such as `iam`, `kubernetes` or `agent`.
    pub fn service(mut self, pattern: impl Into<String>) -> Self {
        self.service = Some(pattern.into());
        self
    }

    /// Those of an operation, such as `CreateRole` or `create pods`.
    pub fn operation(mut self, pattern: impl Into<String>) -> Self {
        self.operation = Some(pattern.into());
        self
    }

    /// Those of a caller, as the entry names it.
    pub fn caller(mut self, pattern: impl Into<String>) -> Self {
        self.caller = Some(pattern.into());
        self
    }

    /// Those that are about a resource, or take it besides.
    pub fn resource(mut self, pattern: impl Into<String>) -> Self {
        self.resource = Some(pattern.into());
        self
    }

    /// Those that were answered with a status such as `404`, or with one of a class such as `4xx`.
    ///
    /// # Errors
    ///
    /// When the text is neither.
    pub fn status(mut self, status: &str) -> Result<Self, FilterError> {
        self.set("status", status)?;
        Ok(self)
    }

    /// Those that ended with an error of this code.
    pub fn error_code(mut self, pattern: impl Into<String>) -> Self {
        self.error_code = Some(pattern.into());
        self
    }

    /// Those about whose callers this was decided.
    pub fn decision(mut self, decision: Decision) -> Self {
        self.decision = Some(decision);
        self
    }

    /// Those that only read, or those that write.
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = Some(read_only);
        self
    }

    /// Those answered at this time or later, by the server's clock.
    pub fn since(mut self, time: Timestamp) -> Self {
        self.since = Some(time);
        self
    }

    /// Those answered before this time, by the server's clock.
    pub fn until(mut self, time: Timestamp) -> Self {
        self.until = Some(time);
        self
    }

    /// Those with a higher sequence number.
    pub fn after(mut self, sequence: u64) -> Self {
        self.after = sequence;
        self
    }

    /// At most so many, the oldest of them.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Filters by what `GET /_podpass/requests` calls by this name, such as `errorCode`.
    ///
    /// # Errors
    ///
    /// When there is no such filter, or it takes another value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), FilterError> {
        let invalid = |expected| FilterError::Invalid {
            name: name.to_owned(),
            value: value.to_owned(),
            expected,
        };
        let number = || value.parse::<u64>().map_err(|_| invalid("a whole number"));
        let time = || {
            let time = value.parse::<Timestamp>();
            time.map_err(|_| invalid("a time such as `2026-01-01T00:00:00Z`"))
        };
        let text = Some(value.to_owned());
        match name {
            "service" => self.service = text,
            "operation" => self.operation = text,
            "account" => self.account = text,
            "region" => self.region = text,
            "caller" => self.caller = text,
            "accessKeyId" => self.access_key_id = text,
            "resource" => self.resource = text,
            "errorCode" => self.error_code = text,
            "userAgent" => self.user_agent = text,
            "fault" => self.fault = text,
            "status" => {
                let status = Status::parse(value);
                let status = status.ok_or_else(|| invalid("a status such as `404` or `4xx`"))?;
                self.status = Some(status);
            }
            "decision" => {
                self.decision = Some(match value {
                    "allowed" => Decision::Allowed,
                    "denied" => Decision::Denied,
                    _ => return Err(invalid("`allowed` or `denied`")),
                });
            }
            "source" => {
                self.source = Some(match value {
                    "http" => Source::Http,
                    "tls" => Source::Tls,
                    "agent" => Source::Agent,
                    _ => return Err(invalid("`http`, `tls` or `agent`")),
                });
            }
            "readOnly" => {
                let flag = value.parse::<bool>();
                self.read_only = Some(flag.map_err(|_| invalid("`true` or `false`"))?);
            }
            "since" => self.since = Some(time()?),
            "until" => self.until = Some(time()?),
            "after" => self.after = number()?,
            "limit" => self.limit = Some(usize::try_from(number()?).unwrap_or(usize::MAX)),
            _ => return Err(FilterError::Unknown(name.to_owned())),
        }
        Ok(())
    }

    /// Whether all calls are meant.
    pub(super) fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a call is meant, but for the limit.
    pub(super) fn means(&self, entry: &Entry) -> bool {
        let fits = |pattern: &Option<String>, text: &str| {
            let pattern = pattern.as_ref();
            pattern.is_none_or(|pattern| glob::matches(pattern, text))
        };
        let fits_some = |pattern: &Option<String>, text: Option<&str>| {
            pattern.is_none() || text.is_some_and(|text| fits(pattern, text))
        };
        let mut resources = entry.resource.iter().chain(&entry.other_resources);
        entry.sequence > self.after
            && fits(&self.service, entry.service)
            && fits_some(&self.operation, entry.operation.as_deref())
            && fits(&self.account, &entry.account)
            && fits(&self.region, &entry.region)
            && fits(&self.caller, &entry.caller)
            && fits_some(&self.access_key_id, entry.access_key_id.as_deref())
            && (self.resource.is_none() || resources.any(|text| fits(&self.resource, text)))
            && fits_some(&self.error_code, entry.error_code.as_deref())
            && fits_some(&self.user_agent, entry.user_agent.as_deref())
            && fits_some(&self.fault, entry.fault.as_deref())
            && self.status.is_none_or(|status| status.means(entry.status))
            && (self.decision.is_none() || self.decision == entry.decision)
            && self.source.is_none_or(|source| source == entry.source)
            && self
                .read_only
                .is_none_or(|only| only == entry.is_read_only())
            && self.since.is_none_or(|since| entry.time >= since)
            && self.until.is_none_or(|until| entry.time < until)
    }
}

impl Status {
    fn parse(text: &str) -> Option<Self> {
        let status = match text.strip_suffix("xx") {
            Some(class) => Self::Class(class.parse().ok().filter(|class| (1..=5).contains(class))?),
            None => Self::One(text.parse().ok().filter(|one| (100..600).contains(one))?),
        };
        Some(status)
    }

    fn means(self, status: u16) -> bool {
        match self {
            Self::One(one) => one == status,
            Self::Class(class) => class == status / 100,
        }
    }
}

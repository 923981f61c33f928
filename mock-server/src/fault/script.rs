//! A fault as a script tells it: which calls, when of them, and what is done.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::FaultError;
use super::delay::Delay;
use super::effect::{Effect, ErrorAnswer, Moment};
use super::pattern::Pattern;
use super::when::When;
use crate::json_read;

/// Something that goes wrong on purpose: with which calls, when of them, and how.
///
/// ```
/// use std::time::Duration;
/// use podpass_mock::Fault;
///
/// // The answer to the second CreateRole is lost, though the role is made.
/// let lost = Fault::on("CreateRole").nth(2).drop_after();
/// // Every tenth call of EKS is throttled, and a fifth of all calls is slow.
/// let throttled = Fault::on("*").service("eks").every(10).answer("ThrottlingException");
/// let slow = Fault::on("*").probability(0.2).delay(Duration::from_secs(1));
/// # assert!(lost != throttled && throttled != slow);
/// ```
///
/// The same as JSON, in which every part but `do` can be left out:
///
/// ```
/// use podpass_mock::Fault;
///
/// let script = r#"{"faults": [{
///     "match": {"operation": "CreateRole"},
///     "when": {"nth": 2},
///     "do": {"drop": "after"}
/// }]}"#;
/// assert_eq!(Fault::read_script(script)?, [Fault::on("CreateRole").nth(2).drop_after()]);
/// # Ok::<(), podpass_mock::FaultError>(())
/// ```
///
/// A call that several faults match meets the first of them that is due. In the patterns `*` stands for any text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct Fault {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(default, rename = "match", skip_serializing_if = "Calls::is_all")]
    pub(super) calls: Calls,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) when: When,
    #[serde(rename = "do")]
    pub(super) effect: Effect,
}

/// The calls that a fault matches: those of which all that is given is true.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Calls {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) service: Option<Pattern>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) operation: Option<Pattern>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<Pattern>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Pattern>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resource: Option<Pattern>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) caller: Option<Pattern>,
}

impl Calls {
    /// The patterns that are given, with the names of their members.
    pub(super) fn patterns(&self) -> impl Iterator<Item = (&'static str, &Pattern)> {
        [
            ("service", &self.service),
            ("operation", &self.operation),
            ("account", &self.account),
            ("region", &self.region),
            ("resource", &self.resource),
            ("caller", &self.caller),
        ]
        .into_iter()
        .filter_map(|(member, pattern)| Some((member, pattern.as_ref()?)))
    }

    fn is_all(&self) -> bool {
        self.patterns().next().is_none()
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A file of faults.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    faults: Vec<Fault>,
}

impl Fault {
    /// A fault of calls to an operation, such as `CreateRole`, `Create*` or, in clusters, `create pods`; the
    /// agent's is `get credentials`. What is to be done still has to be said.
    pub fn on(operation: impl Into<String>) -> Self {
        Self {
            calls: Calls {
                operation: Some(Pattern::new(operation)),
                ..Calls::default()
            },
            ..Self::default()
        }
    }

    /// Reads a script: a JSON object whose member `faults` lists them.
    ///
    /// # Errors
    ///
    /// When it has not that form, or a member has a value that it cannot have.
    pub fn read_script(json: &str) -> Result<Vec<Self>, FaultError> {
        let Script { faults } = json_read::read(json.as_bytes(), " with the member `faults`")?;
        super::check_all(&faults)?;
        Ok(faults)
    }

    /// The id by which it is told apart in lists and in the ledger; the server gives one otherwise.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Only of a service: `iam`, `sts`, `eks`, `eks-auth`, `kubernetes` or `agent`.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.calls.service = Some(Pattern::new(name));
        self
    }

    /// Only in an account: the caller's, or the cluster's.
    pub fn account(mut self, id: impl Into<String>) -> Self {
        self.calls.account = Some(Pattern::new(id));
        self
    }

    /// Only in a region: the one that the request is signed for, or the cluster's.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.calls.region = Some(Pattern::new(region));
        self
    }

    /// Only about a resource: its ARN or what follows the last slash of it, `NAMESPACE/SERVICEACCOUNT` where the
    /// call names one, and in clusters the cluster's name, the object's or `NAMESPACE/NAME`.
    pub fn resource(mut self, pattern: impl Into<String>) -> Self {
        self.calls.resource = Some(Pattern::new(pattern));
        self
    }

    /// Only by a caller: an ARN, or the name that a cluster knows a user by.
    pub fn caller(mut self, pattern: impl Into<String>) -> Self {
        self.calls.caller = Some(Pattern::new(pattern));
        self
    }

    /// Only the call of this number, from 1, among those that match; of several numbers, those calls.
    pub fn nth(mut self, call: u64) -> Self {
        self.when.nth.push(call);
        self
    }

    /// Only every so-manieth of the calls that match.
    pub fn every(mut self, calls: u64) -> Self {
        self.when.every = Some(calls);
        self
    }

    /// Only the first so many of the calls that match.
    pub fn first(mut self, calls: u64) -> Self {
        self.when.first = Some(calls);
        self
    }

    /// Lets so many of the calls that match pass; the others are counted from then on.
    pub fn after(mut self, calls: u64) -> Self {
        self.when.after = Some(calls);
        self
    }

    /// Only a part of the calls, from 0 to 1, which chance takes: the same in every run of a server with a
    /// [seed](crate::MockServerBuilder::seed).
    pub fn probability(mut self, part: f64) -> Self {
        self.when.probability = Some(part);
        self
    }

    /// At most so often.
    pub fn times(mut self, calls: u64) -> Self {
        self.when.times = Some(calls);
        self
    }

    /// Answers with an error of this code, in the form of the call's service. Status and text are AWS's where the
    /// code is known.
    pub fn answer(self, code: impl Into<String>) -> Self {
        self.error(code, None, None)
    }

    /// Answers with an error of this code, status and message.
    pub fn answer_with(
        self,
        code: impl Into<String>,
        status: u16,
        message: impl Into<String>,
    ) -> Self {
        let message: String = message.into();
        self.error(code, Some(status), Some(&message))
    }

    /// Answers with an error of this code, of which status and message are AWS's where they are known and not given.
    pub fn error(
        mut self,
        code: impl Into<String>,
        status: Option<u16>,
        message: Option<&str>,
    ) -> Self {
        self.effect.error = Some(ErrorAnswer {
            code: code.into(),
            message: message.map(str::to_owned),
            status,
        });
        self
    }

    /// Answers with a bare status, such as 503, as a load balancer without servers does.
    pub fn status(mut self, status: u16) -> Self {
        self.effect.status = Some(status);
        self
    }

    /// Ends the connection without an answer; the call is not done.
    pub fn drop_before(mut self) -> Self {
        self.effect.drop = Some(Moment::Before);
        self
    }

    /// Ends the connection without an answer once the call is done.
    pub fn drop_after(mut self) -> Self {
        self.effect.drop = Some(Moment::After);
        self
    }

    /// Sends only so many bytes of the answer's body, and ends the connection.
    pub fn truncate(mut self, bytes: usize) -> Self {
        self.effect.truncate = Some(bytes);
        self
    }

    /// Sends a body that no client can read.
    pub fn garbage(mut self) -> Self {
        self.effect.garbage = true;
        self
    }

    /// Has the call wait before it is done, in real time, whatever the server's clock says. It is done also when its
    /// client has gone meanwhile.
    pub fn delay(self, by: Duration) -> Self {
        self.delay_between(by, by)
    }

    /// The same for a time that chance takes out of a range.
    pub fn delay_between(mut self, min: Duration, max: Duration) -> Self {
        self.effect.delay = Some(Delay { min, max });
        self
    }

    /// Has the answer wait once the call is done.
    pub fn delay_answer(mut self, by: Duration) -> Self {
        self.effect.delay_answer = Some(Delay { min: by, max: by });
        self
    }
}

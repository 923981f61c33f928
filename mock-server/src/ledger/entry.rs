//! What the ledger tells of one call.

use std::borrow::Cow;

use http::Request;
use http::header::USER_AGENT;
use jiff::Timestamp;
use serde::Serialize;

use crate::auth::gate::Decision;
use crate::server::OverTls;

/// The status of a call that was not done.
pub(crate) const NOT_DONE: u16 = 0;

/// One answered call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Entry {
    /// Its number: 1 is the first call since the start, or since all calls were forgotten.
    pub sequence: u64,
    /// When it was answered, by the server's clock.
    pub time: Timestamp,
    /// The service's name as signatures have it, such as `iam`; `kubernetes` for calls to clusters, and `agent` for those of
    /// pods to the EKS Pod Identity Agent.
    pub service: &'static str,
    /// The API operation, such as `CreateRole`, or verb and resource as in `create serviceaccounts/token`; `None` when the
    /// request named none that is known.
    pub operation: Option<Cow<'static, str>>,
    /// What it is about: an ARN, or the path of a call to a cluster. `None` for operations that know no resources, and
    /// for requests that were refused before anybody looked.
    pub resource: Option<String>,
    /// What it takes besides, such as the role that is passed.
    pub other_resources: Vec<String>,
    /// The caller's account, or the cluster's; empty for pods that got no credentials.
    pub account: String,
    /// The region that the request was signed for, or the cluster's; empty for pods that got no credentials.
    pub region: String,
    /// The answer's HTTP status; 0 where a fault dropped the call before it was done.
    pub status: u16,
    /// AWS's code of the error, if it was one, or the reason that Kubernetes gives, such as `NotFound`.
    pub error_code: Option<Cow<'static, str>>,
    /// The request id that the answer carried, which Kubernetes calls its audit id. The agent has none of its own but passes
    /// on that of EKS Auth's error.
    pub request_id: String,
    /// The caller's ARN, the user's name in Kubernetes, or the service account of a pod that got credentials; `anonymous` for
    /// others.
    pub caller: String,
    /// The id of the access key that signed it, if one did.
    pub access_key_id: Option<String>,
    /// What was decided about the caller; `None` when nothing was, as with [`Auth::Off`](crate::Auth::Off), and in a cluster
    /// over plain HTTP.
    pub decision: Option<Decision>,
    /// Why it was denied: the message that the client got, or would have got.
    pub reason: Option<String>,
    /// How it came in.
    pub source: Source,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The id of the fault that struck it, if one did.
    pub fault: Option<String>,
}

/// How a call came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// By plain HTTP.
    Http,
    /// By TLS.
    Tls,
    /// From the EKS Pod Identity Agent in this process.
    Agent,
}

impl Entry {
    /// A call that was answered now, of which nothing else is known yet.
    pub(crate) fn new(time: Timestamp, service: &'static str) -> Self {
        Self {
            sequence: 0,
            time,
            service,
            operation: None,
            resource: None,
            other_resources: Vec::new(),
            account: String::new(),
            region: String::new(),
            status: 200,
            error_code: None,
            request_id: String::new(),
            caller: "anonymous".to_owned(),
            access_key_id: None,
            decision: None,
            reason: None,
            source: Source::Agent,
            user_agent: None,
            fault: None,
        }
    }

    /// The same call with what a request tells of its client.
    pub(crate) fn sent_by<B>(mut self, request: &Request<B>) -> Self {
        self.source = match request.extensions().get::<OverTls>() {
            Some(_) => Source::Tls,
            None => Source::Http,
        };
        let agent = request.headers().get(USER_AGENT);
        self.user_agent = agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned());
        self
    }

    /// The same call with what it is about: a resource, and what it takes besides.
    pub(crate) fn about(mut self, resources: Vec<String>) -> Self {
        let mut resources = resources.into_iter();
        self.resource = resources.next();
        self.other_resources = resources.collect();
        self
    }

    /// Whether the operation only reads, as CloudTrail has it: who gets credentials changes nothing.
    pub fn is_read_only(&self) -> bool {
        let operation = self.operation.as_deref().unwrap_or_default();
        let reads = match self.service {
            "kubernetes" => &["get ", "list ", "watch "][..],
            "agent" => &["get "],
            _ => &["Get", "List", "Describe", "Simulate", "Assume", "Decode"],
        };
        reads.iter().any(|verb| operation.starts_with(verb))
    }
}

//! The EKS Pod Identity Agent, which pods ask for credentials: at `/v1/credentials` of the server, and at an address of
//! its own where one is asked for.
//!
//! A request goes through what decorates each other, as in AWS's agent: the [`limit`] of each address, the [`cache`], and
//! the [`exchange`], which is EKS Auth in the same process. The cluster is the one whose issuer signed the token.

mod cache;
mod exchange;
mod limit;
mod metrics;
mod refusal;
#[cfg(test)]
mod tests;
mod token;

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use jiff::Timestamp;

use self::cache::Cache;
use self::exchange::EksAuth;
use self::limit::Limit;
pub(crate) use self::limit::RATE;
use self::metrics::Metrics;
use self::refusal::Refusal;
use self::token::Outline;
pub(crate) use self::token::subject;
use crate::auth::gate::Decision;
use crate::control;
use crate::dispatch::Shared;
use crate::fault::{Instead, Meeting, Met};
use crate::ledger::{Entry, Trail};
use crate::protocol::Response;

/// The one path at which the agent answers.
pub(crate) const PATH: &str = "/v1/credentials";

/// What the webhook has pods ask: the address that the agent has on every node.
const ADDRESSES: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
];

/// Which address a request came in by; each has a limit of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Entrance {
    /// The server's, which it shares with all else.
    Shared,
    /// The agent's own.
    Own,
}

/// The agent's memory.
#[derive(Debug, Default)]
pub(crate) struct Agent {
    cache: Cache<EksAuth>,
    limits: [Limit; 2],
    metrics: Metrics,
}

/// Credentials, as the agent hands them out.
#[derive(Clone)]
struct Issued {
    /// The whole body of the answer.
    body: Bytes,
    expires: Timestamp,
    to: Arc<Recipient>,
}

/// Who has credentials.
#[derive(Debug, Default)]
struct Recipient {
    /// The service account, as tokens name it: `system:serviceaccount:NAMESPACE:NAME`.
    subject: String,
    /// Account and region of the cluster.
    account: String,
    region: String,
}

/// Where credentials come from: what stands before another source decorates it.
trait Source {
    /// Credentials for the bearer of a token.
    fn credentials(&self, shared: &Shared, token: &str) -> Result<Issued, Refusal>;
}

impl Agent {
    /// Forgets all credentials and counts.
    pub(crate) fn reset(&self) {
        self.cache.clear();
        self.metrics.reset();
    }
}

/// Answers a pod.
pub(crate) async fn answer(
    shared: &Shared,
    entrance: Entrance,
    request: &Request<Bytes>,
) -> Response {
    let admitted = admit(shared, entrance, request);
    let met = match &admitted {
        Ok(token) => meet(shared, token),
        Err(_) => None,
    };
    if let Some(met) = &met {
        met.wait().await;
    }
    let answered = match (admitted, met.as_ref().and_then(|met| met.instead(SERVICE))) {
        (Err(refusal), _) => Err(refusal),
        (Ok(_), Some(Instead::Error(refusal))) => Err(Refusal::Scripted(refusal)),
        (Ok(_), Some(Instead::Answer(response))) => Ok(Err(response)),
        (Ok(token), None) => shared.agent.cache.credentials(shared, token).map(Ok),
    };
    let mut entry = entry(shared, &answered).sent_by(request);
    let mut response = match answered {
        Ok(Ok(issued)) => {
            let mut response = Response::new(issued.body.into());
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, json);
            response
        }
        Ok(Err(response)) => response,
        Err(refusal) => plain(refusal.status(), &refusal.to_string()),
    };
    if let Some(met) = &met {
        entry.status = met.status(response.status());
        entry.fault = Some(met.id().to_owned());
        met.spoil(&mut response);
    }
    shared.agent.metrics.responded(response.status());
    let trail = Trail {
        message: entry.reason.clone(),
        ..Trail::default()
    };
    shared.ledger.record(entry, trail);
    response
}

/// How scripts and the ledger name the agent, and what it is asked.
const SERVICE: &str = "agent";
const OPERATION: &str = "get credentials";

/// What a script has for a pod's request.
fn meet(shared: &Shared, token: &str) -> Option<Met> {
    if !shared.faults.any() {
        return None;
    }
    let outline = Outline::read(token).ok();
    let issuer = outline.as_ref().and_then(|it| shared.store.issuer(&it.iss));
    let place = issuer.as_ref().map(|issuer| issuer.place());
    let account = place.map(|place| place.account.to_string());
    shared.faults.meet(&Meeting {
        service: SERVICE,
        operation: OPERATION,
        account: &account.unwrap_or_default(),
        region: place.map_or("", |place| &place.region),
        caller: outline.as_ref().map_or("", |outline| &outline.sub),
        resources: &|| {
            let cluster = place.map(|place| place.cluster.clone());
            subject(token).into_iter().chain(cluster).collect()
        },
    })
}

/// What a pod gets: credentials, or what a script has in their place.
type Answered = Result<Result<Issued, Response>, Refusal>;

/// The line of the ledger for a pod's request.
fn entry(shared: &Shared, answered: &Answered) -> Entry {
    let entry = Entry {
        operation: Some(Cow::Borrowed(OPERATION)),
        ..Entry::new(shared.store.clock().now(), SERVICE)
    };
    match answered {
        Ok(Err(_)) => entry,
        Ok(Ok(Issued { to, .. })) => Entry {
            account: to.account.clone(),
            region: to.region.clone(),
            caller: to.subject.clone(),
            decision: Some(Decision::Allowed),
            ..entry
        },
        Err(refusal) => Entry {
            status: refusal.status().as_u16(),
            error_code: Some(refusal.code())
                .filter(|code| !code.is_empty())
                .map(|code| Cow::Owned(code.to_owned())),
            request_id: refusal.request_id().to_owned(),
            decision: Some(Decision::Denied),
            reason: Some(refusal.to_string()),
            ..entry
        },
    }
}

/// Answers at the address of the agent's metrics: what it counts, and that it is well.
pub(crate) fn answer_metrics(shared: &Shared, request: &Request<Bytes>) -> Response {
    match request.uri().path() {
        "/metrics" => {
            let mut response = Response::new(shared.agent.metrics.text().into());
            let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, text);
            response
        }
        "/healthz" | "/readyz" => plain(StatusCode::OK, "ok"),
        _ => not_found(),
    }
}

/// What Go's servers say of any other path; AWS's probe relies on it.
pub(crate) fn not_found() -> Response {
    plain(StatusCode::NOT_FOUND, "404 page not found")
}

/// The token of a request that the agent looks at.
fn admit<'r>(
    shared: &Shared,
    entrance: Entrance,
    request: &'r Request<Bytes>,
) -> Result<&'r str, Refusal> {
    let agent = &shared.agent;
    check_host(shared, request.headers())?;
    let rate = shared.store.settings().agent_rate;
    let now = shared.store.clock().now();
    if !agent.limits[entrance as usize].admits(rate, now) {
        return Err(Refusal::TooManyRequests);
    }
    let token = request.headers().get(AUTHORIZATION);
    let token = token.map(HeaderValue::as_bytes).unwrap_or_default();
    let token = str::from_utf8(token).map_err(|_| Refusal::unreadable("it is no text"))?;
    match token.is_empty() {
        true => Err(Refusal::NoToken),
        false => Ok(token),
    }
}

/// Refuses requests that were sent to another address than the agent's, or by a web page. Besides AWS's addresses,
/// loopback ones are good, and any where other machines may reach the server.
fn check_host(shared: &Shared, headers: &HeaderMap) -> Result<(), Refusal> {
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    let host = String::from_utf8_lossy(host.unwrap_or_default());
    let bare = without_port(&host);
    let is_ours = match bare.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback() || ADDRESSES.contains(&ip),
        Err(_) => bare.eq_ignore_ascii_case("localhost"),
    };
    let is_ours = is_ours || shared.store.settings().allow_remote;
    match is_ours && control::is_from_here(headers) {
        true => Ok(()),
        false => Err(Refusal::WrongAddress(bare.to_owned())),
    }
}

/// A `Host` without its port, and without the brackets of an IPv6 address.
fn without_port(host: &str) -> &str {
    if let Some((ip, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return ip;
    }
    match host.rsplit_once(':') {
        // More than one colon is an IPv6 address without brackets.
        Some((name, _)) if !name.contains(':') => name,
        _ => host,
    }
}

/// A text as Go's `http.Error` sends it.
fn plain(status: StatusCode, text: &str) -> Response {
    let mut response = Response::new(format!("{text}\n").into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(CONTENT_TYPE, plain);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

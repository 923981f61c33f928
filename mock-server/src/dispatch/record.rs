//! What came of a call, written into the ledger and the log.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Request, StatusCode};

use super::Shared;
use crate::auth::gate::Gate;
use crate::fault::Met;
use crate::ledger::{self, Held, Trail};
use crate::operation::{self, Registered};
use crate::protocol::Fault;
use crate::store::Scope;

/// What came of a call.
pub(crate) struct Outcome<'o> {
    pub(crate) service: &'static Registered,
    pub(crate) operation: Option<&'static operation::Entry>,
    pub(crate) status: StatusCode,
    pub(crate) fault: Option<&'o Fault>,
    /// What a script had for it.
    pub(crate) met: Option<&'o Met>,
    /// The id of the access key that it was signed with.
    pub(crate) access_key: Option<String>,
    /// Whether it was to be signed: otherwise nobody in particular asked.
    pub(crate) is_signed: bool,
    /// The request, unless it was made in this process.
    pub(crate) request: Option<&'o Request<Bytes>>,
}

/// Writes a call into the ledger and the log.
pub(crate) fn record(shared: &Shared, scope: Scope, mut gate: Gate, outcome: Outcome<'_>) {
    let Outcome { service, .. } = outcome;
    let operation = outcome.operation.map(|operation| operation.name);
    let error_code = outcome.fault.map(|fault| fault.code.clone());
    if let Some(fault) = outcome.fault
        && (fault.code == service.caller_codes.denied || fault.reason.is_some())
    {
        // Some operations decide by themselves, whatever the mode.
        gate.deny(fault);
    }
    let status = match outcome.met {
        Some(met) => met.status(outcome.status),
        None => outcome.status.as_u16(),
    };
    tracing::debug!(
        service = service.name,
        operation,
        status,
        error_code = error_code.as_deref()
    );
    let mut entry = ledger::Entry::new(shared.store.clock().now(), service.name);
    let mut trail = Trail {
        caller: None,
        message: outcome.fault.map(|fault| fault.message.clone()),
        held: Held::Nothing,
    };
    if let Some(request) = outcome.request {
        entry = entry.sent_by(request);
        if let Some(operation) = outcome.operation {
            trail.held = Held::aws(service, operation, request);
        }
    }
    if outcome.is_signed {
        entry.caller = scope.caller.arn();
        trail.caller = Some(scope.caller);
    }
    let entry = ledger::Entry {
        operation: operation.map(Cow::Borrowed),
        account: scope.account.to_string(),
        region: scope.region,
        status,
        error_code,
        request_id: scope.request_id,
        access_key_id: outcome.access_key,
        fault: outcome.met.map(|met| met.id().to_owned()),
        ..entry
    };
    shared.ledger.record(gate.note(entry), trail);
}

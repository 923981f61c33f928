//! How a call lies in the ledger: in one piece, so that to write one down and to forget another is quick.

use std::borrow::Cow;
use std::sync::Arc;

use http::Method;
use jiff::Timestamp;
use serde_json::Value;

use super::record::Record;
use super::{Entry, Held, Source, Trail};
use crate::account::AccountId;
use crate::auth::caller::{Caller, SigningUser};
use crate::auth::gate::Decision;
use crate::operation::Registered;
use crate::state::sts::Session;

/// A call whose texts stand one behind the other.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) sequence: u64,
    time: Timestamp,
    service: &'static str,
    operation: Option<Cow<'static, str>>,
    status: u16,
    error_code: Option<Cow<'static, str>>,
    decision: Option<Decision>,
    source: Source,
    caller: Signer,
    asked: Asked,
    texts: Texts,
}

/// Who called AWS, but for the texts.
#[derive(Debug)]
enum Signer {
    Nobody,
    User(AccountId),
    Session(Arc<Session>),
}

/// What was asked, but for the texts.
enum Asked {
    Nothing,
    Request(&'static Registered, Method),
    Parameters(Box<Value>),
    Fingerprint(u64),
}

/// Requests are long, and not for the log.
impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asked(…)")
    }
}

impl Packed {
    pub(super) fn new(record: Record<'_>) -> Self {
        let Record { entry, trail } = record;
        let (caller, user_id) = match trail.caller {
            None => (Signer::Nobody, None),
            Some(Caller::User(user)) => (Signer::User(user.account), Some(user.id)),
            Some(Caller::Session(session)) => (Signer::Session(session), None),
        };
        let (asked, target, body) = match trail.held {
            Held::Nothing => (Asked::Nothing, None, None),
            Held::Request(service, method, target, body) => {
                (Asked::Request(service, method), Some(target), Some(body))
            }
            Held::Parameters(parameters) => (Asked::Parameters(parameters), None, None),
            Held::Fingerprint(number) => (Asked::Fingerprint(number), None, None),
        };
        let one = [
            Some(&*entry.account),
            Some(&*entry.region),
            Some(&*entry.request_id),
            Some(&*entry.caller),
            entry.resource.as_deref(),
            entry.access_key_id.as_deref(),
            entry.reason.as_deref(),
            entry.user_agent.as_deref(),
            entry.fault.as_deref(),
            trail.message.as_deref(),
            user_id.as_deref(),
            target.as_deref(),
        ];
        let one = one.into_iter().map(|text| text.map(str::as_bytes));
        let others = entry.other_resources.iter();
        let others = others.map(|other| Some(other.as_bytes()));
        Self {
            sequence: entry.sequence,
            time: entry.time,
            service: entry.service,
            operation: entry.operation,
            status: entry.status,
            error_code: entry.error_code,
            decision: entry.decision,
            source: entry.source,
            caller,
            asked,
            texts: Texts::of(one.chain([body.as_deref()]).chain(others)),
        }
    }

    /// The call as it was.
    pub(super) fn unpack(&self) -> Record<'static> {
        let mut texts = self.texts.iter();
        let mut bytes = || texts.next().flatten();
        let mut text = || bytes().map(|text| String::from_utf8_lossy(text).into_owned());
        let entry = Entry {
            sequence: self.sequence,
            time: self.time,
            service: self.service,
            operation: self.operation.clone(),
            account: text().unwrap_or_default(),
            region: text().unwrap_or_default(),
            request_id: text().unwrap_or_default(),
            caller: text().unwrap_or_default(),
            resource: text(),
            access_key_id: text(),
            reason: text(),
            user_agent: text(),
            fault: text(),
            status: self.status,
            error_code: self.error_code.clone(),
            decision: self.decision,
            source: self.source,
            other_resources: Vec::new(),
        };
        let message = text();
        let user_id = text();
        let target = text();
        let body = bytes();
        let caller = match &self.caller {
            Signer::Nobody => None,
            Signer::Session(session) => Some(Caller::Session(Arc::clone(session))),
            Signer::User(account) => Some(Caller::User(SigningUser {
                account: *account,
                id: user_id.unwrap_or_default(),
                arn: entry.caller.clone(),
                access_key: None,
            })),
        };
        let held = match &self.asked {
            Asked::Nothing => Held::Nothing,
            Asked::Request(service, method) => Held::Request(
                service,
                method.clone(),
                Cow::Owned(target.unwrap_or_default()),
                Cow::Owned(body.unwrap_or_default().to_vec()),
            ),
            Asked::Parameters(parameters) => Held::Parameters(parameters.clone()),
            Asked::Fingerprint(number) => Held::Fingerprint(*number),
        };
        let others = texts.flatten();
        let others = others.map(|other| String::from_utf8_lossy(other).into_owned());
        Record {
            entry: Entry {
                other_resources: others.collect(),
                ..entry
            },
            trail: Trail {
                caller,
                message,
                held,
            },
        }
    }

    /// About how much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        let parameters = match &self.asked {
            Asked::Parameters(parameters) => 4 * crate::json_size::json_size(parameters),
            _ => 0,
        };
        size_of::<Self>() + self.texts.0.len() + parameters
    }
}

/// Texts that may be missing, each behind its length.
struct Texts(Box<[u8]>);

/// There are requests among them.
impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Texts(…)")
    }
}

impl Texts {
    const MISSING: u32 = u32::MAX;

    fn of<'t>(texts: impl Iterator<Item = Option<&'t [u8]>> + Clone) -> Self {
        let length = |text: Option<&[u8]>| size_of::<u32>() + text.map_or(0, <[u8]>::len);
        let mut all = Vec::with_capacity(texts.clone().map(length).sum());
        for text in texts {
            let text = text.and_then(|text| Some((u32::try_from(text.len()).ok()?, text)));
            let (length, text) = text.unwrap_or((Self::MISSING, &[]));
            all.extend_from_slice(&length.to_le_bytes());
            all.extend_from_slice(text);
        }
        Self(all.into_boxed_slice())
    }

    fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            let (length, behind) = rest.split_first_chunk()?;
            let length = match u32::from_le_bytes(*length) {
                Self::MISSING => None,
                length => Some(usize::try_from(length).ok()?),
            };
            let (text, behind) = behind.split_at_checked(length.unwrap_or(0))?;
            rest = behind;
            Some(length.map(|_| text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_out_as_they_went_in_and_missing_ones_stay_missing() {
        let texts = [Some(&b"one"[..]), None, Some(b""), Some(&[0xff, 0, 1])];
        let packed = Texts::of(texts.into_iter());
        assert_eq!(packed.iter().collect::<Vec<_>>(), texts);
    }
}

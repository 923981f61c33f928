//! `list`, in pages that all show the same moment.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Call;
use crate::kubernetes::failure::{Cause, Failure};
use crate::kubernetes::selector::Selector;
use crate::kubernetes::{Response, reply};
use crate::state::kubernetes::{Key, Objects};

/// What a `continue` token holds: the moment that the first page showed, and the last object seen.
#[derive(Debug, Serialize, Deserialize)]
struct Token {
    rv: u64,
    after: Key,
}

const CONTINUE_EXPIRED: &str = "The provided continue parameter is too old to display a consistent list result. You can start a new \
    list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. \
    Continuing with the provided token results in an inconsistent list.";

/// Lists the objects that the selectors mean.
///
/// # Errors
/// For wrong parameters, and `410` when the moment asked for is forgotten.
pub(super) fn list(call: &Call<'_>) -> Result<Response, Failure> {
    let selector = Selector::parse(
        call.kind,
        &call.options.label_selector,
        &call.options.field_selector,
    )?;
    let token = call
        .options
        .continues
        .as_deref()
        .map(read_token)
        .transpose()?;
    let (revision, objects) = call
        .cluster
        .read(|objects| snapshot(call, objects, token.as_ref()))?;
    let after = token.map(|token| token.after);
    let mut chosen = objects
        .iter()
        .filter(|(key, _)| after.as_ref().is_none_or(|after| *key > *after))
        .filter(|(_, object)| selector.matches(object));
    let page: Vec<(&Key, &Value)> = chosen
        .by_ref()
        .take(call.options.limit.unwrap_or(usize::MAX))
        .map(|(key, object)| (key, &**object))
        .collect();
    let left = chosen.count();

    let mut list_meta = json!({ "resourceVersion": revision.to_string() });
    if let (true, Some((last, _))) = (left > 0, page.last()) {
        list_meta["continue"] = json!(write_token(&Token {
            rv: revision,
            after: (*last).clone()
        }));
        if selector.is_empty() {
            list_meta["remainingItemCount"] = json!(left);
        }
    }
    let items: Vec<&Value> = page.into_iter().map(|(_, object)| object).collect();
    Ok(reply::list(call, &items, list_meta))
}

/// Which moment a list shows.
enum Moment {
    /// The present, which must not lie before that resource version.
    Present(u64),
    /// That resource version, because the caller says so or because the first page did.
    Exact(u64),
}

fn moment(call: &Call<'_>, token: Option<&Token>) -> Result<Moment, Failure> {
    const MATCH: &str = "resourceVersionMatch";
    let options = &call.options;
    let refused = |cause| Err(Failure::InvalidOptions("ListOptions", vec![cause]));
    if options.send_initial_events.is_some() {
        let why = "sendInitialEvents is forbidden for list";
        return refused(Cause::forbidden("sendInitialEvents", why));
    }
    let stated = options.resource_version_match.as_deref();
    match (stated, token, options.resource_version) {
        (None, Some(token), _) => Ok(Moment::Exact(token.rv)),
        (None, None, revision) => Ok(Moment::Present(revision.unwrap_or_default())),
        (Some(_), Some(_), _) => {
            let why = "resourceVersionMatch is forbidden with continue";
            refused(Cause::forbidden(MATCH, why))
        }
        (Some(_), None, None) => {
            let why = "resourceVersionMatch is forbidden unless resourceVersion is provided";
            refused(Cause::forbidden(MATCH, why))
        }
        (Some("Exact"), None, Some(0)) => {
            let why = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
            refused(Cause::forbidden(MATCH, why))
        }
        (Some("Exact"), None, Some(revision)) => Ok(Moment::Exact(revision)),
        (Some("NotOlderThan"), None, Some(revision)) => Ok(Moment::Present(revision)),
        (Some(other), None, Some(_)) => {
            refused(Cause::unsupported(MATCH, other, &["Exact", "NotOlderThan"]))
        }
    }
}

type Listed = Vec<(Key, Arc<Value>)>;

/// The objects at the moment that the parameters ask for, and its resource version.
fn snapshot(
    call: &Call<'_>,
    objects: &Objects,
    token: Option<&Token>,
) -> Result<(u64, Listed), Failure> {
    let (collection, namespace) = (call.kind.plural, call.target.namespace.as_deref());
    let current = objects.revision();
    match moment(call, token)? {
        Moment::Present(asked) | Moment::Exact(asked) if asked > current => {
            Err(Failure::FutureRevision(asked, current))
        }
        Moment::Exact(revision) if revision < current => {
            let then = objects.at(collection, revision).map_err(|_| {
                Failure::Expired(match token {
                    Some(_) => CONTINUE_EXPIRED.to_owned(),
                    None => "The resourceVersion for the provided list is too old.".to_owned(),
                })
            })?;
            let within = then
                .into_iter()
                .filter(|((found, _), _)| namespace.is_none_or(|namespace| namespace == found));
            Ok((revision, within.collect()))
        }
        Moment::Present(_) | Moment::Exact(_) => {
            let listed = objects.list(collection, namespace);
            let listed = listed.map(|(key, object)| (key.clone(), object.clone()));
            Ok((current, listed.collect()))
        }
    }
}

fn write_token(token: &Token) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(token).unwrap_or_default())
}

fn read_token(text: &str) -> Result<Token, Failure> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    bytes
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| {
            Failure::bad_request("continue key is not valid: illegal base64 data or encoding")
        })
}

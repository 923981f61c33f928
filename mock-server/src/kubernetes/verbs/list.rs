//! `list`, in pages that all show the same moment.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Call;
use crate::kubernetes::failure::{Cause, Failure};
use crate::kubernetes::selector::Selector;
use crate::kubernetes::{Response, reply};
use crate::state::kubernetes::{Key, Objects, Snapshot};

/// What a `continue` token holds: the moment that the first page showed, the last object seen, and how many come after it
/// where selectors do not hide some.
#[derive(Debug, Serialize, Deserialize)]
struct Token {
    rv: u64,
    after: Key,
    left: Option<usize>,
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
    let page = call
        .cluster
        .read(|objects| page(call, objects, &selector, token.as_ref()))?;

    let mut list_meta = json!({ "resourceVersion": page.revision.to_string() });
    if let Some(next) = &page.next {
        list_meta["continue"] = json!(write_token(next));
        if let Some(left) = next.left {
            list_meta["remainingItemCount"] = json!(left);
        }
    }
    let items: Vec<&Value> = page.items.iter().map(|object| &**object).collect();
    Ok(reply::list(call, &items, list_meta))
}

struct Page {
    revision: u64,
    items: Vec<Arc<Value>>,
    /// Where the next page begins, if there is one.
    next: Option<Token>,
}

fn page(
    call: &Call<'_>,
    objects: &Objects,
    selector: &Selector,
    token: Option<&Token>,
) -> Result<Page, Failure> {
    let namespace = call.target.namespace.as_deref();
    let (revision, snapshot) = snapshot(call, objects, token)?;
    let mut chosen = snapshot
        .list(namespace, token.map(|token| &token.after))
        .filter(|(_, object)| selector.matches(object));
    let limit = call.options.limit.unwrap_or(usize::MAX);
    let page: Vec<_> = chosen.by_ref().take(limit).collect();
    let next = match (chosen.next(), page.last()) {
        (Some(_), Some((last, _))) => {
            let left = match token {
                Some(token) => token.left,
                None => selector.is_empty().then(|| snapshot.count(namespace)),
            };
            Some(Token {
                rv: revision,
                after: (*last).clone(),
                left: left.map(|left| left.saturating_sub(page.len())),
            })
        }
        _ => None,
    };
    let items = page.into_iter().map(|(_, object)| Arc::clone(object));
    Ok(Page {
        revision,
        items: items.collect(),
        next,
    })
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

/// The objects at the moment that the parameters ask for, and its resource version.
fn snapshot<'o>(
    call: &Call<'_>,
    objects: &'o Objects,
    token: Option<&Token>,
) -> Result<(u64, Snapshot<'o>), Failure> {
    let collection = call.kind.plural;
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
            Ok((revision, then))
        }
        Moment::Present(_) | Moment::Exact(_) => Ok((current, objects.now(collection))),
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

//! `list`, in pages that all show the same moment.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Call;
use crate::kubernetes::failure::Failure;
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

type Listed = Vec<(Key, Arc<Value>)>;

/// The objects at the moment that the parameters ask for.
fn snapshot(
    call: &Call<'_>,
    objects: &Objects,
    token: Option<&Token>,
) -> Result<(u64, Listed), Failure> {
    let (collection, namespace) = (call.kind.plural, call.target.namespace.as_deref());
    let current = objects.revision();
    let exact = match (
        token,
        call.options.resource_version_match.as_deref(),
        call.options.resource_version,
    ) {
        (Some(token), ..) => Some(token.rv),
        (None, Some("Exact"), Some(revision)) if revision > 0 => Some(revision),
        (None, Some("Exact"), _) => {
            return Err(Failure::bad_request(
                "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"",
            ));
        }
        (None, None | Some("NotOlderThan"), revision) => {
            if let Some(asked) = revision.filter(|asked| *asked > current) {
                return Err(Failure::FutureRevision(asked, current));
            }
            None
        }
        (None, Some(other), _) => {
            return Err(Failure::BadRequest(format!(
                "resourceVersionMatch: Unsupported value: \"{other}\": supported values: \"Exact\", \"NotOlderThan\""
            )));
        }
    };
    match exact {
        Some(revision) if revision > current => Err(Failure::FutureRevision(revision, current)),
        Some(revision) if revision < current => {
            let then = objects.at(collection, revision).map_err(|_| match token {
                Some(_) => Failure::Expired(CONTINUE_EXPIRED.to_owned()),
                None => Failure::Expired(
                    "The resourceVersion for the provided list is too old.".to_owned(),
                ),
            })?;
            let within = then
                .into_iter()
                .filter(|((found, _), _)| namespace.is_none_or(|namespace| namespace == found));
            Ok((revision, within.collect()))
        }
        _ => Ok((
            current,
            objects
                .list(collection, namespace)
                .map(|(key, object)| (key.clone(), object.clone()))
                .collect(),
        )),
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

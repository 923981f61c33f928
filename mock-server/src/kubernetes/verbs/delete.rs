//! `delete` and `deletecollection`.

use http::StatusCode;
use serde_json::{Value, json};

use super::Call;
use crate::kubernetes::failure::{Cause, Failure};
use crate::kubernetes::selector::Selector;
use crate::kubernetes::writer::Deleted;
use crate::kubernetes::{Response, body, reply};
use crate::state::kubernetes::Key;

const POLICIES: [&str; 3] = ["Background", "Foreground", "Orphan"];

/// How a deletion is to be done, from the body and the query.
struct Deletion {
    dry_run: bool,
    grace: Option<i64>,
    uid: Option<String>,
    resource_version: Option<String>,
}

impl Deletion {
    fn read(call: &Call<'_>) -> Result<Deletion, Failure> {
        let body = body::read_delete_options(call.request)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let policy =
            text(&body["propagationPolicy"]).or_else(|| call.options.propagation_policy.clone());
        if let Some(policy) = policy.filter(|policy| !POLICIES.contains(&policy.as_str())) {
            return Err(Failure::InvalidOptions(
                "DeleteOptions",
                vec![Cause::unsupported("propagationPolicy", &policy, &POLICIES)],
            ));
        }
        let stated: Vec<&str> = body["dryRun"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if let Some(other) = stated.iter().find(|value| **value != "All") {
            return Err(Failure::InvalidOptions(
                "DeleteOptions",
                vec![Cause::unsupported("dryRun", other, &["All"])],
            ));
        }
        let grace = body["gracePeriodSeconds"]
            .as_i64()
            .or(call.options.grace_period_seconds);
        Ok(Deletion {
            dry_run: call.options.dry_run || !stated.is_empty(),
            grace,
            uid: text(&body["preconditions"]["uid"]),
            resource_version: text(&body["preconditions"]["resourceVersion"]),
        })
    }

    fn check(&self, call: &Call<'_>, object: &Value, name: &str) -> Result<(), Failure> {
        let metadata = &object["metadata"];
        let wanted = [
            ("UID", &self.uid, &metadata["uid"]),
            (
                "ResourceVersion",
                &self.resource_version,
                &metadata["resourceVersion"],
            ),
        ];
        for (what, expected, found) in wanted {
            if let Some(expected) = expected.as_deref().filter(|expected| found != expected) {
                let found = found.as_str().unwrap_or_default();
                let why =
                    format!("{what} in precondition: {expected}, {what} in object meta: {found}");
                return Err(Failure::Precondition(call.kind, name.to_owned(), why));
            }
        }
        match (call.kind.keep)(name) {
            Some(why) => Err(Failure::Refused(call.kind, name.to_owned(), why.to_owned())),
            None => Ok(()),
        }
    }
}

/// Deletes one object.
///
/// # Errors
/// When it is not there, is not the one that is meant, or may not be deleted.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, Failure> {
    let deletion = Deletion::read(call)?;
    let key = call.key();
    let deleted = call.cluster.write(|writer| {
        let live = writer
            .find(call.kind, &key)
            .ok_or_else(|| call.not_found())?;
        deletion.check(call, &live, call.name())?;
        if deletion.dry_run {
            return Ok(Deleted::Gone(live));
        }
        writer
            .delete(call.kind, &key, deletion.grace)
            .ok_or_else(|| call.not_found())
    })?;
    Ok(match deleted {
        Deleted::Gone(object) if !call.kind.shows_deleted => reply::deleted(call, &object),
        Deleted::Gone(object) | Deleted::Waits(object) => {
            reply::object(call, StatusCode::OK, &object)
        }
    })
}

/// Deletes all objects that the selectors mean, and answers with their last forms.
///
/// # Errors
/// When the selectors or the options are wrong.
pub(super) fn delete_collection(call: &Call<'_>) -> Result<Response, Failure> {
    let deletion = Deletion::read(call)?;
    let selector = Selector::parse(
        call.kind,
        &call.options.label_selector,
        &call.options.field_selector,
    )?;
    let (revision, deleted) = call.cluster.write(|writer| {
        let chosen = writer
            .objects
            .list(call.kind.plural, call.target.namespace.as_deref());
        let chosen: Vec<(Key, _)> = chosen
            .filter(|(_, object)| selector.matches(object))
            .map(|(key, object)| (key.clone(), object.clone()))
            .collect();
        for (key, object) in &chosen {
            deletion.check(call, object, &key.1)?;
        }
        if !deletion.dry_run {
            for (key, _) in &chosen {
                writer.delete(call.kind, key, deletion.grace);
            }
        }
        Ok::<_, Failure>((writer.objects.revision(), chosen))
    })?;
    let items: Vec<&Value> = deleted.iter().map(|(_, object)| &**object).collect();
    Ok(reply::list(
        call,
        &items,
        json!({ "resourceVersion": revision.to_string() }),
    ))
}

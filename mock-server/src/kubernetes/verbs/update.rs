//! `update`, and the common end of everything that changes an object.

use http::StatusCode;
use serde_json::Value;

use super::Call;
use crate::kubernetes::failure::Failure;
use crate::kubernetes::ownership::{self, Operation};
use crate::kubernetes::schema::read;
use crate::kubernetes::writer::{Writer, is_held, key_of};
use crate::kubernetes::{Response, body, reply, validation};

/// Puts the object of the body in the place of the one that is there.
///
/// # Errors
/// When it is not there, was changed meanwhile, or the new one is invalid.
pub(super) fn update(mut call: Call<'_>) -> Result<Response, Failure> {
    let sent = body::read_object(call.kind, call.request, &call.options)?;
    call.warnings = sent.warnings;
    let mut object = sent.object;
    call.place(&mut object)?;
    let updated = call.cluster.write(|writer| {
        let live = writer
            .find(call.kind, &call.key())
            .ok_or_else(|| call.not_found())?;
        (call.kind.default)(&mut object);
        replace(&call, writer, &live, object)
    })?;
    Ok(reply::object(&call, StatusCode::OK, &updated))
}

/// Replaces an object, recording who changed what.
///
/// # Errors
/// As [`update`].
pub(super) fn replace(
    call: &Call<'_>,
    writer: &mut Writer<'_>,
    live: &Value,
    new: Value,
) -> Result<Value, Failure> {
    let mut new = settled(call, live, read::normalize(call.kind.schema, new))?;
    ownership::record_update(
        call.kind,
        live,
        &mut new,
        &call.manager(Operation::Update),
        writer.now,
    );
    store(call, writer, live, new)
}

/// Checks that the object is based on the live one, and gives it what clients can not change.
///
/// # Errors
/// When it is based on another version, or on another object of the same name.
pub(super) fn settled(call: &Call<'_>, live: &Value, new: Value) -> Result<Value, Failure> {
    let text = |object: &Value, name: &str| {
        object["metadata"][name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let (uid, version) = (text(&new, "uid"), text(&new, "resourceVersion"));
    if !uid.is_empty() && uid != text(live, "uid") {
        let why = format!(
            "UID in precondition: {uid}, UID in object meta: {}",
            text(live, "uid")
        );
        return Err(Failure::Precondition(
            call.kind,
            call.name().to_owned(),
            why,
        ));
    }
    if !version.is_empty() && version != "0" && version != text(live, "resourceVersion") {
        return Err(Failure::Stale(call.kind, call.name().to_owned()));
    }
    let mut settled = if call.target.subresource.is_none() {
        new
    } else {
        with_status(live, &new)
    };
    if let Value::Object(metadata) = &mut settled["metadata"] {
        for name in [
            "uid",
            "selfLink",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
        ] {
            match &live["metadata"][name] {
                Value::Null => metadata.shift_remove(name),
                kept => metadata.insert(name.to_owned(), kept.clone()),
            };
        }
    }
    if call.kind.has_status() && call.target.subresource.is_none() {
        settled["status"] = live["status"].clone();
    }
    Ok(read::normalize(call.kind.schema, settled))
}

/// A write to `/status` changes nothing else, but for who owns it.
fn with_status(live: &Value, new: &Value) -> Value {
    let mut object = live.clone();
    object["status"] = new["status"].clone();
    object["metadata"]["managedFields"] = new["metadata"]["managedFields"].clone();
    object
}

/// Stores a changed object whose ownership is recorded; a dry run goes as far as storing it.
///
/// # Errors
/// When it is invalid.
pub(super) fn store(
    call: &Call<'_>,
    writer: &mut Writer<'_>,
    live: &Value,
    mut new: Value,
) -> Result<Value, Failure> {
    let kind = call.kind;
    (kind.prepare)(&mut new, Some(live));
    let mut causes = validation::metadata(&new["metadata"], kind.name_rule);
    causes.extend((kind.validate)(&new, Some(live)));
    if !causes.is_empty() {
        return Err(Failure::Invalid(kind, call.name().to_owned(), causes));
    }
    let new = read::normalize(kind.schema, new);
    if call.options.dry_run || new == *live {
        return Ok(new);
    }
    let going = !new["metadata"]["deletionTimestamp"].is_null()
        && new["metadata"]["deletionGracePeriodSeconds"]
            .as_i64()
            .unwrap_or_default()
            == 0
        && !is_held(&new);
    let stored = writer.put(kind, new);
    if going {
        writer.remove(kind, &key_of(&stored));
    }
    Ok(Value::clone(&*stored))
}

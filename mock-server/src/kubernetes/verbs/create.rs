//! `create`.

use http::StatusCode;
use serde_json::{Value, json};

use super::Call;
use crate::kubernetes::admission::Admission;
use crate::kubernetes::failure::{Cause, Failure};
use crate::kubernetes::kind::Question;
use crate::kubernetes::ownership::{self, Operation};
use crate::kubernetes::schema::read;
use crate::kubernetes::subresource::Act;
use crate::kubernetes::validation::{self, MAX_GENERATE_NAME};
use crate::kubernetes::writer::{Writer, key_of};
use crate::kubernetes::{Response, body, reply};

/// Creates the object of the body.
///
/// # Errors
/// When it is invalid, exists already, or its namespace is missing or going.
pub(super) fn create(mut call: Call<'_>) -> Result<Response, Failure> {
    let sent = body::read_object(call.kind, call.request, &call.options)?;
    call.warnings = sent.warnings;
    let part = call.target.subresource.map(|part| &part.act);
    let answer = match part {
        Some(Act::Answer(answer)) => Some(*answer),
        _ => call.kind.answer,
    };
    if let Some(answer) = answer {
        let object = read::normalize(call.kind.schema, sent.object);
        let question = Question {
            caller: &call.request.caller,
            cluster: call.cluster,
            eks: call.eks,
            about: call.key(),
            object,
            now: call.cluster.now(),
        };
        return Ok(reply::object(
            &call,
            StatusCode::CREATED,
            &answer(&question)?,
        ));
    }
    let mut object = sent.object;
    call.place(&mut object)?;
    if object["metadata"]["resourceVersion"]
        .as_str()
        .is_some_and(|version| !version.is_empty())
    {
        return Err(Failure::bad_request(
            "resourceVersion should not be set on objects to be created",
        ));
    }
    let admission = (call.kind.consult)(call.eks, &object);
    let created = call.cluster.write(|writer| {
        generate_name(writer, &mut object);
        (call.kind.default)(&mut object);
        let mut object = read::normalize(call.kind.schema, object);
        ownership::record_update(
            call.kind,
            &call.kind.empty(),
            &mut object,
            &call.manager(Operation::Update),
            writer.now,
        );
        store(&call, writer, &admission, object)
    })?;
    Ok(reply::object(&call, StatusCode::CREATED, &created))
}

/// Letters and digits that form no words.
pub(crate) const SUFFIX: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

fn generate_name(writer: &mut Writer<'_>, object: &mut Value) {
    let metadata = &mut object["metadata"];
    let prefix = metadata["generateName"].as_str().unwrap_or_default();
    if prefix.is_empty()
        || metadata["name"]
            .as_str()
            .is_some_and(|name| !name.is_empty())
    {
        return;
    }
    let prefix: String = prefix.chars().take(MAX_GENERATE_NAME).collect();
    metadata["name"] = json!(format!("{prefix}{}", writer.ids.letters(SUFFIX, 5)));
}

/// Stores a new object whose ownership is recorded; a dry run goes as far as storing it.
///
/// # Errors
/// As [`create`].
pub(super) fn store(
    call: &Call<'_>,
    writer: &mut Writer<'_>,
    admission: &Admission,
    mut object: Value,
) -> Result<Value, Failure> {
    let kind = call.kind;
    let key = key_of(&object);
    call.check_namespace(writer, &key.1)?;
    writer.stamp(kind, &mut object);
    (kind.admit)(admission, writer, &mut object)?;
    let mut causes: Vec<Cause> = validation::metadata(&object["metadata"], kind.name_rule);
    causes.extend((kind.validate)(&object, None));
    if !causes.is_empty() {
        return Err(Failure::Invalid(kind, key.1, causes));
    }
    if writer.find(kind, &key).is_some() {
        return Err(Failure::AlreadyExists(kind, key.1));
    }
    if call.options.dry_run {
        return Ok(read::normalize(kind.schema, object));
    }
    Ok(Value::clone(&*writer.put(kind, object)))
}

//! `patch` in its four forms.

use http::StatusCode;
use serde_json::Value;

use super::{Call, create, update};
use crate::kubernetes::failure::{Cause, Failure};
use crate::kubernetes::options::FieldValidation;
use crate::kubernetes::ownership::{self, Operation, set, walk};
use crate::kubernetes::patch::{json, strategic};
use crate::kubernetes::schema::{Type, read};
use crate::kubernetes::{Response, body, reply};

const JSON_PATCH: &str = "application/json-patch+json";
const MERGE_PATCH: &str = "application/merge-patch+json";
const STRATEGIC_PATCH: &str = "application/strategic-merge-patch+json";
const APPLY_PATCH: &str = "application/apply-patch+yaml";
const ACCEPTED: &[&str] = &[JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH];

/// Changes an object by a patch, or applies a configuration to it.
///
/// # Errors
/// When the patch is of an unknown form, can not be carried out, or leads to an invalid object.
pub(super) fn patch(mut call: Call<'_>) -> Result<Response, Failure> {
    let form = body::patch_type(call.request);
    if !ACCEPTED.contains(&form.as_str()) {
        return Err(Failure::UnsupportedMediaType(ACCEPTED));
    }
    check_options(&call, form == APPLY_PATCH)?;
    let patch = body::read_tree(call.request, form == APPLY_PATCH)?;
    if form == APPLY_PATCH {
        return apply(&call, patch);
    }
    let (patched, warnings) = call.cluster.write(|writer| {
        let live = writer
            .find(call.kind, &call.key())
            .ok_or_else(|| call.not_found())?;
        let (mut object, warnings) = typed(&call, patched(&call, &form, &live, patch)?)?;
        call.place(&mut object)?;
        (call.kind.default)(&mut object);
        Ok::<_, Failure>((update::replace(&call, writer, &live, object)?, warnings))
    })?;
    call.warnings = warnings;
    Ok(reply::object(&call, StatusCode::OK, &patched))
}

fn check_options(call: &Call<'_>, applying: bool) -> Result<(), Failure> {
    let refused = |cause| Err(Failure::InvalidOptions("PatchOptions", vec![cause]));
    if applying && call.options.field_manager.is_none() {
        return refused(Cause::required(
            "fieldManager",
            "is required for apply patch",
        ));
    }
    if !applying && call.options.force.is_some() {
        return refused(Cause::forbidden(
            "force",
            "may not be specified for non-apply patch",
        ));
    }
    Ok(())
}

fn patched(call: &Call<'_>, form: &str, live: &Value, patch: Value) -> Result<Value, Failure> {
    let mut object = live.clone();
    match form {
        JSON_PATCH => json::patch(&mut object, patch)?,
        _ if !patch.is_object() => {
            return Err(Failure::bad_request(
                "error decoding patch: json: cannot unmarshal value into Go value of type map[string]interface {}",
            ));
        }
        MERGE_PATCH => json_patch::merge(&mut object, &patch),
        _ => {
            object = strategic::merge(&Type::Object(call.kind.schema), object, &patch)
                .map_err(Failure::BadRequest)?
        }
    }
    Ok(object)
}

/// Types the patched object; unknown fields are warnings or a refusal, as the caller chose.
fn typed(call: &Call<'_>, object: Value) -> Result<(Value, Vec<String>), Failure> {
    let object = body::named(call.kind, object)?;
    let typed = read::object(call.kind.schema, object).map_err(|error| {
        let sent = Value::from(String::from_utf8_lossy(&call.request.body));
        Failure::InvalidPatch(Cause::invalid("patch", &sent, &error))
    })?;
    match call.options.field_validation {
        FieldValidation::Strict if !typed.unknown.is_empty() => Err(body::strict_patch(
            &String::from_utf8_lossy(&call.request.body),
            &typed.unknown,
        )),
        FieldValidation::Warn => Ok((typed.value, typed.unknown)),
        _ => Ok((typed.value, Vec::new())),
    }
}

/// Server-side apply.
fn apply(call: &Call<'_>, config: Value) -> Result<Response, Failure> {
    let kind = call.kind;
    let config = configuration(call, config)?;
    let manager = call.manager(Operation::Apply);
    let force = call.options.force.unwrap_or_default();
    let admission = (kind.consult)(call.eks, &config);
    let (status, applied) = call.cluster.write(|writer| {
        let live = writer.find(kind, &call.key());
        if live.is_none() {
            check_absent(call, &config)?;
        }
        let live = live.as_deref();
        let mut object = ownership::apply(kind, live, &config, &manager, force, writer.now)?;
        (kind.default)(&mut object);
        match live {
            Some(live) => {
                let object = update::settled(call, live, object)?;
                Ok((StatusCode::OK, update::store(call, writer, live, object)?))
            }
            None => {
                let object = read::normalize(kind.schema, object);
                let created = create::store(call, writer, &admission, object)?;
                Ok((StatusCode::CREATED, created))
            }
        }
    })?;
    Ok(reply::object(call, status, &applied))
}

/// A configuration for an object that is not there must not be about a certain one.
fn check_absent(call: &Call<'_>, config: &Value) -> Result<(), Failure> {
    let stated = |name: &str| {
        let text = config["metadata"][name].as_str();
        text.is_some_and(|text| !text.is_empty())
    };
    if call.target.subresource.is_some() {
        return Err(call.not_found());
    }
    if stated("uid") || stated("resourceVersion") {
        return Err(Failure::Stale(call.kind, call.name().to_owned()));
    }
    Ok(())
}

/// The applied configuration: of this kind and name, and with no field that the kind does not have.
fn configuration(call: &Call<'_>, config: Value) -> Result<Value, Failure> {
    for (name, printed) in [("apiVersion", "apiVersion"), ("kind", "Kind")] {
        if config[name].as_str().is_none_or(str::is_empty) {
            let why = format!("Object '{printed}' is missing in '{config}'");
            return Err(Failure::BadRequest(why));
        }
    }
    let config = body::named(call.kind, config)?;
    let typed = read::object(call.kind.schema, config).map_err(|error| untypable(call, &error))?;
    if let Some(unknown) = typed.unknown.first() {
        let path = unknown
            .trim_start_matches("unknown field ")
            .trim_matches('"');
        return Err(untypable(
            call,
            &format!(".{path}: field not declared in schema"),
        ));
    }
    let mut config = typed.value;
    if let Some(path) = walk::duplicate(&Type::Object(call.kind.schema), &config, &mut Vec::new())
        && let Some((item, list)) = path.split_last()
    {
        let why = format!("{}: duplicate entries for key {item}", set::print(list));
        return Err(untypable(call, &why));
    }
    if config["metadata"].get("managedFields").is_some() {
        return Err(Failure::bad_request("metadata.managedFields must be nil"));
    }
    call.place(&mut config)?;
    Ok(config)
}

fn untypable(call: &Call<'_>, why: &str) -> Failure {
    let (namespace, name) = call.key();
    let place = if namespace.is_empty() {
        name
    } else {
        format!("{namespace}/{name}")
    };
    let version = call.kind.api_version();
    let separator = if call.kind.group.is_empty() { "/" } else { "" };
    Failure::BadRequest(format!(
        "failed to create typed patch object ({place}; {separator}{version}, Kind={}): {why}",
        call.kind.kind
    ))
}

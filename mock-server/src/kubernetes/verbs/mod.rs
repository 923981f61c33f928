//! The verbs, written once for all kinds.

pub(crate) mod create;
mod delete;
mod list;
mod patch;
mod update;
mod watch;

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::Value;

use super::admission::Eks;
use super::cluster::KubernetesCluster;
use super::failure::Failure;
use super::kind::Kind;
use super::kinds::namespace::{self, NAMESPACE};
use super::negotiate;
use super::options::Options;
use super::ownership::{Manager, Operation};
use super::reply::{self, View};
use super::rights::{self, Attributes};
use super::route::Target;
use super::subresource::Act;
use super::writer::Writer;
use super::{Request, Response};
use crate::state::kubernetes::Key;

/// One call of a verb.
pub(crate) struct Call<'a> {
    /// The cluster.
    pub(crate) cluster: &'a Arc<KubernetesCluster>,
    /// EKS around it.
    pub(crate) eks: &'a dyn Eks,
    /// The kind of what is sent and answered.
    pub(crate) kind: &'static Kind,
    /// What the path named.
    pub(crate) target: &'a Target,
    /// The request.
    pub(crate) request: &'a Request,
    /// Its parameters.
    pub(crate) options: Options,
    /// The form of the answer.
    pub(crate) view: View,
    /// Texts for the `Warning` header.
    pub(crate) warnings: Vec<String>,
}

/// Does what the request asks of a kind's objects.
///
/// # Errors
/// Whatever the verb refuses.
pub(crate) fn answer(
    cluster: &Arc<KubernetesCluster>,
    eks: &dyn Eks,
    target: &Target,
    request: &Request,
) -> Result<Response, Failure> {
    let (verb, options) = verb(&request.method, target)?;
    let part = target.subresource.and_then(|part| part.kind);
    let kind = part.unwrap_or(target.kind);
    let accepted = negotiate::accepted(&request.headers)?;
    check_rights(verb, target, request)?;
    let options = Options::read(request, options)?;
    let view = View {
        kind,
        accepted,
        include: options.include_object,
    };
    let call = Call {
        cluster,
        eks,
        kind,
        target,
        request,
        options,
        view,
        warnings: Vec::new(),
    };
    match verb {
        "get" => call.get(),
        "list" if call.options.watch => watch::watch(&call),
        "list" => list::list(&call),
        "create" => create::create(call),
        "update" => update::update(call),
        "patch" => patch::patch(call),
        "delete" => delete::delete(&call),
        _ => delete::delete_collection(&call),
    }
}

/// What a request asks of a kind's objects, such as `create serviceaccounts/token`.
pub(crate) fn operation(target: &Target, request: &Request) -> Option<String> {
    let (verb, _) = verb(&request.method, target).ok()?;
    Some(format!("{} {}", asked(verb, request), resource(target)))
}

/// The verb as rights have it, where watching is another than listing.
fn asked<'v>(verb: &'v str, request: &Request) -> &'v str {
    let watches = verb == "list"
        && form_urlencoded::parse(request.query.as_bytes())
            .any(|(name, value)| name == "watch" && !matches!(&*value, "" | "0" | "false"));
    if watches { "watch" } else { verb }
}

fn resource(target: &Target) -> String {
    rights::resource(target.kind, target.subresource.map(|part| part.name))
}

/// Refuses what the caller may not do.
fn check_rights(verb: &str, target: &Target, request: &Request) -> Result<(), Failure> {
    let resource = resource(target);
    let asked = Attributes {
        verb: asked(verb, request),
        group: target.kind.group,
        resource: &resource,
        namespace: target.namespace.as_deref(),
        name: target.name.as_deref().unwrap_or_default(),
    };
    if request.caller.rights.allow(&asked) {
        return Ok(());
    }
    let why = rights::refusal(&request.caller.username, &asked);
    Err(Failure::Forbidden(target.kind, asked.name.to_owned(), why))
}

/// The verb of a method on a target, and the name of its options in errors.
fn verb(method: &Method, target: &Target) -> Result<(&'static str, &'static str), Failure> {
    let part = target.subresource;
    if let Some(Act::Missing(why)) = part.map(|part| &part.act) {
        return Err(Failure::Missing(why));
    }
    let found = match (method.as_str(), target.name.is_some()) {
        ("GET", true) => ("get", "GetOptions"),
        ("GET", false) => ("list", "ListOptions"),
        ("POST", true) if part.is_some() => ("create", "CreateOptions"),
        ("POST", false) if target.namespace.is_some() || !target.kind.namespaced => {
            ("create", "CreateOptions")
        }
        ("PUT", true) => ("update", "UpdateOptions"),
        ("PATCH", true) => ("patch", "PatchOptions"),
        ("DELETE", true) if part.is_none() => ("delete", "DeleteOptions"),
        ("DELETE", false) if target.namespace.is_some() || !target.kind.namespaced => {
            ("deletecollection", "DeleteOptions")
        }
        _ => return Err(Failure::MethodNotAllowed),
    };
    let verbs = part.map_or(target.kind.verbs, |part| part.verbs);
    if verbs.contains(&found.0) {
        Ok(found)
    } else {
        Err(Failure::MethodNotAllowed)
    }
}

impl Call<'_> {
    /// The object's place.
    fn key(&self) -> Key {
        (
            self.target.namespace.clone().unwrap_or_default(),
            self.name().to_owned(),
        )
    }

    /// The object's name in the path.
    fn name(&self) -> &str {
        self.target.name.as_deref().unwrap_or_default()
    }

    fn not_found(&self) -> Failure {
        Failure::NotFound(self.kind, self.name().to_owned())
    }

    /// Who writes, for the ownership of fields.
    fn manager(&self, operation: Operation) -> Manager {
        Manager::new(
            self.options.manager(self.request),
            operation,
            self.kind,
            self.target.subresource.map_or("", |part| part.name),
        )
    }

    fn get(&self) -> Result<Response, Failure> {
        let object = self
            .cluster
            .read(|objects| objects.find(self.kind.plural, &self.key()).cloned());
        Ok(reply::object(
            self,
            StatusCode::OK,
            &*object.ok_or_else(|| self.not_found())?,
        ))
    }

    /// New content needs a namespace that exists and stays.
    fn check_namespace(&self, writer: &Writer<'_>, name: &str) -> Result<(), Failure> {
        let Some(within) = self
            .target
            .namespace
            .as_deref()
            .filter(|_| self.kind.namespaced)
        else {
            return Ok(());
        };
        match writer.find(&NAMESPACE, &namespace::key(within)) {
            None => Err(Failure::NotFound(&NAMESPACE, within.to_owned())),
            Some(found) if namespace::is_terminating(&found) => Err(Failure::NamespaceTerminating(
                self.kind,
                name.to_owned(),
                within.to_owned(),
            )),
            Some(_) => Ok(()),
        }
    }

    /// Checks that an object is the one in the path, and sets what it may leave out.
    fn place(&self, object: &mut Value) -> Result<(), Failure> {
        let namespace = self.target.namespace.as_deref().unwrap_or_default();
        let stated = object["metadata"]["namespace"].as_str().unwrap_or_default();
        if !stated.is_empty() && stated != namespace {
            return Err(Failure::bad_request(
                "the namespace of the provided object does not match the namespace sent on the request",
            ));
        }
        if self.kind.namespaced {
            object["metadata"]["namespace"] = Value::from(namespace);
        }
        let Some(name) = &self.target.name else {
            return Ok(());
        };
        match object["metadata"]["name"].as_str().unwrap_or_default() {
            "" => object["metadata"]["name"] = Value::from(name.as_str()),
            stated if stated != name => {
                return Err(Failure::BadRequest(format!(
                    "the name of the object ({stated}) does not match the name on the URL ({name})"
                )));
            }
            _ => {}
        }
        Ok(())
    }
}

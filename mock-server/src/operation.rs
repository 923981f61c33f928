//! What an AWS operation is: one type in one file, and the registry that knows all of them.
//!
//! The life of a request through [`serve`] is the line of the architecture:
//! decode, validate, authorize, prepare, call, encode. Routing and authentication come before it, in `dispatch`.

use std::sync::OnceLock;

use bytes::Bytes;
use http::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::agent;
use crate::auth::authorize;
use crate::auth::gate::Gate;
use crate::auth::permission::Permission;
use crate::dispatch::Shared;
use crate::protocol::rest_json::Routes;
use crate::protocol::{CallerCodes, Fault, Labels, Protocol, Response};
use crate::store::{Access, Context, Read, Scope, Store};
use crate::validation::{self, Member, Violations};

/// An AWS operation: its type is its input, and everything about it stands in its one file.
pub(crate) trait Operation: DeserializeOwned {
    /// The name on the wire, such as `CreateRole`.
    const NAME: &'static str;
    /// Where it listens. Operations of the query protocol keep the default.
    const ROUTE: Route = Route::ACTION;
    /// The members of the input, with AWS's constraints.
    const INPUT: &'static [Member];
    /// The codes of the errors that the service model declares for it and that can happen here; any
    /// operation can besides refuse its input and its caller.
    const ERRORS: &'static [&'static str] = &[];

    /// Whether requests have to be signed: some operations take another proof of who asks.
    const SIGNED: bool = true;

    /// The service it belongs to.
    type Service: Service;
    /// [`Read`](crate::store::Read) or [`Write`](crate::store::Write): what `call` may do to the state.
    type Access: Access;
    /// The typed answer.
    type Output: Serialize;
    /// What can go wrong, named for its cause.
    type Error: Into<Fault>;

    /// How the operation refuses input that breaks these constraints: as its service does, mostly.
    fn refuse(violations: Violations) -> Fault {
        Self::Service::refuse(violations)
    }

    /// What the caller has to be allowed: the operation's own action, and those that AWS asks for besides,
    /// in the order in which it does. Of what does not exist it tells the ARN that it would have.
    fn requires(&self, cx: &Context) -> Vec<Permission>;

    /// Verifies what proves who asks, such as a token: as [`prepare`](Self::prepare), outside the lock.
    fn identify(&mut self, _store: &Store, _scope: &Scope) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Does what is slow and needs no state, such as compiling a document, outside the lock.
    fn prepare(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    /// State in, typed answer out.
    fn call(self, cx: <Self::Access as Access>::Of<'_>) -> Result<Self::Output, Self::Error>;
}

/// An AWS service: how it speaks and how it says that a request is malformed.
pub(crate) trait Service {
    /// The name in a signature's scope, such as `iam`.
    const NAME: &'static str;
    /// The API version of the service model.
    const VERSION: &'static str;
    /// The XML namespace of answers, for services of the query protocol.
    const XMLNS: &'static str = "";

    /// How requests and answers are written.
    type Protocol: Protocol;

    /// The service's way of refusing input that breaks the constraints of its model.
    fn refuse(violations: Violations) -> Fault;
}

/// Where an operation listens: a method and a path with `{labels}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
}

impl Route {
    /// The one address of the query protocol, where the parameter `Action` names the operation.
    pub(crate) const ACTION: Route = Route::post("/");

    pub(crate) const fn get(path: &'static str) -> Self {
        Self {
            method: "GET",
            path,
        }
    }

    pub(crate) const fn post(path: &'static str) -> Self {
        Self {
            method: "POST",
            path,
        }
    }

    pub(crate) const fn delete(path: &'static str) -> Self {
        Self {
            method: "DELETE",
            path,
        }
    }
}

/// Reads the members of an input out of labels and body.
pub(crate) type ReadInput = fn(&[Member], &Labels, &[u8]) -> Result<Value, Fault>;

/// Finds the operation that a request names.
pub(crate) type FindOperation =
    for<'r> fn(&'static Registered, &'r Request<Bytes>) -> Result<Found<'r>, Fault>;

/// An operation in the registry.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) route: Route,
    /// Read by the documentation and by the walk over AWS's service models.
    pub(crate) input: &'static [Member],
    pub(crate) errors: &'static [&'static str],
    pub(crate) signed: bool,
    /// Reads the members of an input, as serving does.
    pub(crate) read: ReadInput,
    pub(crate) serve: fn(&Shared, Call<'_>) -> Result<Response, Fault>,
    /// What a call with an input has to be allowed.
    #[cfg(test)]
    pub(crate) requires: fn(&Context, serde_json::Value) -> Result<Vec<Permission>, Fault>,
    /// What a call is about, as scripts name it.
    pub(crate) names: fn(&Shared, &Scope, &Labels, &[u8]) -> Vec<String>,
}

impl Entry {
    pub(crate) const fn of<O: Operation>() -> Self {
        Self {
            name: O::NAME,
            route: O::ROUTE,
            input: O::INPUT,
            errors: O::ERRORS,
            signed: O::SIGNED,
            read: Codec::<O>::read,
            serve: serve::<O>,
            #[cfg(test)]
            requires: |cx, input| Codec::<O>::decode::<O>(input).map(|call| call.requires(cx)),
            names: names::<O>,
        }
    }
}

/// A service in the registry: the operations built here, and the names of all that AWS has.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// The codes with which the service refuses callers.
    pub(crate) caller_codes: CallerCodes,
    pub(crate) operations: &'static [Entry],
    /// Every operation of AWS's model: those not in `operations` answer `NotImplemented`.
    pub(crate) known: &'static [(&'static str, Route)],
    pub(crate) find: FindOperation,
    pub(crate) refuse: fn(&Fault, &str) -> Response,
    /// The operations by their addresses, made when a request first needs them.
    pub(crate) routes: OnceLock<Routes>,
}

impl Registered {
    pub(crate) const fn of<S: Service>(
        operations: &'static [Entry],
        known: &'static [(&'static str, Route)],
    ) -> Self {
        Self {
            name: S::NAME,
            version: S::VERSION,
            caller_codes: S::Protocol::CALLER_CODES,
            operations,
            known,
            find: S::Protocol::find,
            refuse: S::Protocol::fault::<S>,
            routes: OnceLock::new(),
        }
    }
}

/// The outcome of routing: which operation, and what the address said.
pub(crate) struct Found<'r> {
    pub(crate) entry: &'static Entry,
    pub(crate) labels: Labels<'r>,
}

/// One request on its way to its operation.
pub(crate) struct Call<'r> {
    pub(crate) scope: &'r Scope,
    pub(crate) labels: Labels<'r>,
    pub(crate) body: &'r [u8],
    pub(crate) gate: &'r mut Gate,
}

/// Declares the operations of a service: one line for the module and the registry's entry.
///
/// `cargo fmt` does not follow modules declared here; `rustfmt` on the files does.
macro_rules! operations {
    ($($module:ident::$operation:ident),* $(,)?) => {
        $(mod $module;)*

        /// The operations of this service that are built, in the order of this list.
        pub(crate) static OPERATIONS: &[$crate::operation::Entry] =
            &[$($crate::operation::Entry::of::<$module::$operation>()),*];
    };
}
pub(crate) use operations;

/// Serves one request: decode, validate, authorize, prepare, call, encode.
fn serve<O: Operation>(shared: &Shared, call: Call<'_>) -> Result<Response, Fault> {
    let scope = call.scope;
    let output = run::<O>(shared, call)?;
    Codec::<O>::encode::<O>(&output, &scope.request_id)
}

/// The same without the encoding, for who calls the operation in this process.
pub(crate) fn run<O: Operation>(shared: &Shared, call: Call<'_>) -> Result<O::Output, Fault> {
    let input = Codec::<O>::read(O::INPUT, &call.labels, call.body)?;
    validation::check(O::INPUT, &input).map_err(O::refuse)?;
    let mut operation: O = Codec::<O>::decode(input)?;
    authorize::check(shared, call.scope, &operation, call.gate)?;
    operation.prepare().map_err(Into::into)?;
    operation
        .identify(&shared.store, call.scope)
        .map_err(Into::into)?;
    let entered = shared
        .store
        .enter::<O::Access, _>(call.scope, |cx| operation.call(cx));
    entered.map_err(Into::into)
}

/// What a call is about: the ARNs of what its caller has to be allowed to use and the names in them, and the
/// service account that it speaks of. Nothing where the call cannot be read.
fn names<O: Operation>(
    shared: &Shared,
    scope: &Scope,
    labels: &Labels,
    body: &[u8],
) -> Vec<String> {
    let Ok(input) = Codec::<O>::read(O::INPUT, labels, body) else {
        return Vec::new();
    };
    let text = |member: &str| input[member].as_str().map(str::to_owned);
    let subject = match (text("namespace"), text("serviceAccount"), text("token")) {
        (Some(namespace), Some(account), _) => Some(format!("{namespace}/{account}")),
        (_, _, Some(token)) => agent::subject(&token),
        _ => None,
    };
    let mut names: Vec<String> = subject.into_iter().collect();
    if validation::check(O::INPUT, &input).is_ok()
        && let Ok(operation) = Codec::<O>::decode::<O>(input)
    {
        let required = shared
            .store
            .enter::<Read, _>(scope, |cx| operation.requires(cx));
        for permission in required {
            let name = permission.resource.rsplit('/').next().map(str::to_owned);
            names.extend(name.filter(|name| *name != permission.resource));
            names.push(permission.resource);
        }
    }
    names
}

type Codec<O> = <<O as Operation>::Service as Service>::Protocol;

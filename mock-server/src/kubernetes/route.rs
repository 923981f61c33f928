//! From a path to what it names.

use percent_encoding::percent_decode_str;

use super::Request;
use super::failure::Failure;
use super::kind::Kind;
use super::kinds;
use super::subresource::Subresource;

/// What a path names.
#[derive(Debug)]
pub(crate) enum Route {
    /// `/version`.
    Version,
    /// `/healthz`, `/livez`, `/readyz`.
    Healthy,
    /// A document that describes the API.
    Discovery(Document),
    /// A kind's objects or one of them.
    Resource(Target),
}

/// The documents that describe the API.
#[derive(Debug)]
pub(crate) enum Document {
    /// `/api`.
    Core,
    /// `/apis`.
    Groups,
    /// `/apis/GROUP`.
    Group(String),
    /// `/api/v1` and `/apis/GROUP/VERSION`.
    Resources(&'static str, &'static str),
    /// `/openapi/v2`.
    OpenApiTwo,
    /// `/openapi/v3`.
    OpenApiIndex,
    /// `/openapi/v3/…`.
    OpenApi(&'static str, &'static str),
}

/// Objects of a kind.
#[derive(Debug)]
pub(crate) struct Target {
    /// The kind.
    pub(crate) kind: &'static Kind,
    /// The namespace; nothing for cluster-wide kinds and for all namespaces.
    pub(crate) namespace: Option<String>,
    /// The object; nothing for the collection.
    pub(crate) name: Option<String>,
    /// The part of the object that is addressed, if not all of it.
    pub(crate) subresource: Option<&'static Subresource>,
}

/// Finds what the request's path names.
///
/// # Errors
/// [`Failure::NoSuchPath`].
pub(crate) fn find(request: &Request) -> Result<Route, Failure> {
    let segments: Vec<String> = request
        .path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            percent_decode_str(segment)
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
        })
        .collect::<Result<_, _>>()
        .map_err(|_| Failure::NoSuchPath)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["version"] => Ok(Route::Version),
        ["healthz" | "livez" | "readyz", ..] => Ok(Route::Healthy),
        ["api"] => Ok(Route::Discovery(Document::Core)),
        ["apis"] => Ok(Route::Discovery(Document::Groups)),
        ["apis", group] => Ok(Route::Discovery(Document::Group((*group).to_owned()))),
        ["openapi", "v2"] => Ok(Route::Discovery(Document::OpenApiTwo)),
        ["openapi", "v3"] => Ok(Route::Discovery(Document::OpenApiIndex)),
        ["openapi", "v3", "api", version] => group_version("", version)
            .map(|(group, version)| Route::Discovery(Document::OpenApi(group, version))),
        ["openapi", "v3", "apis", group, version] => group_version(group, version)
            .map(|(group, version)| Route::Discovery(Document::OpenApi(group, version))),
        ["api", version, rest @ ..] => resource("", version, rest),
        ["apis", group, version, rest @ ..] => resource(group, version, rest),
        _ => Err(Failure::NoSuchPath),
    }
}

fn group_version(group: &str, version: &str) -> Result<(&'static str, &'static str), Failure> {
    kinds::group_versions()
        .into_iter()
        .find(|found| *found == (group, version))
        .ok_or(Failure::NoSuchPath)
}

fn resource(group: &str, version: &str, rest: &[&str]) -> Result<Route, Failure> {
    let (group, version) = group_version(group, version)?;
    // `/namespaces/NAME/status` is a part of a namespace; any other word there is a kind within it.
    let (namespace, rest) = match rest {
        ["namespaces", namespace, plural, ..] if *plural != "status" => {
            (Some(*namespace), &rest[2..])
        }
        _ => (None, rest),
    };
    let (plural, name, subresource) = match rest {
        [] => return Ok(Route::Discovery(Document::Resources(group, version))),
        [plural] => (plural, None, None),
        [plural, name] => (plural, Some(*name), None),
        [plural, name, part] => (plural, Some(*name), Some(*part)),
        _ => return Err(Failure::NoSuchPath),
    };
    let kind = kinds::find(group, version, plural).ok_or(Failure::NoSuchPath)?;
    // Without a namespace only the whole of a namespaced kind can be named.
    let misplaced = kind.namespaced != namespace.is_some() && (name.is_some() || !kind.namespaced);
    if misplaced {
        return Err(Failure::NoSuchPath);
    }
    let subresource = subresource
        .map(|part| kind.subresource(part).ok_or(Failure::NoSuchPath))
        .transpose()?;
    Ok(Route::Resource(Target {
        kind,
        namespace: namespace.map(str::to_owned),
        name: name.map(str::to_owned),
        subresource,
    }))
}

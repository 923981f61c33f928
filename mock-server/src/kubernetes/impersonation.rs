//! Acting as somebody else, as `kubectl --as` asks by headers: whoever may do that is that user from then on.

use http::HeaderMap;
use percent_encoding::percent_decode_str;

use super::rights::{self, Attributes, Rights};
use super::{Caller, Failure, Request};

const USER: &str = "impersonate-user";
const GROUP: &str = "impersonate-group";
const UID: &str = "impersonate-uid";
const EXTRA: &str = "impersonate-extra-";
/// What the names of service accounts as users begin with; their namespace and name follow.
const SERVICE_ACCOUNT: &str = "system:serviceaccount:";
/// The user that nobody is.
const ANONYMOUS: &str = "system:anonymous";
/// Where uids and what else is known of users are resources.
const AUTHENTICATION: &str = "authentication.k8s.io";

/// Who acts in a request, if it is not its caller.
///
/// # Errors
/// When the caller may not act as that user, or the headers name nobody.
pub(super) fn acting(request: &Request) -> Result<Option<Caller>, Failure> {
    let headers = &request.headers;
    let username = values(headers, USER)?.into_iter().next();
    let Some(username) = username.filter(|name| !name.is_empty()) else {
        return match headers.keys().any(|name| is_about_others(name.as_str())) {
            true => Err(Failure::bad_request(
                "requested to impersonate groups, a uid or extra information without impersonating a user",
            )),
            false => Ok(None),
        };
    };
    let mut other = Caller {
        groups: values(headers, GROUP)?,
        uid: values(headers, UID)?.into_iter().next().unwrap_or_default(),
        username,
        ..Caller::default()
    };
    for name in headers.keys().map(|name| name.as_str()) {
        if let Some(key) = name.strip_prefix(EXTRA) {
            let key = percent_decode_str(key).decode_utf8_lossy().into_owned();
            other.extra.insert(key, values(headers, name)?);
        }
    }
    check(&request.caller, &other)?;
    other.join_groups();
    other.rights = Rights::of_groups(&other.groups);
    Ok(Some(other))
}

fn is_about_others(header: &str) -> bool {
    [GROUP, UID].contains(&header) || header.starts_with(EXTRA)
}

/// The values of a header, each a text.
fn values(headers: &HeaderMap, name: &str) -> Result<Vec<String>, Failure> {
    let values = headers.get_all(name).iter().map(|value| {
        let text = value.to_str().map(str::to_owned);
        text.map_err(|_| Failure::BadRequest(format!("the header {name} is not a text")))
    });
    values.collect()
}

/// Refuses what the caller may not be: the user, each of the groups, and what else is claimed.
fn check(caller: &Caller, other: &Caller) -> Result<(), Failure> {
    let user = match service_account(&other.username) {
        Some((namespace, name)) => may(caller, "", "serviceaccounts", Some(namespace), name),
        None => may(caller, "", "users", None, &other.username),
    };
    user?;
    for group in &other.groups {
        may(caller, "", "groups", None, group)?;
    }
    for (key, values) in &other.extra {
        let resource = format!("userextras/{key}");
        for value in values {
            may(caller, AUTHENTICATION, &resource, None, value)?;
        }
    }
    match other.uid.as_str() {
        "" => Ok(()),
        uid => may(caller, AUTHENTICATION, "uids", None, uid),
    }
}

fn may(
    caller: &Caller,
    group: &str,
    resource: &str,
    namespace: Option<&str>,
    name: &str,
) -> Result<(), Failure> {
    let asked = Attributes {
        verb: "impersonate",
        group,
        resource,
        namespace,
        name,
    };
    if caller.rights.allow(&asked) {
        return Ok(());
    }
    let why = rights::refusal(&caller.username, &asked);
    let kind = match (resource.split_once('/'), group) {
        (_, "") => resource.to_owned(),
        (Some((kind, _)), group) => format!("{kind}.{group}"),
        (None, group) => format!("{resource}.{group}"),
    };
    Err(Failure::Impersonation(kind, name.to_owned(), why))
}

/// Namespace and name of the service account that a user is.
fn service_account(username: &str) -> Option<(&str, &str)> {
    username.strip_prefix(SERVICE_ACCOUNT)?.split_once(':')
}

impl Caller {
    /// Adds the groups that the API server adds to users of whom somebody else tells.
    fn join_groups(&mut self) {
        if self.groups.is_empty()
            && let Some((namespace, _)) = service_account(&self.username)
        {
            let of_namespace = format!("system:serviceaccounts:{namespace}");
            self.groups = vec!["system:serviceaccounts".to_owned(), of_namespace];
        }
        let everyone = match self.username.as_str() {
            ANONYMOUS => "system:unauthenticated",
            _ => "system:authenticated",
        };
        if !self.groups.iter().any(|group| group == everyone) {
            self.groups.push(everyone.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderName, HeaderValue, Method, StatusCode};

    use super::*;

    fn request(rights: Rights, headers: &[(&'static str, &'static str)]) -> Request {
        let mut request = Request {
            method: Method::GET,
            path: "/api/v1/pods".to_owned(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            caller: Caller {
                rights,
                ..Caller::default()
            },
        };
        for (name, value) in headers {
            let name = HeaderName::from_static(name);
            request
                .headers
                .append(name, HeaderValue::from_static(value));
        }
        request
    }

    #[test]
    fn what_headers_say_of_a_user_is_what_is_known_of_it() {
        let headers = [
            (USER, "jane"),
            (GROUP, "a"),
            (GROUP, "b"),
            (UID, "1"),
            ("impersonate-extra-acme.com%2fproject", "p"),
        ];
        let jane = acting(&request(Rights::everything(), &headers)).unwrap();
        let jane = jane.unwrap();
        assert_eq!((jane.username.as_str(), jane.uid.as_str()), ("jane", "1"));
        assert_eq!(jane.groups, ["a", "b", "system:authenticated"]);
        assert_eq!(jane.extra["acme.com/project"], ["p"]);
        assert!(!jane.rights.is_everything());
    }

    #[test]
    fn nobody_is_no_user_and_has_no_groups() {
        for headers in [&[][..], &[(USER, "")]] {
            let acting = acting(&request(Rights::everything(), headers));
            assert!(acting.unwrap().is_none());
        }
        for header in [GROUP, UID, "impersonate-extra-scopes"] {
            let failure = acting(&request(Rights::everything(), &[(header, "a")])).unwrap_err();
            assert_eq!(failure.code(), StatusCode::BAD_REQUEST, "{header}");
        }
    }

    #[test]
    fn each_claim_needs_leave_of_its_own() {
        let mut editor = Rights::default();
        editor.grant("AmazonEKSEditPolicy", &[]);
        const ACCOUNT: (&str, &str) = (USER, "system:serviceaccount:team:web");
        assert!(acting(&request(editor.clone(), &[ACCOUNT])).is_ok());
        for (header, refused) in [
            ((GROUP, "a"), "groups \"a\" is forbidden"),
            ((UID, "1"), "uids.authentication.k8s.io \"1\" is forbidden"),
            (
                ("impersonate-extra-scopes", "s"),
                "userextras.authentication.k8s.io \"s\" is forbidden",
            ),
        ] {
            let failure = acting(&request(editor.clone(), &[ACCOUNT, header])).unwrap_err();
            let message = failure.refused_caller().unwrap();
            assert!(message.starts_with(refused), "{message}");
        }
    }
}

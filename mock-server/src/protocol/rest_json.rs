//! The REST protocol of EKS: members come from the path, the query and a JSON body; answers are JSON.

use std::borrow::Cow;
use std::collections::HashMap;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode};
use matchit::Router;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::{CallerCodes, Fault, Labels, Protocol, Response, built, respond};
use crate::operation::{Entry, Found, Operation, Registered, Route, Service};
use crate::validation::{Member, Shape};

/// The codec.
pub(crate) struct RestJson;

impl Protocol for RestJson {
    const CALLER_CODES: CallerCodes = CallerCodes {
        missing: "MissingAuthenticationTokenException",
        incomplete: "IncompleteSignatureException",
        unknown: "UnrecognizedClientException",
        mismatch: "InvalidSignatureException",
        expired: "ExpiredTokenException",
        denied: "AccessDeniedException",
    };

    fn find<'r>(
        service: &'static Registered,
        request: &'r Request<Bytes>,
    ) -> Result<Found<'r>, Fault> {
        let (method, path) = (request.method().as_str(), request.uri().path());
        let query = request.uri().query().unwrap_or_default();
        let routes = service
            .routes
            .get_or_init(|| Routes::of(service.operations));
        if let Some((entry, mut labels)) = routes.find(service.operations, method, path) {
            // The models put members into the query of these methods only; those of a POST come in its body.
            if matches!(method, "GET" | "DELETE") {
                labels.extend(form_urlencoded::parse(query.as_bytes()));
            }
            return Ok(Found { entry, labels });
        }
        let known = service
            .known
            .iter()
            .find(|(_, route)| match_route(*route, method, path).is_some());
        let known = known.and_then(|(name, _)| built(service, name).err().flatten());
        Err(known.unwrap_or_else(|| {
            Fault::new(
                StatusCode::NOT_FOUND,
                "UnknownOperationException",
                format!("no operation of {} answers {method} {path}", service.name),
            )
        }))
    }

    fn read(members: &[Member], labels: &Labels, body: &[u8]) -> Result<Value, Fault> {
        let mut input = match body.is_empty() {
            true => Map::new(),
            false => serde_json::from_slice(body)
                .map_err(|error| Fault::serialization(&error.to_string()))?,
        };
        for member in members {
            let mut values = labels
                .iter()
                .filter(|(name, _)| name == member.name)
                .map(|(_, value)| value);
            let Some(first) = values.next() else { continue };
            let value = match member.shape {
                Shape::List(..) => {
                    let all = std::iter::once(first).chain(values);
                    all.map(|value| Value::from(value.as_ref())).collect()
                }
                Shape::Integer(..) => first
                    .parse::<i64>()
                    .map_or_else(|_| first.as_ref().into(), Value::from),
                Shape::Boolean => first
                    .parse::<bool>()
                    .map_or_else(|_| first.as_ref().into(), Value::from),
                _ => Value::from(first.as_ref()),
            };
            input.insert(member.name.to_owned(), value);
        }
        Ok(Value::Object(input))
    }

    fn encode<O: Operation>(output: &O::Output, request_id: &str) -> Result<Response, Fault> {
        // Long enough for most answers.
        let mut body = Vec::with_capacity(512);
        serde_json::to_writer(&mut body, output).map_err(Fault::internal)?;
        Ok(respond(StatusCode::OK, CONTENT_TYPE, request_id, body))
    }

    fn fault<S: Service>(fault: &Fault, request_id: &str) -> Response {
        let mut body = json!({ "message": fault.message });
        for (name, value) in &fault.members {
            body[*name] = value.as_str().into();
        }
        let body = body.to_string().into_bytes();
        let mut response = respond(fault.status, CONTENT_TYPE, request_id, body);
        if let Ok(code) = HeaderValue::from_str(&fault.code) {
            response.headers_mut().insert("x-amzn-errortype", code);
        }
        response
    }
}

const CONTENT_TYPE: &str = "application/json";

/// The operations of a service by method and path.
#[derive(Debug)]
pub(crate) struct Routes(HashMap<&'static str, Router<&'static Entry>>);

impl Routes {
    fn of(operations: &'static [Entry]) -> Self {
        let mut routers: HashMap<_, Router<_>> = HashMap::new();
        for entry in operations {
            let router = routers.entry(entry.route.method).or_default();
            if let Err(error) = router.insert(entry.route.path, entry) {
                tracing::warn!(operation = entry.name, %error, "is found slowly");
            }
        }
        Self(routers)
    }

    /// The operation at an address, and the labels of its path.
    fn find<'p>(
        &'static self,
        operations: &'static [Entry],
        method: &str,
        path: &'p str,
    ) -> Option<(&'static Entry, Labels<'p>)> {
        let found = self.0.get(method).and_then(|router| router.at(path).ok());
        let Some(found) = found else {
            // Labels are never empty to the router; to AWS they are, and not valid.
            let mut matched = operations.iter().filter_map(|entry| {
                let labels = match_route(entry.route, method, path)?;
                Some((entry, labels))
            });
            return matched.next();
        };
        let labels = found.params.iter().map(|(label, value)| {
            let value = percent_decode_str(value).decode_utf8().ok()?;
            Some((Cow::Borrowed(label), value))
        });
        Some((*found.value, labels.collect::<Option<_>>()?))
    }
}

/// The labels of a path that a route matches, decoded.
fn match_route<'p>(route: Route, method: &str, path: &'p str) -> Option<Labels<'p>> {
    if route.method != method {
        return None;
    }
    let mut labels = Vec::new();
    let mut segments = path.split('/');
    for expected in route.path.split('/') {
        let segment = segments.next()?;
        match expected
            .strip_prefix('{')
            .and_then(|label| label.strip_suffix('}'))
        {
            Some(label) => {
                let value = percent_decode_str(segment).decode_utf8().ok()?;
                labels.push((Cow::Borrowed(label), value));
            }
            None if expected == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_matches_by_segments_and_decodes_its_labels() {
        let route = Route::get("/tags/{resourceArn}");
        let labels = match_route(route, "GET", "/tags/arn%3Aaws%3Aeks%3A%3A%3Acluster%2Fa");
        assert_eq!(
            labels,
            Some(vec![(
                "resourceArn".into(),
                "arn:aws:eks:::cluster/a".into()
            )])
        );
        assert_eq!(match_route(route, "POST", "/tags/a"), None);
        assert_eq!(match_route(route, "GET", "/tags/a/b"), None);
        assert_eq!(match_route(route, "GET", "/tags"), None);
    }

    #[test]
    fn every_operation_is_found_by_its_address() {
        for entry in crate::services::eks::SERVICE.operations {
            let routes = Routes::of(crate::services::eks::SERVICE.operations);
            let router = routes.0.get(entry.route.method);
            let found = router.and_then(|router| router.at(entry.route.path).ok());
            assert_eq!(found.map(|found| found.value.name), Some(entry.name));
        }
    }

    #[test]
    fn a_repeated_query_parameter_is_a_list_and_the_path_wins_over_the_body() {
        const MEMBERS: &[Member] = &[
            Member::text("name", 1, 9),
            Member::new("tagKeys", Shape::List(1, 9, &crate::validation::ANY_TEXT)),
            Member::new("maxResults", Shape::Integer(1, 100)),
        ];
        let labels = [
            ("name", "a"),
            ("tagKeys", "x"),
            ("tagKeys", "y"),
            ("maxResults", "7"),
        ]
        .map(|(name, value)| (name.into(), value.into()));
        let input = RestJson::read(MEMBERS, &labels.into(), br#"{"name":"b"}"#);
        assert_eq!(
            input,
            Ok(json!({"name": "a", "tagKeys": ["x", "y"], "maxResults": 7}))
        );
    }
}

//! The query protocol of IAM and STS: forms in, XML out.
//!
//! A form's dotted keys (`Tags.member.1.Key=a`) become a tree by the shapes of the members; an empty list is
//! `Tags=`.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{CallerCodes, Fault, Labels, Protocol, Response, built, respond, xml};
use crate::operation::{Found, Operation, Registered, Service};
use crate::validation::{Member, Shape};

/// The codec.
pub(crate) struct AwsQuery;

impl Protocol for AwsQuery {
    const CALLER_CODES: CallerCodes = CallerCodes {
        missing: "MissingAuthenticationToken",
        incomplete: "IncompleteSignature",
        unknown: "InvalidClientTokenId",
        mismatch: "SignatureDoesNotMatch",
        expired: "ExpiredToken",
        denied: "AccessDenied",
    };

    fn find<'r>(
        service: &'static Registered,
        request: &'r Request<Bytes>,
    ) -> Result<Found<'r>, Fault> {
        if ![Method::GET, Method::POST].contains(request.method()) {
            return Err(Fault::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                format!("{} answers GET and POST only", service.name),
            ));
        }
        let mut labels: Labels = Vec::new();
        let query = request.uri().query().unwrap_or_default();
        labels.extend(form_urlencoded::parse(query.as_bytes()));
        if request.method() == Method::POST {
            labels.extend(form_urlencoded::parse(request.body()));
        }
        let value = |name| {
            labels
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_ref())
        };

        let Some(action) = value("Action").filter(|action| !action.is_empty()) else {
            return Err(Fault::new(
                StatusCode::BAD_REQUEST,
                "MissingAction",
                "The request must contain the parameter Action.",
            ));
        };
        let version = value("Version").unwrap_or("NO_VERSION_SPECIFIED");
        let unknown = || {
            Fault::new(
                StatusCode::BAD_REQUEST,
                "InvalidAction",
                format!("Could not find operation {action} for version {version}"),
            )
        };
        if version != service.version {
            return Err(unknown());
        }
        let entry = built(service, action).map_err(|known| known.unwrap_or_else(unknown))?;
        Ok(Found { entry, labels })
    }

    fn read(members: &[Member], labels: &Labels, _body: &[u8]) -> Result<Value, Fault> {
        let mut form = Form::default();
        for (key, value) in labels {
            form.insert(key, value);
        }
        form.structure(members)
    }

    fn encode<O: Operation>(output: &O::Output, request_id: &str) -> Result<Response, Fault> {
        let root = [O::NAME, "Response"].concat();
        let body = xml::document(&root, O::Service::XMLNS, |writer| {
            xml::element(writer, &[O::NAME, "Result"].concat(), output)?;
            xml::element(writer, "ResponseMetadata", &Metadata { request_id })
        });
        body.map(|body| respond(StatusCode::OK, CONTENT_TYPE, request_id, body))
            .map_err(Fault::internal)
    }

    fn fault<S: Service>(fault: &Fault, request_id: &str) -> Response {
        let sender = !fault.status.is_server_error();
        // This error comes from the framework in front of the services, and says so.
        let xmlns = match &*fault.code {
            "InvalidAction" => "http://webservices.amazon.com/AWSFault/2005-15-09",
            _ => S::XMLNS,
        };
        let error = Error {
            kind: if sender { "Sender" } else { "Receiver" },
            code: &fault.code,
            message: &fault.message,
        };
        let body = xml::document("ErrorResponse", xmlns, |writer| {
            xml::element(writer, "Error", &error)?;
            xml::element(writer, "RequestId", request_id)
        });
        respond(
            fault.status,
            CONTENT_TYPE,
            request_id,
            body.unwrap_or_default(),
        )
    }
}

const CONTENT_TYPE: &str = "text/xml";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'r> {
    request_id: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Error<'f> {
    #[serde(rename = "Type")]
    kind: &'static str,
    code: &'f str,
    message: &'f str,
}

/// A form as a tree: a value of its own, and what stands under each next part of the dotted keys.
#[derive(Default)]
struct Form<'l> {
    value: Option<&'l str>,
    parts: BTreeMap<&'l str, Form<'l>>,
}

impl<'l> Form<'l> {
    fn insert(&mut self, key: &'l str, value: &'l str) {
        let mut node = self;
        // No member of a service model nests deeper; the rest of a longer key is one part.
        for part in key.splitn(8, '.') {
            node = node.parts.entry(part).or_default();
        }
        node.value.get_or_insert(value);
    }

    fn structure(&mut self, members: &[Member]) -> Result<Value, Fault> {
        let mut object = Map::new();
        for member in members {
            let Some(mut form) = self.parts.remove(member.name) else {
                continue;
            };
            // Clients send optional members they have no value for as empty text.
            let absent = !member.required && form.value == Some("");
            if !(absent && matches!(member.shape, Shape::Text(1.., ..) | Shape::Enum(_))) {
                let value = form.read(&member.shape)?;
                if !value.is_null() {
                    object.insert(member.name.to_owned(), value);
                }
            }
        }
        Ok(Value::Object(object))
    }

    fn read(&mut self, shape: &Shape) -> Result<Value, Fault> {
        Ok(match shape {
            Shape::Text(..) | Shape::Enum(_) => self.value.map_or(Value::Null, Value::from),
            Shape::Integer(..) => self.scalar::<i64>()?,
            Shape::Boolean => self.scalar::<bool>()?,
            Shape::Structure(members) => self.structure(members)?,
            Shape::List(_, _, item) => self.list(item)?,
            Shape::Map(..) => Value::Null,
        })
    }

    fn scalar<T: std::str::FromStr + Into<Value>>(&mut self) -> Result<Value, Fault> {
        match self.value.filter(|text| !text.is_empty()) {
            None => Ok(Value::Null),
            Some(text) => text
                .parse::<T>()
                .map(Into::into)
                .map_err(|_| Fault::new(StatusCode::BAD_REQUEST, "MalformedInput", "")),
        }
    }

    fn list(&mut self, item: &Shape) -> Result<Value, Fault> {
        let Some(members) = self.parts.remove("member") else {
            return Ok(if self.value.is_some() {
                Value::Array(Vec::new())
            } else {
                Value::Null
            });
        };
        let mut numbered: Vec<(u32, Form)> = members
            .parts
            .into_iter()
            .filter_map(|(index, form)| Some((index.parse().ok()?, form)))
            .collect();
        numbered.sort_by_key(|(index, _)| *index);
        numbered
            .into_iter()
            .map(|(_, mut form)| form.read(item))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TAG: Shape = Shape::Structure(&[Member::text("Key", 1, 9), Member::text("Value", 0, 9)]);
    const MEMBERS: &[Member] = &[
        Member::text("Name", 1, 9).required(),
        Member::text("Path", 1, 9),
        Member::text("Description", 0, 9),
        Member::new("Max", Shape::Integer(1, 9)),
        Member::new("Only", Shape::Boolean),
        Member::new("Tags", Shape::List(0, 9, &TAG)),
    ];

    fn read(form: &str) -> Result<Value, Fault> {
        let labels = form_urlencoded::parse(form.as_bytes()).collect();
        AwsQuery::read(MEMBERS, &labels, &[])
    }

    #[test]
    fn dotted_keys_become_a_tree_with_the_types_of_the_shapes() {
        let form = "Name=a%20b&Max=7&Only=true&Tags.member.10.Key=y&Tags.member.2.Key=x&Tags.member.2.Value=&Other=1";
        assert_eq!(
            read(form),
            Ok(json!({
                "Name": "a b",
                "Max": 7,
                "Only": true,
                "Tags": [{ "Key": "x", "Value": "" }, { "Key": "y" }],
            }))
        );
    }

    #[test]
    fn a_long_list_is_read_whole_in_the_order_of_its_numbers() {
        let member = |n: u32| format!("Tags.member.{n}.Key={n}");
        let form: Vec<String> = (1..=1_201).rev().map(member).collect();
        let keys: Vec<Value> = (1..=1_201)
            .map(|n| json!({ "Key": n.to_string() }))
            .collect();
        assert_eq!(read(&form.join("&")), Ok(json!({ "Tags": keys })));
    }

    #[test]
    fn what_only_has_the_name_of_a_list_is_none() {
        assert_eq!(read("Tags.1.Key=a&Max="), Ok(json!({})));
    }

    #[test]
    fn an_empty_list_is_sent_as_an_empty_value() {
        assert_eq!(read("Tags="), Ok(json!({ "Tags": [] })));
    }

    #[test]
    fn empty_text_is_a_missing_member_where_empty_text_is_not_allowed() {
        assert_eq!(
            read("Name=&Path=&Description="),
            Ok(json!({ "Name": "", "Description": "" }))
        );
    }

    #[test]
    fn a_number_that_is_none_is_malformed_input() {
        assert_eq!(
            read("Max=x").map_err(|fault| fault.code),
            Err("MalformedInput".into())
        );
        assert_eq!(
            read("Only=1").map_err(|fault| fault.code),
            Err("MalformedInput".into())
        );
    }
}

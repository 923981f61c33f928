//! Refusing requests for services that are not built, in a form that their clients can read.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderValue, Request};
use quick_xml::Writer;
use serde_json::{Value, json};

use super::{Fault, Response, respond};

/// How the clients of a service expect its errors.
#[derive(Debug, PartialEq, Eq)]
enum Dialect {
    /// One address, the operation in the header `X-Amz-Target`: JSON with the code as `__type`.
    Target,
    /// One address, the operation in the parameter `Action`: XML.
    Query,
    /// As `Query`, in EC2's own shape.
    Ec2,
    /// Addresses and methods; XML in S3's own shape.
    S3,
    /// Addresses and methods; JSON with the code in a header.
    Rest,
}

/// Says that a service is not built, and names the operation where the request does.
pub(crate) fn refuse(service: &str, request: &Request<Bytes>, request_id: &str) -> Response {
    let (dialect, operation) = understood(service, request);
    let fault = Fault::not_implemented(service, operation.as_deref());
    let (code, message) = (fault.code, fault.message);
    let error = json!({ "Code": code, "Message": message });
    let (content_type, body) = match dialect {
        Dialect::Target => (
            "application/x-amz-json-1.1",
            json!({ "__type": code, "message": message })
                .to_string()
                .into_bytes(),
        ),
        Dialect::Rest => (
            "application/json",
            json!({ "message": message }).to_string().into_bytes(),
        ),
        Dialect::S3 => ("application/xml", xml("Error", &error)),
        Dialect::Ec2 => (
            "text/xml",
            xml(
                "Response",
                &json!({ "Errors": { "Error": error }, "RequestID": request_id }),
            ),
        ),
        Dialect::Query => (
            "text/xml",
            xml(
                "ErrorResponse",
                &json!({ "Error": error, "RequestId": request_id }),
            ),
        ),
    };
    let mut response = respond(fault.status, content_type, request_id, body);
    if let Ok(code) = HeaderValue::from_str(&code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}

/// The dialect of a request, and the name of its operation where it can be known.
fn understood<'r>(service: &str, request: &'r Request<Bytes>) -> (Dialect, Option<Cow<'r, str>>) {
    let target = request.headers().get("x-amz-target");
    if let Some(target) = target.and_then(|target| target.to_str().ok()) {
        let operation = target.rsplit('.').next().filter(|name| is_name(name));
        return (Dialect::Target, operation.map(Cow::Borrowed));
    }
    match service {
        "s3" => (Dialect::S3, None),
        _ => {
            let query = request.uri().query().unwrap_or_default().as_bytes();
            let action = form_urlencoded::parse(query)
                .chain(form_urlencoded::parse(request.body()))
                .find(|(name, value)| name == "Action" && is_name(value))
                .map(|(_, value)| value);
            match (&action, service) {
                (Some(_), "ec2") => (Dialect::Ec2, action),
                (Some(_), _) => (Dialect::Query, action),
                (None, _) => (Dialect::Rest, None),
            }
        }
    }
}

/// Whether a text has the form of an operation's name.
fn is_name(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn xml(root: &str, content: &Value) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    // Writing into memory does not fail.
    _ = super::xml::element(&mut writer, root, content);
    writer.into_inner()
}

//! What a request says about its signature, in the header `Authorization` or in the query of its address.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, DATE, HeaderMap, HeaderName};
use jiff::{SignedDuration, Timestamp};

use super::verify::Evidence;
use super::{SignatureError, date};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
const INVOCATION_ID: HeaderName = HeaderName::from_static("amz-sdk-invocation-id");
/// A week, which is as long as a presigned address can be good for.
const MAX_EXPIRES: i64 = 604_800;

/// A signature with all that belongs to it, as the request has it. None of it has been checked but for its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed<'r> {
    pub(crate) access_key: Cow<'r, str>,
    pub(crate) scope: Scope<'r>,
    pub(crate) date: Timestamp,
    /// The names of the headers that it covers, in small letters.
    pub(super) headers: Vec<Cow<'r, str>>,
    pub(super) signature: Cow<'r, str>,
    pub(crate) session_token: Option<Cow<'r, str>>,
    /// The id by which SDKs tell their calls apart.
    pub(super) invocation: Option<&'r str>,
    /// How long a presigned address is good for, as far as it says; headers do not say.
    pub(super) expires: Option<SignedDuration>,
    /// Whether it stands in the address.
    pub(super) is_presigned: bool,
}

/// Where and when a signature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope<'r> {
    pub(crate) day: Cow<'r, str>,
    pub(crate) region: Cow<'r, str>,
    pub(crate) service: Cow<'r, str>,
    pub(crate) terminator: Cow<'r, str>,
}

impl<'r> Signed<'r> {
    /// Reads the signature of a request; one that has none at all lacks everything.
    pub(crate) fn parse(evidence: &Evidence<'r>) -> Result<Self, SignatureError> {
        match evidence.headers.get(AUTHORIZATION) {
            Some(header) => Self::of_header(evidence.headers, header.as_bytes()),
            None => Self::of_query(evidence.query()),
        }
    }

    fn of_header(headers: &'r HeaderMap, header: &'r [u8]) -> Result<Self, SignatureError> {
        // Nothing of a signature is anything but ASCII.
        let text = std::str::from_utf8(header).unwrap_or_default();
        let (algorithm, parts) = text.split_once(' ').unwrap_or((text, ""));
        if algorithm != ALGORITHM && algorithm.starts_with("AWS4-") {
            return Err(SignatureError::Algorithm(algorithm.to_owned()));
        }
        let Parts {
            credential,
            signature,
            signed_headers,
        } = Parts::of(parts);
        let text_of = |name: HeaderName| headers.get(name)?.to_str().ok();
        let amz_date = text_of(AMZ_DATE);
        let any_date = amz_date.or_else(|| text_of(DATE));
        let (Some(credential), Some(signature), Some(signed_headers), Some(written)) =
            (credential, signature, signed_headers, any_date)
        else {
            let demands = [
                (
                    credential.is_some(),
                    "Authorization header requires 'Credential' parameter.",
                ),
                (
                    signature.is_some(),
                    "Authorization header requires 'Signature' parameter.",
                ),
                (
                    signed_headers.is_some(),
                    "Authorization header requires 'SignedHeaders' parameter.",
                ),
                (
                    any_date.is_some(),
                    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
                ),
            ];
            return Err(SignatureError::Header {
                lacks: demands
                    .into_iter()
                    .filter(|(met, _)| !met)
                    .map(|(_, demand)| demand)
                    .collect(),
                hash: STANDARD.encode(digest(&SHA256, header)),
            });
        };
        let read = match amz_date {
            Some(_) => date::parse(written),
            None => date::parse_any(written),
        };
        let (access_key, scope) = Scope::parse(Cow::Borrowed(credential))?;
        Ok(Self {
            access_key,
            scope,
            date: read.ok_or_else(|| SignatureError::Date(written.to_owned()))?,
            headers: names(Cow::Borrowed(signed_headers)),
            signature: Cow::Borrowed(signature),
            session_token: text_of(SECURITY_TOKEN).map(Cow::Borrowed),
            invocation: text_of(INVOCATION_ID),
            expires: None,
            is_presigned: false,
        })
    }

    fn of_query(query: &'r str) -> Result<Self, SignatureError> {
        let parameter = |name: &str| {
            let mut all = form_urlencoded::parse(query.as_bytes());
            let found = all.find(|(key, _)| key == name).map(|(_, value)| value);
            found.filter(|value| !value.is_empty())
        };
        const NEEDED: [&str; 5] = [
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Signature",
            "X-Amz-SignedHeaders",
            "X-Amz-Date",
        ];
        let [
            Some(algorithm),
            Some(credential),
            Some(signature),
            Some(signed_headers),
            Some(written),
        ] = NEEDED.map(parameter)
        else {
            let lacks = NEEDED.into_iter().filter(|name| parameter(name).is_none());
            return Err(SignatureError::Query(lacks.collect()));
        };
        if algorithm != ALGORITHM {
            return Err(SignatureError::Algorithm(algorithm.into_owned()));
        }
        let expires = parameter("X-Amz-Expires").map(|text| {
            let digits = text
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then_some(&text);
            let seconds = digits
                .and_then(|digits| digits.parse().ok())
                .filter(|seconds| (1..=MAX_EXPIRES).contains(seconds));
            let refused = || SignatureError::Expires(text.into_owned());
            seconds.map(SignedDuration::from_secs).ok_or_else(refused)
        });
        let (access_key, scope) = Scope::parse(credential)?;
        Ok(Self {
            access_key,
            scope,
            date: date::parse(&written)
                .ok_or_else(|| SignatureError::Date(written.into_owned()))?,
            headers: names(signed_headers),
            signature,
            session_token: parameter("X-Amz-Security-Token"),
            invocation: None,
            expires: expires.transpose()?,
            is_presigned: true,
        })
    }
}

/// What the header says behind the algorithm; the first of each name counts, unless it is empty.
#[derive(Default)]
struct Parts<'r> {
    credential: Option<&'r str>,
    signature: Option<&'r str>,
    signed_headers: Option<&'r str>,
}

impl<'r> Parts<'r> {
    fn of(text: &'r str) -> Self {
        let mut parts = Self::default();
        for part in text.split(',') {
            let (name, value) = part.trim().split_once('=').unwrap_or_default();
            let named = match name {
                "Credential" => &mut parts.credential,
                "Signature" => &mut parts.signature,
                "SignedHeaders" => &mut parts.signed_headers,
                _ => continue,
            };
            named.get_or_insert(value);
        }
        let filled = |part: Option<&'r str>| part.filter(|value| !value.is_empty());
        Self {
            credential: filled(parts.credential),
            signature: filled(parts.signature),
            signed_headers: filled(parts.signed_headers),
        }
    }
}

impl<'r> Scope<'r> {
    /// Reads a credential: the access key's id and the scope.
    fn parse(credential: Cow<'r, str>) -> Result<(Cow<'r, str>, Self), SignatureError> {
        let parts = split(credential.clone(), '/');
        let [access_key, day, region, service, terminator] = <[_; 5]>::try_from(parts)
            .map_err(|_| SignatureError::Credential(credential.into_owned()))?;
        let scope = Self {
            day,
            region,
            service,
            terminator,
        };
        Ok((access_key, scope))
    }
}

fn names(signed_headers: Cow<'_, str>) -> Vec<Cow<'_, str>> {
    let mut names = split(signed_headers, ';');
    for name in &mut names {
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            name.to_mut().make_ascii_lowercase();
        }
    }
    names
}

/// The parts of a text, borrowed if the text is.
fn split(text: Cow<'_, str>, separator: char) -> Vec<Cow<'_, str>> {
    match text {
        Cow::Borrowed(text) => text.split(separator).map(Cow::Borrowed).collect(),
        Cow::Owned(text) => {
            let parts = text.split(separator).map(str::to_owned);
            parts.map(Cow::Owned).collect()
        }
    }
}

//! What a request says about its signature, in the header `Authorization` or in the query of its address.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, DATE, HeaderMap};
use jiff::{SignedDuration, Timestamp};

use super::verify::Evidence;
use super::{SignatureError, date};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// A week, which is as long as a presigned address can be good for.
const MAX_EXPIRES: i64 = 604_800;

/// A signature with all that belongs to it. None of it has been checked but for its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) access_key: String,
    pub(crate) scope: Scope,
    pub(crate) date: Timestamp,
    /// The names of the headers that it covers, in small letters.
    pub(super) headers: Vec<String>,
    pub(super) signature: String,
    pub(crate) session_token: Option<String>,
    /// The id by which SDKs tell their calls apart.
    pub(super) invocation: Option<String>,
    /// How long a presigned address is good for, as far as it says; headers do not say.
    pub(super) expires: Option<SignedDuration>,
    /// Whether it stands in the address.
    pub(super) is_presigned: bool,
}

/// Where and when a signature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) day: String,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) terminator: String,
}

impl Signed {
    /// Reads the signature of a request; one that has none at all lacks everything.
    pub(crate) fn parse(evidence: &Evidence) -> Result<Self, SignatureError> {
        match evidence.headers.get(AUTHORIZATION) {
            Some(header) => Self::of_header(evidence.headers, header.as_bytes()),
            None => Self::of_query(evidence.query()),
        }
    }

    fn of_header(headers: &HeaderMap, header: &[u8]) -> Result<Self, SignatureError> {
        let text = String::from_utf8_lossy(header);
        let (algorithm, parts) = text.split_once(' ').unwrap_or((&text, ""));
        if algorithm != ALGORITHM && algorithm.starts_with("AWS4-") {
            return Err(SignatureError::Algorithm(algorithm.to_owned()));
        }
        let part = |name: &str| {
            let mut parts = parts
                .split(',')
                .filter_map(|part| part.trim().split_once('='));
            let found = parts.find(|(key, _)| *key == name);
            found
                .map(|(_, value)| value)
                .filter(|value| !value.is_empty())
        };
        let text_of = |name: &str| headers.get(name)?.to_str().ok();
        let amz_date = text_of("x-amz-date");
        let any_date = amz_date.or_else(|| text_of(DATE.as_str()));
        let (Some(credential), Some(signature), Some(signed_headers), Some(written)) = (
            part("Credential"),
            part("Signature"),
            part("SignedHeaders"),
            any_date,
        ) else {
            let demands = [
                (
                    part("Credential").is_some(),
                    "Authorization header requires 'Credential' parameter.",
                ),
                (
                    part("Signature").is_some(),
                    "Authorization header requires 'Signature' parameter.",
                ),
                (
                    part("SignedHeaders").is_some(),
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
        let (access_key, scope) = Scope::parse(credential)?;
        Ok(Self {
            access_key,
            scope,
            date: read.ok_or_else(|| SignatureError::Date(written.to_owned()))?,
            headers: names(signed_headers),
            signature: signature.to_owned(),
            session_token: text_of("x-amz-security-token").map(str::to_owned),
            invocation: text_of("amz-sdk-invocation-id").map(str::to_owned),
            expires: None,
            is_presigned: false,
        })
    }

    fn of_query(query: &str) -> Result<Self, SignatureError> {
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
            let seconds = text
                .parse()
                .ok()
                .filter(|seconds| (1..=MAX_EXPIRES).contains(seconds));
            let refused = || SignatureError::Expires(text.into_owned());
            seconds.map(SignedDuration::from_secs).ok_or_else(refused)
        });
        let (access_key, scope) = Scope::parse(&credential)?;
        Ok(Self {
            access_key,
            scope,
            date: date::parse(&written)
                .ok_or_else(|| SignatureError::Date(written.into_owned()))?,
            headers: names(&signed_headers),
            signature: signature.into_owned(),
            session_token: parameter("X-Amz-Security-Token").map(Into::into),
            invocation: None,
            expires: expires.transpose()?,
            is_presigned: true,
        })
    }
}

impl Scope {
    /// Reads a credential: the access key's id and the scope.
    fn parse(credential: &str) -> Result<(String, Self), SignatureError> {
        let parts: Vec<&str> = credential.split('/').collect();
        let [access_key, day, region, service, terminator] = parts.as_slice() else {
            return Err(SignatureError::Credential(credential.to_owned()));
        };
        let scope = Self {
            day: (*day).to_owned(),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
            terminator: (*terminator).to_owned(),
        };
        Ok(((*access_key).to_owned(), scope))
    }
}

fn names(signed_headers: &str) -> Vec<String> {
    let names = signed_headers.split(';').map(str::to_ascii_lowercase);
    names.collect()
}

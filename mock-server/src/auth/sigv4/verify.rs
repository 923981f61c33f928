//! Whether a signature is right: its time, its scope, and the signature itself, which AWS's own crate makes anew.

use std::borrow::Cow;
use std::time::SystemTime;

use aws_lc_rs::constant_time;
use aws_lc_rs::digest::{SHA256, digest};
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use super::seen::Made;
use super::{SignatureError, Signed, date};
use crate::account;

/// The hash of no body at all, as most requests have it.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// How far the date of a signature may be from the time at which it comes in.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// How long a presigned address is good for that does not say.
const DEFAULT_EXPIRES: SignedDuration = SignedDuration::from_mins(15);

/// A request as it came in: what was signed, the signature included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence<'r> {
    pub(crate) method: &'r str,
    /// Path and query.
    pub(crate) target: &'r str,
    pub(crate) headers: &'r HeaderMap,
    pub(crate) body: &'r [u8],
}

impl<'r> Evidence<'r> {
    pub(super) fn query(&self) -> &'r str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

/// The present, by two clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// The server's, which tests can move.
    pub(crate) server: Timestamp,
    /// The one by which clients date their signatures.
    pub(crate) clients: Timestamp,
}

impl Signed<'_> {
    /// Refuses signatures that are too old or of the future. A presigned address is good for as long as it says,
    /// unless `lifetime` does.
    pub(crate) fn check_time(
        &self,
        now: Now,
        made: Made,
        lifetime: Option<SignedDuration>,
    ) -> Result<(), SignatureError> {
        let age = now.server.duration_since(made.at);
        let limit = match self.is_presigned {
            true => lifetime.or(self.expires).unwrap_or(DEFAULT_EXPIRES),
            false => SKEW,
        };
        let moved = |by| self.date.saturating_add(by).unwrap_or(self.date);
        if age > limit {
            return Err(SignatureError::Expired {
                date: self.date,
                bound: moved(age - limit),
                now: moved(age),
                allowed: written(limit),
            });
        }
        if -age > SKEW {
            return Err(SignatureError::NotYetCurrent {
                date: self.date,
                bound: moved(age + SKEW),
                now: moved(age),
                allowed: written(SKEW),
            });
        }
        Ok(())
    }

    /// Refuses signatures for another service or day, or for what is no region.
    pub(crate) fn check_scope(&self, service: &str) -> Result<(), SignatureError> {
        let scope = &self.scope;
        let mut wrong = Vec::new();
        if !account::is_region(&scope.region) {
            wrong.push("Credential should be scoped to a valid region.".to_owned());
        }
        if scope.service != service {
            wrong.push(format!(
                "Credential should be scoped to correct service: '{service}'."
            ));
        }
        if scope.terminator != "aws4_request" {
            wrong.push(format!(
                "Credential should be scoped with a valid terminator: 'aws4_request', not '{}'.",
                scope.terminator
            ));
        }
        if !date::is_day(&scope.day, self.date) {
            let day = date::day(self.date);
            wrong.push(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{day}', from '{}'.",
                scope.day,
                date::write(self.date)
            ));
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(SignatureError::Scope(wrong)),
        }
    }

    /// Refuses signatures that leave out what has to be signed.
    pub(crate) fn check_coverage(&self, headers: &HeaderMap) -> Result<(), SignatureError> {
        let covers = |name: &str| self.headers.iter().any(|signed| signed == name);
        if !covers("host") {
            return Err(SignatureError::HostNotSigned);
        }
        // Presigned addresses are used by clients who do not know what was signed.
        let exempt = |name: &str| self.is_presigned && name == "x-amz-user-agent";
        let names = headers.keys().map(|name| name.as_str());
        let unsigned: Vec<&str> = names
            .filter(|name| name.starts_with("x-amz-") && !covers(name) && !exempt(name))
            .collect();
        match unsigned.is_empty() {
            true => Ok(()),
            false => Err(SignatureError::NotSigned(unsigned.join(", "))),
        }
    }

    /// Refuses signatures that the key does not make of the request.
    pub(crate) fn check_signature(
        &self,
        evidence: &Evidence,
        signer: &Identity,
    ) -> Result<(), SignatureError> {
        let body_hash = match evidence.body {
            [] => EMPTY.to_owned(),
            body => hex(digest(&SHA256, body).as_ref()),
        };
        let stated = evidence.headers.get("x-amz-content-sha256");
        if stated.is_some_and(|stated| stated.as_bytes() != body_hash.as_bytes()) {
            return Err(SignatureError::Mismatch);
        }
        let expected = self.expected(evidence, signer, body_hash);
        let expected = expected.ok_or(SignatureError::Mismatch)?;
        constant_time::verify_slices_are_equal(expected.as_bytes(), self.signature.as_bytes())
            .map_err(|_| SignatureError::Mismatch)
    }

    /// The signature that the request should have; none if it cannot be signed at all.
    fn expected(
        &self,
        evidence: &Evidence,
        signer: &Identity,
        body_hash: String,
    ) -> Option<String> {
        let mut headers = Vec::with_capacity(self.headers.len());
        for name in &self.headers {
            for value in evidence.headers.get_all(&**name) {
                headers.push((&**name, std::str::from_utf8(value.as_bytes()).ok()?));
            }
        }
        // Without a host among the headers, the crate takes it from an address that has none.
        headers.iter().find(|(name, _)| *name == "host")?;
        let target = without_signature(evidence.target);
        let body = SignableBody::Precomputed(body_hash);
        let request =
            SignableRequest::new(evidence.method, target, headers.into_iter(), body).ok()?;

        // The crate adds the header with the date: it is signed only if the client has signed it. Tokens and
        // all that stands in a presigned address are part of the request already.
        let mut settings = SigningSettings::default();
        let signs_date = self.headers.iter().any(|name| name == "x-amz-date");
        settings.excluded_headers = (!signs_date).then(|| vec![Cow::Borrowed("x-amz-date")]);
        if is_normal(evidence.target) {
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        let params = v4::SigningParams::builder()
            .identity(signer)
            .region(&self.scope.region)
            .name(&self.scope.service)
            .time(SystemTime::from(self.date))
            .settings(settings)
            .build()
            .ok()?
            .into();
        let (_, signature) = sign(request, &params).ok()?.into_parts();
        Some(signature)
    }
}

/// Whether the path of an address is as it is signed: without empty segments and dots, which lead elsewhere.
fn is_normal(target: &str) -> bool {
    let (path, _) = target.split_once('?').unwrap_or((target, ""));
    !path.contains("//") && !path.contains("/.")
}

/// The address without the signature, which cannot be part of what it signs.
fn without_signature(target: &str) -> Cow<'_, str> {
    let Some((path, query)) = target.split_once('?') else {
        return target.into();
    };
    let is_signature = |parameter: &&str| parameter.starts_with("X-Amz-Signature=");
    match query.split('&').any(|parameter| is_signature(&parameter)) {
        false => target.into(),
        true => {
            let kept: Vec<&str> = query.split('&').filter(|one| !is_signature(one)).collect();
            format!("{path}?{}", kept.join("&")).into()
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for four in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS[usize::from(four)]));
        }
    }
    text
}

/// A time as AWS's texts have it.
fn written(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    match seconds % 60 {
        0 => format!("{} min", seconds / 60),
        _ => format!("{seconds} sec"),
    }
}

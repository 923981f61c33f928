//! Who asks a cluster by TLS: the server's own token, one of `aws eks get-token`, mapped by the access entries, or
//! that of a service account.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderName, Request};
use jiff::{SignedDuration, Timestamp};
use podpass_policy::Principal;

use crate::auth::authenticate;
use crate::auth::caller::{Caller, Credential};
use crate::auth::mode::Auth;
use crate::auth::sigv4::Evidence;
use crate::dispatch::Shared;
use crate::kubernetes::{self, Rights};
use crate::state::eks::{AccessEntry, Cluster};

/// What the tokens of EKS begin with; a presigned URL in base64 follows.
const EKS_PREFIX: &str = "k8s-aws-v1.";
/// The header with the cluster's name, which the signature has to cover.
const CLUSTER_HEADER: HeaderName = HeaderName::from_static("x-k8s-aws-id");
/// How long such a token is good, whatever its URL says.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// The longest expiry that its URL may ask for, in seconds.
const MAX_EXPIRES: u64 = 900;
/// How far a clock may be ahead of the server's.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Finds out who asks; nobody when the token is not good, or its principal has no access entry.
pub(crate) fn caller(
    shared: &Shared,
    address: &str,
    headers: &HeaderMap,
) -> Option<kubernetes::Caller> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return None;
    }
    let token = token.trim();
    let known = shared.store.settings().tls.as_ref();
    if known
        .is_some_and(|tls| verify_slices_are_equal(tls.token.as_bytes(), token.as_bytes()).is_ok())
    {
        let (_, creator) = shared.store.kubernetes(address)?;
        return Some(kubernetes::Caller::from(&creator));
    }
    if !token.starts_with(EKS_PREFIX) {
        return service_account(shared, address, token);
    }
    let request = presigned_request(token)?;
    let credential = presigned(&request, shared.store.clock().now())?;
    if shared.store.settings().auth == Auth::Enforce {
        verify(shared, address, &request)?;
    }
    let caller = authenticate::scope(shared, Some(&credential)).caller;
    let has_expired = |caller: &Caller| {
        caller
            .session()
            .is_some_and(|session| session.expires <= shared.store.clock().now())
    };
    if has_expired(&caller) {
        return None;
    }
    let principal = principal_arn(&caller)?;
    let mapped = shared
        .store
        .cluster(address, |cluster| mapped(cluster, &principal, &caller));
    let mut mapped = mapped.flatten()?;
    mapped.extra.insert(
        "accessKeyId".to_owned(),
        vec![credential.access_key.into_owned()],
    );
    Some(mapped)
}

/// The service account of a token that the cluster's issuer signed for its API server, while it is there.
fn service_account(shared: &Shared, address: &str, token: &str) -> Option<kubernetes::Caller> {
    let cluster = shared.store.cluster(address, |cluster| {
        (cluster.issuer.clone(), cluster.kubernetes.clone())
    });
    let (issuer, kubernetes) = cluster?;
    let now = shared.store.clock().now();
    let claims = issuer.verify(token, &[kubernetes::API_SERVER], now).ok()?;
    let bearer = claims.kubernetes?;
    if !issuer.is_external() {
        kubernetes.check_bound(&bearer).ok()?;
    }
    Some(kubernetes::service_account_user(
        &bearer,
        claims.jti.as_deref(),
    ))
}

/// Whether the signature of a token is right, made for this cluster.
fn verify(shared: &Shared, address: &str, request: &Request<()>) -> Option<()> {
    let (cluster, _) = address.split_once('.').unwrap_or((address, ""));
    let host = request.uri().authority()?.as_str();
    let headers = HeaderMap::from_iter([
        (HOST, host.parse().ok()?),
        (CLUSTER_HEADER, cluster.parse().ok()?),
    ]);
    let evidence = Evidence {
        method: request.method().as_str(),
        target: request.uri().path_and_query()?.as_str(),
        headers: &headers,
        body: &[],
    };
    authenticate::verify(shared, "sts", &evidence, Some(LIFETIME)).ok()
}

/// The request that a token of EKS is.
fn presigned_request(token: &str) -> Option<Request<()>> {
    let url = URL_SAFE_NO_PAD
        .decode(token.strip_prefix(EKS_PREFIX)?.trim_end_matches('='))
        .ok()?;
    Request::get(String::from_utf8(url).ok()?).body(()).ok()
}

/// The credential of a token that is a presigned `GetCallerIdentity`, made of late and covering the cluster's name.
fn presigned(request: &Request<()>, now: Timestamp) -> Option<Credential<'_>> {
    let query: Vec<(String, String)> = form_urlencoded::parse(request.uri().query()?.as_bytes())
        .into_owned()
        .collect();
    let one = |name: &str| {
        let mut found = query
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value.as_str())
    };
    let covers_cluster = one("X-Amz-SignedHeaders")?
        .split(';')
        .any(|header| header == CLUSTER_HEADER);
    let expires: u64 = one("X-Amz-Expires")?.parse().ok()?;
    let is_signature = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let date = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", one("X-Amz-Date")?).ok()?;
    let date = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    let age = now.duration_since(date);
    let is_good = one("Action")? == "GetCallerIdentity"
        && request.uri().path() == "/"
        && covers_cluster
        && expires <= MAX_EXPIRES
        && is_signature(one("X-Amz-Signature")?)
        && age <= LIFETIME
        && age >= -SKEW;
    let credential = Credential::of(request)?;
    (is_good && credential.service == "sts").then_some(credential)
}

/// The ARN by which access entries know a caller: a session's is its role's.
fn principal_arn(caller: &Caller) -> Option<String> {
    match caller.principal().ok()? {
        Principal::RoleSession { role, .. } => Some(role.to_string()),
        principal => principal.arn().map(ToString::to_string),
    }
}

/// The Kubernetes user that an access entry makes of a caller.
fn mapped(cluster: &Cluster, principal: &str, caller: &Caller) -> Option<kubernetes::Caller> {
    let entry = cluster.access_entries.row(principal)?;
    let arn = caller.arn();
    let session = match caller.session() {
        Some(_) => arn.rsplit('/').next().unwrap_or_default(),
        None => "",
    };
    let mut user = kubernetes::Caller::from(caller);
    user.username = username(entry, caller, session);
    user.groups = entry.groups.clone();
    user.rights = Rights::of_groups(&user.groups);
    for (policy, grant) in &entry.policies {
        user.rights.grant(policy, &grant.namespaces);
    }
    user.groups.push("system:authenticated".to_owned());
    user.extra
        .insert("canonicalArn".to_owned(), vec![principal.to_owned()]);
    user.extra
        .insert("sessionName".to_owned(), vec![session.to_owned()]);
    Some(user)
}

/// The entry's username, with what it says of the caller filled in. An `@` of a session's name becomes a hyphen, but in
/// its raw form.
fn username(entry: &AccessEntry, caller: &Caller, session: &str) -> String {
    entry
        .username
        .replace("{{SessionName}}", &session.replace('@', "-"))
        .replace("{{SessionNameRaw}}", session)
        .replace("{{AccountID}}", &caller.account().to_string())
        // The name of an instance is not known here: its id, as the session's name has it, tells nodes apart as well.
        .replace("{{EC2PrivateDNSName}}", session)
}

//! Certificate authorities of a cluster: how they are found and changed, and how they look in answers.
//!
//! The server has one key for all of them, so that its own certificate is good under each: whoever trusts what a cluster
//! answers reaches it, before, during and after a rotation. EKS appends and activates authorities by itself shortly before
//! one expires; here nothing happens that nobody asked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;

use super::update::{self, Status};
use super::{Cause, EksError, cluster};
use crate::clock::epoch_seconds;
use crate::state::eks::{
    Actor, CertificateAuthority, Cluster, Phase, SigningStatus, Update, Updated,
};
use crate::state::request_token::RequestToken;
use crate::store::Context;
use crate::validation::{ANY_TEXT, Member};

pub(super) const ID: Member = Member::new("certificateAuthorityId", ANY_TEXT).required();

/// The kind of the updates, as on the wire.
const UPDATE: &str = "CertificateAuthorityUpdate";
/// The parameter of an update that names the authority.
const ID_PARAM: &str = "CertificateAuthorityId";

/// An authority and its cluster.
pub(super) fn find<'c>(
    cx: &'c Context,
    cluster_name: &str,
    id: &str,
) -> Result<(&'c Cluster, &'c CertificateAuthority), EksError> {
    let cluster = cluster::find(cx, cluster_name)?;
    match cluster.certificate_authorities.row(id) {
        Some(authority) => Ok((cluster, authority)),
        None => Err(Cause::CertificateAuthorityNotFound(id.to_owned()).in_cluster(cluster_name)),
    }
}

/// Whether the authorities of a cluster can change now. The service model has no `InvalidRequestException` for them.
pub(super) fn check_idle(cx: &Context, cluster: &Cluster) -> Result<(), Cause> {
    match cluster.life.phase(cx.now) {
        Phase::Creating | Phase::Deleting => Err(Cause::ClusterNotReady(cluster.name.clone())),
        Phase::Active | Phase::Updating => {
            update::check_idle(cx, cluster, &Updated::Cluster, UPDATE)
        }
    }
}

/// A new update about an authority.
pub(super) fn update(cx: &mut Context, id: &str, request: Option<RequestToken>) -> Update {
    let params = vec![(ID_PARAM, id.to_owned())];
    update::new(cx, Updated::Cluster, UPDATE, params, request)
}

/// The answer that holds an update, and the authority that it is about.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    update: update::Output,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_authority: Option<Summary>,
}

/// An authority in short.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    id: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    created_by: Actor,
    #[serde(flatten)]
    activated: Option<Activated>,
    signing_status: SigningStatus,
    distribution_status: Distribution,
}

/// Whether the parts of the cluster that EKS looks after trust an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Distribution {
    InProgress,
    Complete,
    Deleting,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Activated {
    #[serde(serialize_with = "epoch_seconds::serialize")]
    activated_at: Timestamp,
    activated_by: Actor,
}

/// An authority in full.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    #[serde(flatten)]
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    validity: Option<Validity>,
    rollback_available: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Validity {
    #[serde(serialize_with = "epoch_seconds::serialize")]
    not_before: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    not_after: Timestamp,
}

impl Distribution {
    pub(super) fn of(authority: &CertificateAuthority, now: Timestamp) -> Self {
        match authority.life.phase(now) {
            Phase::Creating => Self::InProgress,
            Phase::Active | Phase::Updating => Self::Complete,
            Phase::Deleting => Self::Deleting,
        }
    }
}

impl Output {
    /// What answers a request that has just been made: nothing of the update is over yet.
    pub(super) fn new(
        cluster: &Cluster,
        update: &Update,
        signing_status: SigningStatus,
        distribution_status: Distribution,
    ) -> Self {
        let id = update.params.iter().find(|(name, _)| *name == ID_PARAM);
        let authority = id.and_then(|(_, id)| cluster.certificate_authorities.row(id));
        Self {
            update: update::Output::new(update, Status::InProgress),
            certificate_authority: authority
                .map(|authority| Summary::with(authority, signing_status, distribution_status)),
        }
    }
}

impl Summary {
    /// An authority as it is.
    pub(super) fn new(cluster: &Cluster, authority: &CertificateAuthority, now: Timestamp) -> Self {
        let signing_status = cluster.signing.status(&authority.id, now);
        Self::with(authority, signing_status, Distribution::of(authority, now))
    }

    fn with(
        authority: &CertificateAuthority,
        signing_status: SigningStatus,
        distribution_status: Distribution,
    ) -> Self {
        let activated = |(activated_at, activated_by)| Activated {
            activated_at,
            activated_by,
        };
        Self {
            id: authority.id.clone(),
            created_at: authority.created,
            created_by: authority.created_by,
            activated: authority.activated.map(activated),
            signing_status,
            distribution_status,
        }
    }
}

impl View {
    pub(super) fn new(cluster: &Cluster, authority: &CertificateAuthority, now: Timestamp) -> Self {
        let certificate = cluster.certificate(authority).ok();
        Self {
            summary: Summary::new(cluster, authority, now),
            validity: certificate.map(|certificate| Validity {
                not_before: certificate.not_before,
                not_after: certificate.not_after,
            }),
            rollback_available: cluster.signing.can_roll_back_to(&authority.id, now),
            data: certificate.map(|certificate| STANDARD.encode(&certificate.pem)),
        }
    }
}

//! Updates: how they are found, and how they look in answers.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Cause, idempotency};
use crate::clock::epoch_seconds;
use crate::delay::EksDelay;
use crate::state::eks::{Cluster, Params, Phase, Update, Updated};
use crate::state::request_token::RequestToken;
use crate::store::Context;

/// What of the cluster a request about updates means: the cluster itself, if it does not say.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Of {
    pub(super) nodegroup_name: Option<String>,
    pub(super) addon_name: Option<String>,
    pub(super) capability_name: Option<String>,
}

impl Of {
    pub(super) fn into_updated(self) -> Updated {
        match (self.nodegroup_name, self.addon_name, self.capability_name) {
            (Some(name), ..) => Updated::Nodegroup(name),
            (None, Some(name), _) => Updated::Addon(name),
            (None, None, Some(name)) => Updated::Capability(name),
            (None, None, None) => Updated::Cluster,
        }
    }
}

/// One parameter, with a value that is written as JSON.
pub(super) fn json_param(kind: &'static str, value: &impl Serialize) -> Params {
    let text = serde_json::to_string(value);
    text.into_iter().map(|text| (kind, text)).collect()
}

/// The answer of this very request, if it came before. If not, whether an update of this kind can begin.
pub(super) fn repeated(
    cx: &Context,
    cluster: &Cluster,
    updated: &Updated,
    kind: &'static str,
    request: Option<RequestToken>,
) -> Result<Option<Output>, Cause> {
    match idempotency::made_before(&cluster.updates, request)? {
        Some(update) => Ok(Some(Output::new(update, Status::InProgress))),
        None => check_idle(cx, cluster, updated, kind).map(|()| None),
    }
}

/// Whether an update of this kind can begin: only what is active can be updated.
pub(super) fn check_idle(
    cx: &Context,
    cluster: &Cluster,
    updated: &Updated,
    kind: &'static str,
) -> Result<(), Cause> {
    let name = cluster.name.clone();
    match updated {
        Updated::Cluster => match cluster.life.phase(cx.now) {
            Phase::Active => Ok(()),
            Phase::Creating | Phase::Deleting => Err(Cause::ClusterNotActive(name)),
            Phase::Updating => {
                let key = updated.key("");
                let mut updates = cluster.updates.scan(&key, None);
                let running = updates.find(|(_, update)| cx.now < update.done);
                let id = running.map(|(_, update)| update.id.clone());
                Err(Cause::UpdateInProgress(kind, name, id.unwrap_or_default()))
            }
        },
        Updated::Addon(addon) => match cluster.addons.row(addon) {
            Some(row) if row.life.phase(cx.now) != Phase::Active => {
                Err(Cause::AddonNotActive(addon.clone()))
            }
            _ => Ok(()),
        },
        Updated::Capability(capability) => match cluster.capabilities.row(capability) {
            Some(row) if row.life.phase(cx.now) != Phase::Active => {
                Err(Cause::CapabilityNotActive(capability.clone()))
            }
            _ => Ok(()),
        },
        Updated::Nodegroup(nodegroup) => match cluster.nodegroups.row(nodegroup) {
            Some(row) if row.life.phase(cx.now) != Phase::Active => Err(Cause::NodegroupNotActive),
            _ => Ok(()),
        },
    }
}

/// A new update of something.
pub(super) fn new(
    cx: &mut Context,
    updated: Updated,
    kind: &'static str,
    params: Params,
    request: Option<RequestToken>,
) -> Update {
    Update {
        id: cx.ids.uuid(),
        updated,
        kind: kind.into(),
        params: params
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect(),
        created: cx.now,
        done: cx.after(EksDelay::Update),
        request,
    }
}

/// The answer that holds one update.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    update: View,
}

/// Where an update stands.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) enum Status {
    InProgress,
    Successful,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    id: String,
    status: Status,
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    params: Vec<Param>,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    errors: [(); 0],
}

#[derive(Debug, Serialize)]
struct Param {
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    value: String,
}

impl Status {
    pub(super) fn of(update: &Update, now: Timestamp) -> Self {
        match now < update.done {
            true => Self::InProgress,
            false => Self::Successful,
        }
    }
}

impl Output {
    pub(super) fn new(update: &Update, status: Status) -> Self {
        let param = |(kind, value): &(Cow<'static, str>, String)| Param {
            kind: kind.clone(),
            value: value.clone(),
        };
        Self {
            update: View {
                id: update.id.clone(),
                status,
                kind: update.kind.clone(),
                params: update.params.iter().map(param).collect(),
                created_at: update.created,
                errors: [],
            },
        }
    }
}

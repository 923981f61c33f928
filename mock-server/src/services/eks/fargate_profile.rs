//! Fargate profiles: how they are found, and how they look in answers.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Cause, EksError, cluster};
use crate::clock::epoch_seconds;
use crate::state::eks::{Attachment, Cluster, Phase, Tags};
use crate::store::Context;

/// A Fargate profile and its cluster.
pub(super) fn find<'c>(
    cx: &'c Context,
    cluster_name: &str,
    name: &str,
) -> Result<(&'c Cluster, &'c Attachment), EksError> {
    let cluster = cluster::find(cx, cluster_name)?;
    match cluster.fargate_profiles.row(name) {
        Some(profile) => Ok((cluster, profile)),
        None => Err(refuse(
            Cause::FargateProfileNotFound(name.to_owned()),
            cluster_name,
            name,
        )),
    }
}

/// The error of a cause that is about a Fargate profile.
pub(super) fn refuse(cause: Cause, cluster_name: &str, name: &str) -> EksError {
    let error = cause.in_cluster(cluster_name);
    match error.is_in_use() {
        // The one error whose model does not have this member.
        true => error,
        false => error.about("fargateProfileName", name),
    }
}

/// The answer that holds one Fargate profile.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    fargate_profile: View,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    fargate_profile_name: String,
    fargate_profile_arn: String,
    cluster_name: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    status: Phase,
    tags: Tags,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

impl Output {
    pub(super) fn new(cluster: &Cluster, profile: &Attachment, status: Phase) -> Self {
        let name = format!("{}/{}", profile.name, profile.id);
        let view = View {
            fargate_profile_name: profile.name.clone(),
            fargate_profile_arn: cluster.arn_of("fargateprofile", &name),
            cluster_name: cluster.name.clone(),
            created_at: profile.created,
            status,
            tags: profile.tags.clone(),
            settings: profile.settings.clone(),
        };
        Self {
            fargate_profile: view,
        }
    }
}

//! Capabilities of a cluster: their settings, how they are found, and how they look in answers. Nothing of
//! them runs.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::members::TEXTS;
use super::{Cause, EksError, cluster};
use crate::clock::epoch_seconds;
use crate::state::eks::{Attachment, Cluster, Phase, Tags};
use crate::store::Context;
use crate::validation::{ANY_TEXT, Member, Pattern, Shape};

pub(super) const NAME: Member = Member::new("capabilityName", ANY_TEXT).required();
pub(super) const DELETE_PROPAGATION_POLICY: Member =
    Member::new("deletePropagationPolicy", Shape::Enum(&["RETAIN"]));

const SERVICE_NAME: Pattern = Pattern {
    text: r"^[a-z][a-z0-9]*$",
    accepts: |text| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    },
    instead: None,
};
const ENDPOINT_PREFIX: Pattern = Pattern {
    text: r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
    accepts: |text| {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        text.bytes().all(allowed) && !text.starts_with('-') && !text.ends_with('-')
    },
    instead: None,
};

const ROLE_MAPPING: Shape = Shape::Structure(&[
    Member::new("role", Shape::Enum(&["ADMIN", "EDITOR", "VIEWER"])).required(),
    Member::new(
        "identities",
        Shape::List(
            0,
            usize::MAX,
            &Shape::Structure(&[
                Member::new("id", ANY_TEXT).required(),
                Member::new("type", Shape::Enum(&["SSO_USER", "SSO_GROUP"])).required(),
            ]),
        ),
    )
    .required(),
]);
const ROLE_MAPPINGS: Shape = Shape::List(0, usize::MAX, &ROLE_MAPPING);
const NETWORK_ACCESS: Member = Member::new(
    "networkAccess",
    Shape::Structure(&[Member::new("vpceIds", TEXTS)]),
);
const ACK: Member = Member::new(
    "ack",
    Shape::Structure(&[
        Member::new("enableCrossNamespace", Shape::Boolean),
        Member::new(
            "disabledServices",
            Shape::List(0, 200, &Shape::Text(1, 63, Some(SERVICE_NAME))),
        ),
    ]),
);

/// The configuration of a new capability.
pub(super) const CONFIGURATION: Member = Member::new(
    "configuration",
    Shape::Structure(&[
        Member::new(
            "argoCd",
            Shape::Structure(&[
                Member::new("namespace", ANY_TEXT),
                Member::new(
                    "awsIdc",
                    Shape::Structure(&[
                        Member::new("idcInstanceArn", ANY_TEXT).required(),
                        Member::new("idcRegion", ANY_TEXT),
                    ]),
                )
                .required(),
                Member::new("rbacRoleMappings", ROLE_MAPPINGS),
                NETWORK_ACCESS,
                Member::new("endpointPrefix", Shape::Text(1, 50, Some(ENDPOINT_PREFIX))),
            ]),
        ),
        ACK,
    ]),
);

/// Changes to the configuration of a capability.
pub(super) const CHANGED_CONFIGURATION: Member = Member::new(
    "configuration",
    Shape::Structure(&[
        Member::new(
            "argoCd",
            Shape::Structure(&[
                Member::new(
                    "rbacRoleMappings",
                    Shape::Structure(&[
                        Member::new("addOrUpdateRoleMappings", ROLE_MAPPINGS),
                        Member::new("removeRoleMappings", ROLE_MAPPINGS),
                    ]),
                ),
                NETWORK_ACCESS,
            ]),
        ),
        ACK,
    ]),
);

/// A capability and its cluster.
pub(super) fn find<'c>(
    cx: &'c Context,
    cluster_name: &str,
    name: &str,
) -> Result<(&'c Cluster, &'c Attachment), EksError> {
    let cluster = cluster::find(cx, cluster_name)?;
    match cluster.capabilities.row(name) {
        Some(capability) => Ok((cluster, capability)),
        None => Err(Cause::CapabilityNotFound(name.to_owned()).in_cluster(cluster_name)),
    }
}

/// The type of a capability, as on the wire.
pub(super) fn kind(capability: &Attachment) -> &str {
    let kind = capability.settings.get("type").and_then(Value::as_str);
    kind.unwrap_or_default()
}

/// The ARN of a capability, which tells its type.
pub(super) fn arn(cluster: &Cluster, capability: &Attachment) -> String {
    let Attachment { name, id, .. } = capability;
    let kind = kind(capability).to_lowercase();
    cluster.arn_of("capability", &format!("{kind}/{name}/{id}"))
}

/// The answer that holds one capability.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    capability: View,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    #[serde(flatten)]
    summary: Summary,
    cluster_name: String,
    tags: Tags,
    health: Health,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

#[derive(Debug, Serialize)]
struct Health {
    issues: [(); 0],
}

/// A capability as lists show it, but for its type.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    capability_name: String,
    arn: String,
    status: Phase,
    version: &'static str,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    created_at: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    modified_at: Timestamp,
}

impl Summary {
    pub(super) fn new(cluster: &Cluster, capability: &Attachment, status: Phase) -> Self {
        Self {
            capability_name: capability.name.clone(),
            arn: arn(cluster, capability),
            status,
            version: "1.0.0",
            created_at: capability.created,
            modified_at: capability.modified,
        }
    }
}

impl Output {
    pub(super) fn new(cluster: &Cluster, capability: &Attachment, status: Phase) -> Self {
        let view = View {
            summary: Summary::new(cluster, capability, status),
            cluster_name: cluster.name.clone(),
            tags: capability.tags.clone(),
            health: Health { issues: [] },
            settings: capability.settings.clone(),
        };
        Self { capability: view }
    }
}

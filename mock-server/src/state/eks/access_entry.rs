//! Access entries: which IAM principals a cluster knows, and what they may do there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::state::request_token::{RequestToken, Requested};
use crate::state::table::Row;
use crate::store::Context;

/// An access entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AccessEntry {
    pub(crate) principal_arn: String,
    /// The last part of its ARN.
    pub(crate) id: String,
    pub(crate) groups: Vec<String>,
    pub(crate) username: String,
    /// The type, as on the wire.
    pub(crate) kind: String,
    /// The access policies, by ARN.
    pub(crate) policies: BTreeMap<String, AccessGrant>,
    pub(crate) tags: Tags,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// The request that made the entry.
    pub(crate) request: Option<RequestToken>,
}

/// Where an access policy holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AccessGrant {
    /// The namespaces; none means the whole cluster.
    pub(crate) namespaces: Vec<String>,
    pub(crate) associated: Timestamp,
    pub(crate) modified: Timestamp,
}

impl AccessEntry {
    /// Index of the ids.
    pub(crate) const BY_ID: usize = 1;

    /// The entry that a cluster's creator gets, with an access policy for all of the cluster.
    pub(crate) fn of_creator(cx: &mut Context) -> Self {
        let partition = cx.partition();
        let policy = "cluster-access-policy/AmazonEKSClusterAdminPolicy";
        let principal_arn = cx.scope.caller.arn();
        let grant = AccessGrant {
            namespaces: Vec::new(),
            associated: cx.now,
            modified: cx.now,
        };
        Self {
            id: cx.ids.uuid(),
            groups: Vec::new(),
            username: principal_arn.clone(),
            principal_arn,
            kind: "STANDARD".to_owned(),
            policies: BTreeMap::from([(format!("arn:{partition}:eks::aws:{policy}"), grant)]),
            tags: Tags::new(),
            created: cx.now,
            modified: cx.now,
            request: None,
        }
    }
}

impl Requested for AccessEntry {
    const BY_REQUEST: usize = 0;

    fn request(&self) -> Option<RequestToken> {
        self.request
    }
}

impl Row for AccessEntry {
    type Indices = [String; 2];

    fn key(&self) -> String {
        self.principal_arn.clone()
    }

    fn indices(&self) -> Self::Indices {
        [
            RequestToken::index_text(self.request.as_ref()),
            self.id.clone(),
        ]
    }
}

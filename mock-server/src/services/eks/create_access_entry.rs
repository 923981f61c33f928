use std::collections::BTreeMap;

use serde::Deserialize;

use super::access_entry::{self, Output, STANDARD};
use super::access_rule::{self, AccessRule};
use super::tag_resource::TagResource;
use super::{Cause, Eks, EksError, cluster, idempotency, members, permission, tag};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{AccessEntry, Cluster, Tags};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{ANY_TEXT, Member};

/// Lets an IAM principal into a cluster.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateAccessEntry {
    #[serde(rename = "name")]
    cluster_name: String,
    principal_arn: String,
    #[serde(default)]
    kubernetes_groups: Vec<String>,
    #[serde(default)]
    tags: Tags,
    client_request_token: Option<String>,
    username: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Operation for CreateAccessEntry {
    const NAME: &'static str = "CreateAccessEntry";
    const ROUTE: Route = Route::post("/clusters/{name}/access-entries");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        members::PRINCIPAL_ARN,
        members::KUBERNETES_GROUPS,
        members::TAGS,
        members::CLIENT_REQUEST_TOKEN,
        members::USERNAME,
        Member::new("type", ANY_TEXT),
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceInUseException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let (cluster, principal) = (&self.cluster_name, &self.principal_arn);
        let create = permission::on_cluster::<Self>(cx, cluster)
            .with("eks:principalArn", principal.as_str())
            .with(
                "eks:accessEntryType",
                self.kind.as_deref().unwrap_or(STANDARD),
            )
            .given("eks:username", self.username.as_deref())
            .listing("eks:kubernetesGroups", &self.kubernetes_groups);
        permission::with_tags(create, &self.tags, || {
            permission::on_access_entry::<TagResource>(cx, cluster, principal)
        })
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        access_rule::check_names(self.username.as_deref(), &self.kubernetes_groups)
            .map_err(Cause::from)
            .and_then(|()| Ok(tag::check(&self.tags)?))
            .map_err(|cause| cause.in_cluster(&self.cluster_name))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = access_entry::cluster(cx, &self.cluster_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let refuse = |cause: Cause| cause.in_cluster(&self.cluster_name);
        let made = idempotency::made_before(&cluster.access_entries, request).map_err(refuse)?;
        if let Some(made) = made {
            return Ok(Output::new(cluster, made));
        }
        let (username, groups) = self.admit(cx, cluster).map_err(refuse)?;
        let entry = AccessEntry {
            id: cx.ids.uuid(),
            principal_arn: self.principal_arn,
            groups,
            username,
            kind: self.kind.unwrap_or_else(|| STANDARD.to_owned()),
            policies: BTreeMap::new(),
            tags: self.tags,
            created: cx.now,
            modified: cx.now,
            request,
        };
        cluster::change(cx, &self.cluster_name, |cluster| {
            let output = Output::new(cluster, &entry);
            cluster.access_entries.put(entry);
            output
        })
    }
}

impl CreateAccessEntry {
    /// Username and groups of the entry, if the cluster can take it.
    fn admit(&self, cx: &Context, cluster: &Cluster) -> Result<(String, Vec<String>), Cause> {
        cluster::check_there(cx, cluster)?;
        let kind = self.kind.as_deref().unwrap_or(STANDARD);
        let principal = access_entry::principal(cx, &self.principal_arn, kind)?;
        if cluster.access_entries.row(&self.principal_arn).is_some() {
            return Err(Cause::AccessEntryExists);
        }
        let (username, groups) = access_entry::defaults(kind, &principal)?;
        if kind == STANDARD {
            let username = self.username.clone().unwrap_or(username);
            return Ok((username, self.kubernetes_groups.clone()));
        }
        let only_standard = |member| AccessRule::OnlyStandard(member, kind.to_owned());
        if self.username.is_some() {
            return Err(only_standard("username").into());
        }
        match self.kubernetes_groups.is_empty() {
            true => Ok((username, groups)),
            false => Err(only_standard("kubernetesGroups").into()),
        }
    }
}

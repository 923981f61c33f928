//! The resources that EKS's operations need permission for: their ARNs, tags and keys.

use serde_json::{Map, Value};

use super::settings::COMPUTE_CONFIG;
use super::tag::Tagged;
use super::update::Of;
use super::{access_entry, capability};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::eks::{AccessEntry, Association, Attachment, Cluster, Tags};
use crate::state::table::Table;
use crate::store::Context;

/// The service that assumes the roles of associations.
const POD_IDENTITY: &str = "pods.eks.amazonaws.com";

/// The operation, which knows no resources: EKS asks for all that the account has in the region.
pub(super) fn on_anything<O: Operation>(cx: &Context) -> Permission {
    let (partition, region, account) = (cx.partition(), &cx.scope.region, cx.account());
    Permission::of::<O>(format!("arn:{partition}:eks:{region}:{account}:*"))
}

/// Making something with tags takes the action that tags it as well. The Service Authorization Reference does not say
/// so, denials do (aws-cdk issue 7163, gravitational/teleport pull request 44736).
pub(super) fn with_tags(
    create: Permission,
    tags: &Tags,
    tag: impl FnOnce() -> Permission,
) -> Vec<Permission> {
    let create = create.setting_tags(tags);
    match tags.is_empty() {
        true => vec![create],
        false => vec![create, tag().setting_tags(tags)],
    }
}

/// The operation on a cluster, which need not exist.
pub(crate) fn on_cluster<O: Operation>(cx: &Context, name: &str) -> Permission {
    match cx.eks().cluster(name) {
        Some(cluster) => on_tagged::<O>(cluster.arn.clone(), &cluster.tags),
        None => Permission::of::<O>(arn(cx, "cluster", name)),
    }
}

fn on_tagged<O: Operation>(arn: String, tags: &Tags) -> Permission {
    Permission::of::<O>(arn).tagged("aws:ResourceTag", tags)
}

/// An ARN of EKS's in the caller's account and region.
pub(super) fn arn(cx: &Context, kind: &str, rest: &str) -> String {
    let (partition, region, account) = (cx.partition(), &cx.scope.region, cx.account());
    format!("arn:{partition}:eks:{region}:{account}:{kind}/{rest}")
}

/// The operation on what a cluster has of this kind: by ARN and tags if it exists, else with any id.
fn on_part<O: Operation>(
    cx: &Context,
    (cluster, kind, name): (&str, &str, &str),
    found: impl FnOnce(&Cluster) -> Option<(&str, &Tags)>,
) -> Permission {
    match cx.eks().cluster(cluster).and_then(found) {
        Some((id, tags)) => on_tagged::<O>(arn(cx, kind, &format!("{cluster}/{name}/{id}")), tags),
        None => Permission::of::<O>(arn(cx, kind, &format!("{cluster}/{name}/*"))),
    }
}

/// The operation on an add-on.
pub(super) fn on_addon<O: Operation>(cx: &Context, cluster: &str, name: &str) -> Permission {
    on_part::<O>(cx, (cluster, "addon", name), |cluster| {
        let addon = cluster.addons.row(name)?;
        Some((&addon.id, &addon.tags))
    })
}

/// The operation on a node group.
pub(super) fn on_nodegroup<O: Operation>(cx: &Context, cluster: &str, name: &str) -> Permission {
    on_part::<O>(cx, (cluster, "nodegroup", name), |cluster| {
        let nodegroup = cluster.nodegroups.row(name)?;
        Some((&nodegroup.id, &nodegroup.tags))
    })
}

/// The operation on a Fargate profile.
pub(super) fn on_fargate_profile<O: Operation>(
    cx: &Context,
    cluster: &str,
    name: &str,
) -> Permission {
    on_part::<O>(cx, (cluster, "fargateprofile", name), |cluster| {
        attached(&cluster.fargate_profiles, name)
    })
}

/// The operation on an OIDC provider of a cluster.
pub(super) fn on_identity_provider<O: Operation>(
    cx: &Context,
    cluster: &str,
    name: &str,
) -> Permission {
    let kind = "identityproviderconfig";
    on_part::<O>(cx, (cluster, kind, &format!("oidc/{name}")), |cluster| {
        attached(&cluster.identity_providers, name)
    })
}

/// The operation on a capability.
pub(super) fn on_capability<O: Operation>(cx: &Context, cluster: &str, name: &str) -> Permission {
    let found = cx.eks().cluster(cluster);
    let found = found.and_then(|cluster| Some((cluster, cluster.capabilities.row(name)?)));
    match found {
        Some((cluster, row)) => on_tagged::<O>(capability::arn(cluster, row), &row.tags),
        None => Permission::of::<O>(arn(cx, "capability", &format!("{cluster}/*/{name}/*"))),
    }
}

/// The operation on an EKS Anywhere subscription.
pub(super) fn on_subscription<O: Operation>(cx: &Context, id: &str) -> Permission {
    match cx.eks().subscriptions.row(id) {
        Some(found) => on_tagged::<O>(found.arn.clone(), &found.tags),
        None => Permission::of::<O>(arn(cx, "eks-anywhere-subscription", id)),
    }
}

fn attached<'t>(rows: &'t Table<Attachment>, name: &str) -> Option<(&'t str, &'t Tags)> {
    rows.row(name).map(|found| (found.id.as_str(), &found.tags))
}

/// The operation on an association.
pub(super) fn on_association<O: Operation>(cx: &Context, cluster: &str, id: &str) -> Permission {
    let permission = Permission::of::<O>(arn(
        cx,
        "podidentityassociation",
        &format!("{cluster}/{id}"),
    ));
    let found = cx.eks().cluster(cluster);
    let found = found.and_then(|cluster| cluster.associations.find(Association::BY_ID, id));
    permission.tagged(
        "aws:ResourceTag",
        found.iter().flat_map(|found| &found.extras.tags),
    )
}

/// The operation on an access entry, with the keys that these have.
pub(super) fn on_access_entry<O: Operation>(
    cx: &Context,
    cluster_name: &str,
    principal_arn: &str,
) -> Permission {
    let cluster = cx.eks().cluster(cluster_name);
    let entry = cluster.and_then(|cluster| cluster.access_entries.row(principal_arn));
    let id = entry.map_or("*", |entry| &entry.id);
    let path = access_entry::principal_path(principal_arn, id);
    let arn = arn(cx, "access-entry", &format!("{cluster_name}/{path}"));
    let permission = Permission::of::<O>(arn)
        .with("eks:clusterName", cluster_name)
        .with("eks:principalArn", principal_arn);
    match entry {
        Some(entry) => with_entry(permission, entry),
        None => permission,
    }
}

fn with_entry(permission: Permission, entry: &AccessEntry) -> Permission {
    permission
        .with("eks:accessEntryType", entry.kind.as_str())
        .with("eks:username", entry.username.as_str())
        .listing("eks:kubernetesGroups", &entry.groups)
        .tagged("aws:ResourceTag", &entry.tags)
}

/// The operation on the updates of a cluster, or of a part of it.
pub(super) fn on_updated<O: Operation>(cx: &Context, cluster: &str, of: &Of) -> Permission {
    match (&of.nodegroup_name, &of.addon_name, &of.capability_name) {
        (Some(name), ..) => on_nodegroup::<O>(cx, cluster, name),
        (None, Some(name), _) => on_addon::<O>(cx, cluster, name),
        (None, None, Some(name)) => on_capability::<O>(cx, cluster, name),
        (None, None, None) => on_cluster::<O>(cx, cluster),
    }
}

/// The operation on what carries tags, by its ARN.
pub(super) fn on_arn<O: Operation>(cx: &Context, arn: &str) -> Permission {
    let resource = Tagged::parse(cx, arn).ok();
    let tags = resource.and_then(|resource| resource.tags(cx.eks()));
    Permission::of::<O>(arn).tagged("aws:ResourceTag", tags.into_iter().flatten())
}

/// Handing a role to EKS Pod Identity for an association of a cluster: the two keys by which policies confine
/// it (EKS user guide, "Learn how EKS Pod Identity grants pods access to AWS services").
pub(super) fn pass_to_pods(cx: &Context, role_arn: &str, cluster: &str) -> Permission {
    Permission::pass_role(role_arn, POD_IDENTITY)
        .with("iam:AssociatedResourceArn", arn(cx, "cluster", cluster))
}

/// Handing the role of its nodes to a cluster that runs them by itself.
pub(super) fn pass_to_nodes(settings: &Map<String, Value>) -> Option<Permission> {
    let role_arn = settings.get(COMPUTE_CONFIG.name)?.get("nodeRoleArn")?;
    Some(Permission::pass_role(
        role_arn.as_str()?,
        "ec2.amazonaws.com",
    ))
}

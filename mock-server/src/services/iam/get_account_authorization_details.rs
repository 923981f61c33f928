use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::view::{AttachedPolicy, BoundaryView, InstanceProfileView, RoleLastUsed, VersionView};
use super::{Iam, IamError, document, lookup, members, permission, trust, view};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::{Group, Permissions, Policy, Role, Tag, User};
use crate::state::page::{Page, part};
use crate::store::{Context, Read};
use crate::validation::{Member, Shape};

/// Describes everything in the account at once: users, groups and roles with their policies, and managed
/// policies with their versions.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetAccountAuthorizationDetails {
    #[serde(default)]
    filter: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of entities, by their kinds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_detail_list: Vec<UserDetail>,
    group_detail_list: Vec<GroupDetail>,
    role_detail_list: Vec<RoleDetail>,
    policies: Vec<PolicyDetail>,
    #[serde(flatten)]
    more: More,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserDetail {
    path: String,
    user_name: String,
    user_id: String,
    arn: String,
    create_date: Timestamp,
    user_policy_list: Vec<InlinePolicy>,
    group_list: Vec<String>,
    attached_managed_policies: Vec<AttachedPolicy>,
    permissions_boundary: Option<BoundaryView>,
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct GroupDetail {
    path: String,
    group_name: String,
    group_id: String,
    arn: String,
    create_date: Timestamp,
    group_policy_list: Vec<InlinePolicy>,
    attached_managed_policies: Vec<AttachedPolicy>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleDetail {
    path: String,
    role_name: String,
    role_id: String,
    arn: String,
    create_date: Timestamp,
    assume_role_policy_document: String,
    instance_profile_list: Vec<InstanceProfileView>,
    role_policy_list: Vec<InlinePolicy>,
    attached_managed_policies: Vec<AttachedPolicy>,
    permissions_boundary: Option<BoundaryView>,
    tags: Vec<Tag>,
    role_last_used: RoleLastUsed,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct InlinePolicy {
    policy_name: String,
    policy_document: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyDetail {
    policy_name: String,
    policy_id: String,
    arn: String,
    path: String,
    default_version_id: String,
    attachment_count: usize,
    permissions_boundary_usage_count: usize,
    is_attachable: bool,
    description: Option<String>,
    create_date: Timestamp,
    update_date: Timestamp,
    policy_version_list: Vec<VersionView>,
}

#[derive(Debug, Clone, Copy)]
enum Entity<'c> {
    User(&'c User),
    Group(&'c Group),
    Role(&'c Role),
    Policy(&'c Policy),
}

impl Operation for GetAccountAuthorizationDetails {
    const NAME: &'static str = "GetAccountAuthorizationDetails";
    const INPUT: &'static [Member] = &[
        Member::new(
            "Filter",
            Shape::List(0, usize::MAX, &Shape::Enum(members::ENTITY_TYPES)),
        ),
        members::MAX_ITEMS,
        members::MARKER,
    ];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>()]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let wanted =
            |kind: &str| self.filter.is_empty() || self.filter.iter().any(|wanted| wanted == kind);
        let after = self.paging.after()?;
        let after = after.as_deref();
        let iam = cx.iam();
        // A table that is not wanted is not even walked through.
        let users = wanted("User").then(|| part('a', &iam.users, "", after));
        let groups = wanted("Group").then(|| part('b', &iam.groups, "", after));
        let roles = wanted("Role").then(|| part('c', &iam.roles, "", after));
        let policies = [
            ("LocalManagedPolicy", 'd', &iam.policies),
            (
                "AWSManagedPolicy",
                'e',
                cx.settings.aws_managed.policies(cx.partition()),
            ),
        ];
        let policies = policies
            .into_iter()
            .filter(|(kind, ..)| wanted(kind))
            .flat_map(|(_, mark, table)| part(mark, table, "", after));
        let (users, groups) = (users.into_iter().flatten(), groups.into_iter().flatten());
        let rows = users
            .map(|(key, user)| (key, Entity::User(user)))
            .chain(groups.map(|(key, group)| (key, Entity::Group(group))))
            .chain(
                roles
                    .into_iter()
                    .flatten()
                    .map(|(key, role)| (key, Entity::Role(role))),
            )
            .chain(policies.map(|(key, policy)| (key, Entity::Policy(policy))));
        let (entities, more) = More::after(Page::of(rows, self.paging.limit(), |entity| entity));
        let mut output = Output {
            user_detail_list: Vec::new(),
            group_detail_list: Vec::new(),
            role_detail_list: Vec::new(),
            policies: Vec::new(),
            more,
        };
        for entity in entities {
            match entity {
                Entity::User(user) => output.user_detail_list.push(UserDetail::of(cx, user)),
                Entity::Group(group) => output.group_detail_list.push(GroupDetail::of(group)),
                Entity::Role(role) => output.role_detail_list.push(RoleDetail::of(cx, role)),
                Entity::Policy(policy) => output.policies.push(PolicyDetail::of(cx, policy)),
            }
        }
        Ok(output)
    }
}

/// The inline policies of an entity, by name.
fn inline(permissions: &Permissions) -> Vec<InlinePolicy> {
    let inline = permissions.inline.iter();
    let inline = inline.map(|(name, stored)| InlinePolicy {
        policy_name: name.clone(),
        policy_document: document::encoded(&stored.text),
    });
    inline.collect()
}

impl UserDetail {
    fn of(cx: &Context, user: &User) -> Self {
        let groups = cx.iam().groups_of(user).into_iter();
        Self {
            path: user.path.clone(),
            user_name: user.name.clone(),
            user_id: user.id.clone(),
            arn: user.arn.clone(),
            create_date: user.created,
            user_policy_list: inline(&user.permissions),
            group_list: groups.map(|group| group.name.clone()).collect(),
            attached_managed_policies: view::attached(&user.permissions).collect(),
            permissions_boundary: BoundaryView::of(&user.permissions),
            tags: user.tags.to_vec(),
        }
    }
}

impl GroupDetail {
    fn of(group: &Group) -> Self {
        Self {
            path: group.path.clone(),
            group_name: group.name.clone(),
            group_id: group.id.clone(),
            arn: group.arn.clone(),
            create_date: group.created,
            group_policy_list: inline(&group.permissions),
            attached_managed_policies: view::attached(&group.permissions).collect(),
        }
    }
}

impl RoleDetail {
    fn of(cx: &Context, role: &Role) -> Self {
        let profiles = role.instance_profiles.iter();
        let profiles = profiles.filter_map(|key| cx.iam().instance_profiles.row(key));
        Self {
            path: role.path.clone(),
            role_name: role.name.clone(),
            role_id: role.id.clone(),
            arn: role.arn.clone(),
            create_date: role.created,
            assume_role_policy_document: document::encoded(&trust::current_text(cx.state, role)),
            instance_profile_list: profiles
                .map(|profile| InstanceProfileView::listed(cx, profile))
                .collect(),
            role_policy_list: inline(&role.permissions),
            attached_managed_policies: view::attached(&role.permissions).collect(),
            permissions_boundary: BoundaryView::of(&role.permissions),
            tags: role.tags.to_vec(),
            role_last_used: RoleLastUsed {},
        }
    }
}

impl PolicyDetail {
    fn of(cx: &Context, policy: &Policy) -> Self {
        let usage = lookup::usage(cx, &policy.arn);
        let newest_first = policy.versions.keys().rev();
        Self {
            policy_name: policy.name.clone(),
            policy_id: policy.id.clone(),
            arn: policy.arn.clone(),
            path: policy.path.clone(),
            default_version_id: format!("v{}", policy.default_version),
            attachment_count: usage.attached.len(),
            permissions_boundary_usage_count: usage.bounded.len(),
            is_attachable: true,
            description: policy.description.clone(),
            create_date: policy.created,
            update_date: policy.updated,
            policy_version_list: newest_first
                .map(|number| VersionView::described(policy, *number))
                .collect(),
        }
    }
}

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::{EntityKind, UsedBy};
use crate::store::{Context, Read};
use crate::validation::{Member, Shape};

/// Lists who uses a managed policy, as permissions or as boundary.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListEntitiesForPolicy {
    policy_arn: String,
    entity_filter: Option<String>,
    path_prefix: Option<String>,
    policy_usage_filter: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of entities.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy_groups: Vec<PolicyGroup>,
    policy_users: Vec<PolicyUser>,
    policy_roles: Vec<PolicyRole>,
    #[serde(flatten)]
    more: More,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyGroup {
    group_name: String,
    group_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyUser {
    user_name: String,
    user_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyRole {
    role_name: String,
    role_id: String,
}

impl Operation for ListEntitiesForPolicy {
    const NAME: &'static str = "ListEntitiesForPolicy";
    const INPUT: &'static [Member] = &[
        members::POLICY_ARN,
        Member::new("EntityFilter", Shape::Enum(members::ENTITY_TYPES)),
        members::ANY_PATH_PREFIX,
        members::POLICY_USAGE_FILTER,
        members::MARKER,
        members::MAX_ITEMS,
    ];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_policy::<Self>(cx, &self.policy_arn)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        lookup::policy(cx, &self.policy_arn)?;
        let usage = lookup::usage(cx, &self.policy_arn);
        let users = match self.policy_usage_filter.as_deref() {
            Some("PermissionsPolicy") => Cow::Borrowed(&usage.attached),
            Some(_) => Cow::Borrowed(&usage.bounded),
            None => Cow::Owned(&usage.attached | &usage.bounded),
        };
        let (filter, prefix) = (self.entity_filter.as_deref(), self.path_prefix.as_deref());
        let rows = users
            .iter()
            .filter(|(kind, _)| filter.is_none_or(|filter| filter == kind.capitalized()))
            .filter_map(|user| Some((format!("{} {}", user.0 as u8, user.1), found(cx, user)?)))
            .filter(|(_, (path, _))| path.starts_with(prefix.unwrap_or_default()));
        let (page, more) = self.paging.of(rows, |(_, user)| user)?;
        let mut output = Output {
            policy_groups: Vec::new(),
            policy_users: Vec::new(),
            policy_roles: Vec::new(),
            more,
        };
        for user in page {
            match user {
                PolicyEntity::Group(group) => output.policy_groups.push(group),
                PolicyEntity::User(user) => output.policy_users.push(user),
                PolicyEntity::Role(role) => output.policy_roles.push(role),
            }
        }
        Ok(output)
    }
}

enum PolicyEntity {
    Group(PolicyGroup),
    User(PolicyUser),
    Role(PolicyRole),
}

/// The path of an entity, and how the answer shows it.
fn found<'c>(cx: &'c Context, (kind, name): &UsedBy) -> Option<(&'c str, PolicyEntity)> {
    let iam = cx.iam();
    Some(match kind {
        EntityKind::Group => {
            let group = iam.group(name)?;
            let shown = PolicyGroup {
                group_name: group.name.clone(),
                group_id: group.id.clone(),
            };
            (&group.path, PolicyEntity::Group(shown))
        }
        EntityKind::User => {
            let user = iam.user(name)?;
            let shown = PolicyUser {
                user_name: user.name.clone(),
                user_id: user.id.clone(),
            };
            (&user.path, PolicyEntity::User(shown))
        }
        EntityKind::Role => {
            let role = iam.role(name)?;
            let shown = PolicyRole {
                role_name: role.name.clone(),
                role_id: role.id.clone(),
            };
            (&role.path, PolicyEntity::Role(shown))
        }
    })
}

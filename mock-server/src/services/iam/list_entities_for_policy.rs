use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::Role;
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
    policy_groups: [(); 0],
    policy_users: [(); 0],
    policy_roles: Vec<PolicyRole>,
    #[serde(flatten)]
    more: More,
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
        let names = match self.policy_usage_filter.as_deref() {
            Some("PermissionsPolicy") => Cow::Borrowed(&usage.roles),
            Some(_) => Cow::Borrowed(&usage.bounded_roles),
            None => Cow::Owned(&usage.roles | &usage.bounded_roles),
        };
        let prefix = self.path_prefix.as_deref().unwrap_or_default();
        let wanted = self
            .entity_filter
            .as_deref()
            .is_none_or(|filter| filter == "Role");
        let rows = names
            .iter()
            .filter(|_| wanted)
            .filter_map(|name| Some((name, cx.iam().role(name)?)))
            .filter(|(_, role)| role.path.starts_with(prefix));
        let (policy_roles, more) = self.paging.of(rows, |role: &Role| PolicyRole {
            role_name: role.name.clone(),
            role_id: role.id.clone(),
        })?;
        Ok(Output {
            policy_groups: [],
            policy_users: [],
            policy_roles,
            more,
        })
    }
}

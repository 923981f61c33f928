//! How users, groups and access keys look in answers.

use jiff::Timestamp;
use serde::Serialize;

use super::view::{BoundaryView, if_any};
use crate::state::iam::{AccessKey, Group, Tag, User};

/// A user in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserView {
    path: String,
    user_name: String,
    user_id: String,
    arn: String,
    create_date: Timestamp,
    permissions_boundary: Option<BoundaryView>,
    tags: Option<Vec<Tag>>,
}

impl UserView {
    /// As lists answer: without boundary and tags.
    pub(super) fn listed(user: &User) -> Self {
        Self {
            path: user.path.clone(),
            user_name: user.name.clone(),
            user_id: user.id.clone(),
            arn: user.arn.clone(),
            create_date: user.created,
            permissions_boundary: None,
            tags: None,
        }
    }

    /// As CreateUser and GetUser answer: everything.
    pub(super) fn described(user: &User) -> Self {
        Self {
            permissions_boundary: BoundaryView::of(&user.permissions),
            tags: if_any(&user.tags),
            ..Self::listed(user)
        }
    }
}

/// A group in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupView {
    path: String,
    group_name: String,
    group_id: String,
    arn: String,
    create_date: Timestamp,
}

impl GroupView {
    pub(super) fn of(group: &Group) -> Self {
        Self {
            path: group.path.clone(),
            group_name: group.name.clone(),
            group_id: group.id.clone(),
            arn: group.arn.clone(),
            create_date: group.created,
        }
    }
}

/// An access key in an answer, without its secret.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AccessKeyView {
    user_name: String,
    access_key_id: String,
    status: &'static str,
    create_date: Timestamp,
}

impl AccessKeyView {
    pub(super) fn of(user: &User, key: &AccessKey) -> Self {
        Self {
            user_name: user.name.clone(),
            access_key_id: key.id.clone(),
            status: match key.active {
                true => "Active",
                false => "Inactive",
            },
            create_date: key.created,
        }
    }
}

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::user_view::UserView;
use super::{Iam, IamError, lookup, members, permission, tag};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::state::iam::{EntityKind, Permissions, Tag, User};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Creates a user, who has no permissions and no access key yet.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateUser {
    user_name: String,
    path: Option<String>,
    permissions_boundary: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// The new user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user: UserView,
}

impl Operation for CreateUser {
    const NAME: &'static str = "CreateUser";
    const INPUT: &'static [Member] = &[
        members::PATH,
        members::USER_NAME,
        members::PERMISSIONS_BOUNDARY,
        members::TAGS,
    ];
    const ERRORS: &'static [&'static str] = &[
        "EntityAlreadyExists",
        "InvalidInput",
        "LimitExceeded",
        "NoSuchEntity",
    ];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let create = permission::on_new::<Self>(cx, "user", self.path.as_deref(), &self.user_name);
        let boundary = self.permissions_boundary.as_deref();
        let create = create.given(permission::BOUNDARY, boundary);
        permission::with_tags(create, "iam:TagUser", &self.tags)
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        if cx.iam().user(&self.user_name).is_some() {
            return Err(IamError::AlreadyExists(EntityKind::User, self.user_name));
        }
        let limit = cx.quota(Quota::UsersPerAccount);
        if cx.iam().users.len() >= limit {
            return Err(IamError::QuotaExceeded(Quota::UsersPerAccount, limit));
        }
        if let Some(boundary) = &self.permissions_boundary {
            lookup::check_boundary(cx, boundary)?;
        }
        let path = self.path.unwrap_or_else(|| "/".to_owned());
        let user = User {
            tags: tag::new(self.tags)?,
            id: cx.ids.unique("AIDA", cx.scope.account),
            arn: cx.iam_arn("user", &path, &self.user_name),
            created: cx.now_in_seconds(),
            name: self.user_name,
            path,
            permissions: Permissions {
                boundary: self.permissions_boundary,
                ..Permissions::default()
            },
            groups: BTreeSet::new(),
        };
        let view = UserView::described(&user);
        let iam = cx.iam_mut();
        if let Some(boundary) = &user.permissions.boundary {
            iam.change_usage(boundary, |usage| {
                _ = usage.bounded.insert((EntityKind::User, user.name.clone()))
            });
        }
        iam.users.put(user);
        Ok(Output { user: view })
    }
}

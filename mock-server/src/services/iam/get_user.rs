use serde::{Deserialize, Serialize};

use super::user_view::UserView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a user: the one that is named, or else the caller.
///
/// Nobody has a password: `PasswordLastUsed` is never there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetUser {
    user_name: Option<String>,
}

/// The user, with all its members.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user: UserView,
}

impl Operation for GetUser {
    const NAME: &'static str = "GetUser";
    const INPUT: &'static [Member] = &[members::CALLER_OR_USER_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user_or_caller::<Self>(
            cx,
            self.user_name.as_deref(),
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let user = lookup::user_or_caller(cx, self.user_name.as_deref())?;
        Ok(Output {
            user: UserView::described(user),
        })
    }
}

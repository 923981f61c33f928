use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::user_view::AccessKeyView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the access keys of a user, or else of the caller, without their secrets.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListAccessKeys {
    user_name: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of keys.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    access_key_metadata: Vec<AccessKeyView>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListAccessKeys {
    const NAME: &'static str = "ListAccessKeys";
    const INPUT: &'static [Member] = &[
        members::CALLER_OR_USER_NAME,
        members::MARKER,
        members::MAX_ITEMS,
    ];
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
        let keys = cx.iam().keys_of(user).into_iter();
        let keys = keys.map(|key| (key.id.as_str(), key));
        let (access_key_metadata, more) =
            self.paging.of(keys, |key| AccessKeyView::of(user, key))?;
        Ok(Output {
            access_key_metadata,
            more,
        })
    }
}

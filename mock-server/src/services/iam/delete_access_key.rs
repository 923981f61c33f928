use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes an access key of a user, or else of the caller; it signs nothing any more.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteAccessKey {
    user_name: Option<String>,
    access_key_id: String,
}

impl Operation for DeleteAccessKey {
    const NAME: &'static str = "DeleteAccessKey";
    const INPUT: &'static [Member] = &[members::CALLER_OR_USER_NAME, members::ACCESS_KEY_ID];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user_or_caller::<Self>(
            cx,
            self.user_name.as_deref(),
        )]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let key = lookup::access_key(cx, self.user_name.as_deref(), &self.access_key_id)?.key();
        cx.iam_mut().access_keys.remove(&key);
        Ok(())
    }
}

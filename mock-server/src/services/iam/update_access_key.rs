use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Switches an access key of a user, or else of the caller, on or off.
///
/// Keys never expire by themselves: the status `Expired` is refused.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateAccessKey {
    user_name: Option<String>,
    access_key_id: String,
    status: String,
}

impl Operation for UpdateAccessKey {
    const NAME: &'static str = "UpdateAccessKey";
    const INPUT: &'static [Member] = &[
        members::CALLER_OR_USER_NAME,
        members::ACCESS_KEY_ID,
        members::ACCESS_KEY_STATUS,
    ];
    const ERRORS: &'static [&'static str] = &["InvalidInput", "NoSuchEntity"];
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
        if self.status == "Expired" {
            let message = "The status of an access key cannot be set to Expired.".to_owned();
            return Err(IamError::InvalidInput(message));
        }
        let active = self.status == "Active";
        let key = lookup::access_key(cx, self.user_name.as_deref(), &self.access_key_id)?.key();
        cx.iam_mut()
            .access_keys
            .update(&key, |key| key.active = active);
        Ok(())
    }
}

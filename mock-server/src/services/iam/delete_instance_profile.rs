use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes an instance profile that holds no role.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteInstanceProfile {
    instance_profile_name: String,
}

impl Operation for DeleteInstanceProfile {
    const NAME: &'static str = "DeleteInstanceProfile";
    const INPUT: &'static [Member] = &[members::INSTANCE_PROFILE_NAME];
    const ERRORS: &'static [&'static str] = &["DeleteConflict", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_instance_profile::<Self>(
            cx,
            &self.instance_profile_name,
        )]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let profile = lookup::instance_profile(cx, &self.instance_profile_name)?;
        if profile.role.is_some() {
            return Err(IamError::InInstanceProfile);
        }
        let key = profile.key();
        cx.iam_mut().instance_profiles.remove(&key);
        Ok(())
    }
}

use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::EntityKind;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes a role out of an instance profile.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RemoveRoleFromInstanceProfile {
    instance_profile_name: String,
    role_name: String,
}

impl Operation for RemoveRoleFromInstanceProfile {
    const NAME: &'static str = "RemoveRoleFromInstanceProfile";
    const INPUT: &'static [Member] = &[members::INSTANCE_PROFILE_NAME, members::ROLE_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity", "UnmodifiableEntity"];
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
        lookup::own_role(cx, &self.role_name)?;
        let profile = lookup::instance_profile(cx, &self.instance_profile_name)?;
        let key = profile.key();
        let held = profile
            .role
            .as_ref()
            .filter(|held| held.eq_ignore_ascii_case(&self.role_name));
        let role = held
            .cloned()
            .ok_or(IamError::NotFound(EntityKind::Role, self.role_name))?;
        lookup::change_role(cx, &role, |role| role.instance_profiles.remove(&key))?;
        cx.iam_mut()
            .instance_profiles
            .update(&key, |profile| profile.role = None);
        Ok(())
    }
}

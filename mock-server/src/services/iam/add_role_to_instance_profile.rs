use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Puts a role into an instance profile, which can hold one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AddRoleToInstanceProfile {
    instance_profile_name: String,
    role_name: String,
}

impl Operation for AddRoleToInstanceProfile {
    const NAME: &'static str = "AddRoleToInstanceProfile";
    const INPUT: &'static [Member] = &[members::INSTANCE_PROFILE_NAME, members::ROLE_NAME];
    const ERRORS: &'static [&'static str] =
        &["LimitExceeded", "NoSuchEntity", "UnmodifiableEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let add = permission::on_instance_profile::<Self>(cx, &self.instance_profile_name);
        let role_arn = cx.iam().role(&self.role_name).map(|role| &role.arn);
        let pass = role_arn.map(|arn| Permission::pass_role(arn, "ec2.amazonaws.com"));
        std::iter::once(add).chain(pass).collect()
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let profile = lookup::instance_profile(cx, &self.instance_profile_name)?;
        let role = lookup::own_role(cx, &self.role_name)?;
        if profile.role.is_some() {
            return Err(IamError::InstanceProfileFull);
        }
        let (profile, role) = (profile.key(), role.name.clone());
        lookup::change_role(cx, &role, |role| {
            role.instance_profiles.insert(profile.clone());
        })?;
        cx.iam_mut()
            .instance_profiles
            .update(&profile, |profile| profile.role = Some(role));
        Ok(())
    }
}

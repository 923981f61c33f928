use serde::{Deserialize, Serialize};

use super::view::InstanceProfileView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes an instance profile and the role in it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetInstanceProfile {
    instance_profile_name: String,
}

/// The instance profile.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    instance_profile: InstanceProfileView,
}

impl Operation for GetInstanceProfile {
    const NAME: &'static str = "GetInstanceProfile";
    const INPUT: &'static [Member] = &[members::INSTANCE_PROFILE_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_instance_profile::<Self>(
            cx,
            &self.instance_profile_name,
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let profile = lookup::instance_profile(cx, &self.instance_profile_name)?;
        Ok(Output {
            instance_profile: InstanceProfileView::described(cx, profile),
        })
    }
}

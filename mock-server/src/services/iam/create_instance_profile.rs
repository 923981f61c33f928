use serde::{Deserialize, Serialize};

use super::view::InstanceProfileView;
use super::{Iam, IamError, members, permission, tag};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::state::iam::{InstanceProfile, Tag};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Creates an instance profile without a role.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateInstanceProfile {
    instance_profile_name: String,
    path: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// The new instance profile.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    instance_profile: InstanceProfileView,
}

impl Operation for CreateInstanceProfile {
    const NAME: &'static str = "CreateInstanceProfile";
    const INPUT: &'static [Member] =
        &[members::INSTANCE_PROFILE_NAME, members::PATH, members::TAGS];
    const ERRORS: &'static [&'static str] =
        &["EntityAlreadyExists", "InvalidInput", "LimitExceeded"];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let (path, name) = (self.path.as_deref(), &self.instance_profile_name);
        let create = permission::on_new::<Self>(cx, "instance-profile", path, name);
        permission::with_tags(create, "iam:TagInstanceProfile", &self.tags)
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        if cx
            .iam()
            .instance_profile(&self.instance_profile_name)
            .is_some()
        {
            return Err(IamError::InstanceProfileExists(self.instance_profile_name));
        }
        let limit = cx.quota(Quota::InstanceProfilesPerAccount);
        if cx.iam().instance_profiles.len() >= limit {
            return Err(IamError::QuotaExceeded(
                Quota::InstanceProfilesPerAccount,
                limit,
            ));
        }
        let path = self.path.unwrap_or_else(|| "/".to_owned());
        let profile = InstanceProfile {
            tags: tag::new(self.tags)?,
            id: cx.ids.unique("AIPA", cx.scope.account),
            arn: cx.iam_arn("instance-profile", &path, &self.instance_profile_name),
            name: self.instance_profile_name,
            path,
            created: cx.now_in_seconds(),
            role: None,
        };
        let instance_profile = InstanceProfileView::described(cx, &profile);
        cx.iam_mut().instance_profiles.put(profile);
        Ok(Output { instance_profile })
    }
}

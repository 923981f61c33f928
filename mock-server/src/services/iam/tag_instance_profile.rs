use serde::Deserialize;

use super::tag::{self, Tagged};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::Tag;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Adds tags to an instance profile; those whose keys it has already are replaced.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagInstanceProfile {
    instance_profile_name: String,
    tags: Vec<Tag>,
}

impl Operation for TagInstanceProfile {
    const NAME: &'static str = "TagInstanceProfile";
    const INPUT: &'static [Member] = &[members::INSTANCE_PROFILE_NAME, members::TAGS.required()];
    const ERRORS: &'static [&'static str] = &["InvalidInput", "LimitExceeded", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![
            permission::on_instance_profile::<Self>(cx, &self.instance_profile_name)
                .setting_tags(tag::pairs(&self.tags)),
        ]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        tag::add(
            cx,
            Tagged::InstanceProfile(&self.instance_profile_name),
            self.tags,
        )
    }
}

use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::view::InstanceProfileView;
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::InstanceProfile;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the instance profiles of the account, by path and name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListInstanceProfiles {
    path_prefix: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of instance profiles.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    instance_profiles: Vec<InstanceProfileView>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListInstanceProfiles {
    const NAME: &'static str = "ListInstanceProfiles";
    const INPUT: &'static [Member] = &[members::PATH_PREFIX, members::MARKER, members::MAX_ITEMS];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_path::<Self>(
            cx,
            "instance-profile",
            self.path_prefix.as_deref(),
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let prefix = self.path_prefix.as_deref().unwrap_or_default();
        let profiles = &cx.iam().instance_profiles;
        let listed = |profile: &InstanceProfile| InstanceProfileView::listed(cx, profile);
        let (instance_profiles, more) = self.paging.of_table(profiles, prefix, listed)?;
        Ok(Output {
            instance_profiles,
            more,
        })
    }
}

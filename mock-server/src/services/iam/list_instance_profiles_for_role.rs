use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::view::InstanceProfileView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the instance profiles that hold a role.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListInstanceProfilesForRole {
    role_name: String,
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

impl Operation for ListInstanceProfilesForRole {
    const NAME: &'static str = "ListInstanceProfilesForRole";
    const INPUT: &'static [Member] = &[members::ROLE_NAME, members::MARKER, members::MAX_ITEMS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let role = lookup::role(cx, &self.role_name)?;
        let rows = role
            .instance_profiles
            .iter()
            .filter_map(|key| Some((key, cx.iam().instance_profiles.row(key)?)));
        let (instance_profiles, more) = self
            .paging
            .of(rows, |profile| InstanceProfileView::listed(cx, profile))?;
        Ok(Output {
            instance_profiles,
            more,
        })
    }
}

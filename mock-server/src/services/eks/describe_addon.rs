use serde::Deserialize;

use super::addon::{self, Output};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes an add-on of a cluster.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeAddon {
    #[serde(rename = "name")]
    cluster_name: String,
    addon_name: String,
}

impl Operation for DescribeAddon {
    const NAME: &'static str = "DescribeAddon";
    const ROUTE: Route = Route::get("/clusters/{name}/addons/{addonName}");
    const INPUT: &'static [Member] = &[members::CLUSTER_NAME, members::ADDON_NAME];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_addon::<Self>(
            cx,
            &self.cluster_name,
            &self.addon_name,
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let (cluster, addon) = addon::find(cx, &self.cluster_name, &self.addon_name)?;
        Ok(Output::new(cluster, addon, addon.life.phase(cx.now)))
    }
}

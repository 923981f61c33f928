use serde::Deserialize;

use super::addon::{self, Output};
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{DoomedPart, Phase};
use crate::store::{Context, Write};
use crate::validation::{Member, Shape};

/// Takes an add-on off a cluster. The associations that it owns go with it, unless they are preserved:
/// then they stay, and nobody owns them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteAddon {
    #[serde(rename = "name")]
    cluster_name: String,
    addon_name: String,
    #[serde(default)]
    preserve: bool,
}

impl Operation for DeleteAddon {
    const NAME: &'static str = "DeleteAddon";
    const ROUTE: Route = Route::delete("/clusters/{name}/addons/{addonName}");
    const INPUT: &'static [Member] = &[
        members::CLUSTER_NAME,
        members::ADDON_NAME,
        Member::new("preserve", Shape::Boolean),
    ];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_addon::<Self>(
            cx,
            &self.cluster_name,
            &self.addon_name,
        )]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, addon) = addon::find(cx, &self.cluster_name, &self.addon_name)?;
        let output = Output::new(cluster, addon, Phase::Deleting);
        let owned = addon.associations.clone();
        cluster::change(cx, &self.cluster_name, |cluster| {
            addon::for_each_owned(cluster, &owned, |associations, key| match self.preserve {
                true => {
                    _ = associations.update(key, |association| association.extras.owner_arn = None)
                }
                false => _ = associations.remove(key),
            });
        })?;
        cluster::delete(cx, &self.cluster_name, DoomedPart::Addon(self.addon_name))?;
        Ok(output)
    }
}

use serde::Deserialize;

use super::capability::{self, Output};
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{DoomedPart, Phase};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a capability. It is gone after the answer, or after the delay that the server was started with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteCapability {
    #[serde(rename = "name")]
    cluster_name: String,
    capability_name: String,
}

impl Operation for DeleteCapability {
    const NAME: &'static str = "DeleteCapability";
    const ROUTE: Route = Route::delete("/clusters/{name}/capabilities/{capabilityName}");
    const INPUT: &'static [Member] = &[members::CLUSTER, capability::NAME];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_capability::<Self>(
            cx,
            &self.cluster_name,
            &self.capability_name,
        )]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, found) = capability::find(cx, &self.cluster_name, &self.capability_name)?;
        let output = Output::new(cluster, found, Phase::Deleting);
        let part = DoomedPart::Capability(self.capability_name);
        cluster::delete(cx, &self.cluster_name, part)?;
        Ok(output)
    }
}

use serde::Deserialize;

use super::capability::{self, Output};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a capability.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeCapability {
    #[serde(rename = "name")]
    cluster_name: String,
    capability_name: String,
}

impl Operation for DescribeCapability {
    const NAME: &'static str = "DescribeCapability";
    const ROUTE: Route = Route::get("/clusters/{name}/capabilities/{capabilityName}");
    const INPUT: &'static [Member] = &[members::CLUSTER, capability::NAME];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_capability::<Self>(
            cx,
            &self.cluster_name,
            &self.capability_name,
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let (cluster, found) = capability::find(cx, &self.cluster_name, &self.capability_name)?;
        Ok(Output::new(cluster, found, found.life.phase(cx.now)))
    }
}

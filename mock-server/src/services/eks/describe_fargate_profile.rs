use serde::Deserialize;

use super::fargate_profile::{self, Output};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a Fargate profile.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeFargateProfile {
    #[serde(rename = "name")]
    cluster_name: String,
    fargate_profile_name: String,
}

impl Operation for DescribeFargateProfile {
    const NAME: &'static str = "DescribeFargateProfile";
    const ROUTE: Route = Route::get("/clusters/{name}/fargate-profiles/{fargateProfileName}");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::FARGATE_PROFILE_NAME];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_fargate_profile::<Self>(
            cx,
            &self.cluster_name,
            &self.fargate_profile_name,
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let (cluster, profile) =
            fargate_profile::find(cx, &self.cluster_name, &self.fargate_profile_name)?;
        Ok(Output::new(cluster, profile, profile.life.phase(cx.now)))
    }
}

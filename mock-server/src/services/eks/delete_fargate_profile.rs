use serde::Deserialize;

use super::fargate_profile::{self, Output};
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{DoomedPart, Phase};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a Fargate profile. It is gone after the answer, or after the delay that the server was started
/// with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteFargateProfile {
    #[serde(rename = "name")]
    cluster_name: String,
    fargate_profile_name: String,
}

impl Operation for DeleteFargateProfile {
    const NAME: &'static str = "DeleteFargateProfile";
    const ROUTE: Route = Route::delete("/clusters/{name}/fargate-profiles/{fargateProfileName}");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::FARGATE_PROFILE_NAME];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_fargate_profile::<Self>(
            cx,
            &self.cluster_name,
            &self.fargate_profile_name,
        )]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let (cluster, profile) =
            fargate_profile::find(cx, &self.cluster_name, &self.fargate_profile_name)?;
        let output = Output::new(cluster, profile, Phase::Deleting);
        let part = DoomedPart::FargateProfile(self.fargate_profile_name);
        cluster::delete(cx, &self.cluster_name, part)?;
        Ok(output)
    }
}

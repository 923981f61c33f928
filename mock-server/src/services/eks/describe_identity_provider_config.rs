use serde::{Deserialize, Serialize};

use super::identity_provider::{Named, View};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes an OIDC provider of a cluster.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeIdentityProviderConfig {
    #[serde(rename = "name")]
    cluster_name: String,
    identity_provider_config: Named,
}

/// The provider.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    identity_provider_config: Config,
}

#[derive(Debug, Serialize)]
struct Config {
    oidc: View,
}

impl Operation for DescribeIdentityProviderConfig {
    const NAME: &'static str = "DescribeIdentityProviderConfig";
    const ROUTE: Route = Route::post("/clusters/{name}/identity-provider-configs/describe");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::IDENTITY_PROVIDER_CONFIG];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_identity_provider::<Self>(
            cx,
            &self.cluster_name,
            &self.identity_provider_config.name,
        )]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let (cluster, provider) = self.identity_provider_config.find(cx, &self.cluster_name)?;
        Ok(Output {
            identity_provider_config: Config {
                oidc: View::new(cluster, provider, cx.now),
            },
        })
    }
}

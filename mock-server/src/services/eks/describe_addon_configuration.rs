use serde::{Deserialize, Serialize};

use super::{Eks, EksError, catalogue, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Tells which service accounts of an add-on take an IAM role, and which policies AWS recommends for it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeAddonConfiguration {
    addon_name: String,
    addon_version: String,
}

/// What can be configured. The schema admits every value: none is used.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    addon_name: String,
    addon_version: String,
    configuration_schema: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pod_identity_configuration: Vec<PodIdentity>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PodIdentity {
    service_account: &'static str,
    recommended_managed_policies: &'static [String],
}

impl Operation for DescribeAddonConfiguration {
    const NAME: &'static str = "DescribeAddonConfiguration";
    const ROUTE: Route = Route::get("/addons/configuration-schemas");
    const INPUT: &'static [Member] = &[members::ADDON_NAME, members::ADDON_VERSION.required()];
    const ERRORS: &'static [&'static str] = &["InvalidParameterException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>(cx)]
    }

    fn call(self, _: &Context) -> Result<Output, EksError> {
        let offered = catalogue::addon(&self.addon_name)
            .and_then(|offered| offered.version(Some(&self.addon_version)).map(|_| offered))
            .map_err(|cause| EksError::from(cause).about("addonName", &self.addon_name))?;
        let accounts = offered.service_accounts.iter();
        let pod_identity_configuration = accounts
            .map(|(service_account, policies)| PodIdentity {
                service_account,
                recommended_managed_policies: policies,
            })
            .collect();
        Ok(Output {
            addon_name: self.addon_name,
            addon_version: self.addon_version,
            configuration_schema: r#"{"$schema":"http://json-schema.org/draft-06/schema#","type":"object"}"#,
            pod_identity_configuration,
        })
    }
}

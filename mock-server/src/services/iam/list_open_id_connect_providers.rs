use serde::{Deserialize, Serialize};

use super::{Iam, IamError, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the ARNs of all OIDC identity providers; AWS does not page this.
#[derive(Debug, Deserialize)]
pub(crate) struct ListOpenIDConnectProviders {}

/// The providers.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    #[serde(rename = "OpenIDConnectProviderList")]
    providers: Vec<Provider>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Provider {
    arn: String,
}

impl Operation for ListOpenIDConnectProviders {
    const NAME: &'static str = "ListOpenIDConnectProviders";
    const INPUT: &'static [Member] = &[];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let all = cx.iam_arn("oidc-provider", "/", "*");
        vec![permission::on_anything::<Self>().named(all)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let providers = cx.iam().oidc_providers.scan("", None);
        let providers = providers
            .map(|(arn, _)| Provider {
                arn: arn.to_owned(),
            })
            .collect();
        Ok(Output { providers })
    }
}

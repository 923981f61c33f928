use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::Tag;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes an OIDC identity provider.
#[derive(Debug, Deserialize)]
pub(crate) struct GetOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: String,
}

/// The provider; its URL has no scheme.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    url: String,
    #[serde(rename = "ClientIDList")]
    client_ids: Vec<String>,
    #[serde(rename = "ThumbprintList")]
    thumbprints: Vec<String>,
    create_date: Timestamp,
    tags: Vec<Tag>,
}

impl Operation for GetOpenIDConnectProvider {
    const NAME: &'static str = "GetOpenIDConnectProvider";
    const INPUT: &'static [Member] = &[members::OIDC_PROVIDER_ARN];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_oidc_provider::<Self>(cx, &self.arn)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let provider = lookup::oidc_provider(cx, &self.arn)?;
        Ok(Output {
            url: provider.url.clone(),
            client_ids: provider.client_ids.clone(),
            thumbprints: provider.thumbprints.clone(),
            create_date: provider.created,
            tags: provider.tags.to_vec(),
        })
    }
}

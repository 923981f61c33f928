use serde::{Deserialize, Serialize};

use super::{Iam, IamError, members, oidc, permission, tag, view};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::state::iam::{OidcProvider, Tag};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Registers an OIDC issuer, such as a cluster's, as an identity provider.
///
/// Nobody connects to the issuer: a thumbprint that is left out is that of the authority of EKS's issuers.
/// `ContextProvider` and `IdentityCenterInstanceArn` are not read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateOpenIDConnectProvider {
    url: String,
    #[serde(rename = "ClientIDList", default)]
    client_ids: Vec<String>,
    #[serde(rename = "ThumbprintList", default)]
    thumbprints: Vec<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// The new provider's ARN and tags.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: String,
    #[serde(rename = "Tags")]
    tags: Option<Vec<Tag>>,
}

impl Operation for CreateOpenIDConnectProvider {
    const NAME: &'static str = "CreateOpenIDConnectProvider";
    const INPUT: &'static [Member] = &[
        Member::text("Url", 1, 255).required(),
        members::CLIENT_IDS,
        members::THUMBPRINTS,
        members::TAGS,
    ];
    const ERRORS: &'static [&'static str] =
        &["EntityAlreadyExists", "InvalidInput", "LimitExceeded"];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let url = self
            .url
            .trim_start_matches("https://")
            .trim_end_matches('/');
        let create = permission::on_new::<Self>(cx, "oidc-provider", None, url);
        // Of the URL, denials show the host only.
        let host = url.split_once('/').map_or(url, |(host, _)| host);
        let create = create.named(cx.iam_arn("oidc-provider", "/", host));
        permission::with_tags(create, "iam:TagOpenIDConnectProvider", &self.tags)
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        let url = oidc::url_without_scheme(&self.url)?;
        let arn = cx.iam_arn("oidc-provider", "/", url);
        if cx.iam().oidc_providers.row(&arn).is_some() {
            return Err(IamError::ProviderExists(url.to_owned()));
        }
        let limit = cx.quota(Quota::OpenIdConnectProvidersPerAccount);
        if cx.iam().oidc_providers.len() >= limit {
            return Err(IamError::QuotaExceeded(
                Quota::OpenIdConnectProvidersPerAccount,
                limit,
            ));
        }
        oidc::check_client_ids(cx, self.client_ids.len())?;
        let provider = OidcProvider {
            tags: tag::new(self.tags)?,
            url: url.to_owned(),
            client_ids: self.client_ids,
            thumbprints: oidc::thumbprints(self.thumbprints)?,
            created: cx.now_in_seconds(),
            arn,
        };
        let output = Output {
            arn: provider.arn.clone(),
            tags: view::if_any(&provider.tags),
        };
        cx.iam_mut().oidc_providers.put(provider);
        Ok(output)
    }
}

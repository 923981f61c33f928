use serde::Deserialize;

use super::paging::Paging;
use super::tag::{self, Tagged, TagsPage};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the tags of an OIDC provider, by key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListOpenIDConnectProviderTags {
    #[serde(rename = "OpenIDConnectProviderArn")]
    open_id_connect_provider_arn: String,
    #[serde(flatten)]
    paging: Paging,
}

impl Operation for ListOpenIDConnectProviderTags {
    const NAME: &'static str = "ListOpenIDConnectProviderTags";
    const INPUT: &'static [Member] = &[
        members::OIDC_PROVIDER_ARN,
        members::MARKER,
        members::MAX_ITEMS,
    ];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = TagsPage;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_oidc_provider::<Self>(
            cx,
            &self.open_id_connect_provider_arn,
        )]
    }

    fn call(self, cx: &Context) -> Result<TagsPage, IamError> {
        tag::page(
            cx,
            Tagged::OidcProvider(&self.open_id_connect_provider_arn),
            &self.paging,
        )
    }
}

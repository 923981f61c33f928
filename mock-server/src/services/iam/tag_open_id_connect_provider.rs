use serde::Deserialize;

use super::tag::{self, Tagged};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::Tag;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Adds tags to an OIDC provider; those whose keys it has already are replaced.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    open_id_connect_provider_arn: String,
    tags: Vec<Tag>,
}

impl Operation for TagOpenIDConnectProvider {
    const NAME: &'static str = "TagOpenIDConnectProvider";
    const INPUT: &'static [Member] = &[members::OIDC_PROVIDER_ARN, members::TAGS.required()];
    const ERRORS: &'static [&'static str] = &["InvalidInput", "LimitExceeded", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![
            permission::on_oidc_provider::<Self>(cx, &self.open_id_connect_provider_arn)
                .setting_tags(tag::pairs(&self.tags)),
        ]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        tag::add(
            cx,
            Tagged::OidcProvider(&self.open_id_connect_provider_arn),
            self.tags,
        )
    }
}

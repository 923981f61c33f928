use serde::Deserialize;

use super::tag::{self, Tagged};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes tags from an OIDC provider; keys that it does not have are no error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UntagOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    open_id_connect_provider_arn: String,
    tag_keys: Vec<String>,
}

impl Operation for UntagOpenIDConnectProvider {
    const NAME: &'static str = "UntagOpenIDConnectProvider";
    const INPUT: &'static [Member] = &[members::OIDC_PROVIDER_ARN, members::TAG_KEYS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![
            permission::on_oidc_provider::<Self>(cx, &self.open_id_connect_provider_arn)
                .taking_tags(&self.tag_keys),
        ]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        tag::take(
            cx,
            Tagged::OidcProvider(&self.open_id_connect_provider_arn),
            &self.tag_keys,
        )
    }
}

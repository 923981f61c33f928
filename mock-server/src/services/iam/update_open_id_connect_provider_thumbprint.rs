use serde::Deserialize;

use super::{Iam, IamError, lookup, members, oidc, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Replaces the thumbprints of an OIDC identity provider.
#[derive(Debug, Deserialize)]
pub(crate) struct UpdateOpenIDConnectProviderThumbprint {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: String,
    #[serde(rename = "ThumbprintList")]
    thumbprints: Vec<String>,
}

impl Operation for UpdateOpenIDConnectProviderThumbprint {
    const NAME: &'static str = "UpdateOpenIDConnectProviderThumbprint";
    const INPUT: &'static [Member] = &[members::OIDC_PROVIDER_ARN, members::THUMBPRINTS.required()];
    const ERRORS: &'static [&'static str] = &["InvalidInput", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_oidc_provider::<Self>(cx, &self.arn)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let thumbprints = oidc::thumbprints(self.thumbprints)?;
        lookup::change_oidc_provider(cx, &self.arn, |provider| provider.thumbprints = thumbprints)
    }
}

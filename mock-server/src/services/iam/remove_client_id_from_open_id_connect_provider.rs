use serde::Deserialize;

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes an audience from an OIDC identity provider; one that it does not have is no error.
#[derive(Debug, Deserialize)]
pub(crate) struct RemoveClientIDFromOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: String,
    #[serde(rename = "ClientID")]
    client_id: String,
}

impl Operation for RemoveClientIDFromOpenIDConnectProvider {
    const NAME: &'static str = "RemoveClientIDFromOpenIDConnectProvider";
    const INPUT: &'static [Member] = &[members::OIDC_PROVIDER_ARN, members::CLIENT_ID];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_oidc_provider::<Self>(cx, &self.arn)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        lookup::change_oidc_provider(cx, &self.arn, |provider| {
            provider
                .client_ids
                .retain(|client_id| *client_id != self.client_id);
        })
    }
}

use serde::Deserialize;

use super::{Iam, IamError, lookup, members, oidc, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Adds an audience to an OIDC identity provider; once is enough.
#[derive(Debug, Deserialize)]
pub(crate) struct AddClientIDToOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: String,
    #[serde(rename = "ClientID")]
    client_id: String,
}

impl Operation for AddClientIDToOpenIDConnectProvider {
    const NAME: &'static str = "AddClientIDToOpenIDConnectProvider";
    const INPUT: &'static [Member] = &[members::OIDC_PROVIDER_ARN, members::CLIENT_ID];
    const ERRORS: &'static [&'static str] = &["LimitExceeded", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_oidc_provider::<Self>(cx, &self.arn)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let present = &lookup::oidc_provider(cx, &self.arn)?.client_ids;
        if present.contains(&self.client_id) {
            return Ok(());
        }
        oidc::check_client_ids(cx, present.len() + 1)?;
        lookup::change_oidc_provider(cx, &self.arn, |provider| {
            provider.client_ids.push(self.client_id)
        })
    }
}

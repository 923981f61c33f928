use serde::Deserialize;

use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes an OIDC identity provider; trust policies that name it stay as they are.
#[derive(Debug, Deserialize)]
pub(crate) struct DeleteOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: String,
}

impl Operation for DeleteOpenIDConnectProvider {
    const NAME: &'static str = "DeleteOpenIDConnectProvider";
    const INPUT: &'static [Member] = &[members::OIDC_PROVIDER_ARN];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_oidc_provider::<Self>(cx, &self.arn)]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        match cx.iam_mut().oidc_providers.remove(&self.arn) {
            Some(_) => Ok(()),
            None => Err(IamError::DeletedProviderNotFound),
        }
    }
}

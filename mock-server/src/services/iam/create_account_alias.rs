use serde::Deserialize;

use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Gives the account an alias, in place of the one it has.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateAccountAlias {
    account_alias: String,
}

impl Operation for CreateAccountAlias {
    const NAME: &'static str = "CreateAccountAlias";
    const INPUT: &'static [Member] = &[members::ACCOUNT_ALIAS];
    const ERRORS: &'static [&'static str] = &["EntityAlreadyExists"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>()]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        let (account, partition) = (cx.account(), cx.partition());
        if cx.state.has_alias(partition, &self.account_alias) {
            return Err(IamError::AliasExists(self.account_alias));
        }
        cx.state
            .set_alias(account, partition, Some(self.account_alias));
        Ok(())
    }
}

use serde::Deserialize;

use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Takes the account's alias away.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteAccountAlias {
    account_alias: String,
}

impl Operation for DeleteAccountAlias {
    const NAME: &'static str = "DeleteAccountAlias";
    const INPUT: &'static [Member] = &[members::ACCOUNT_ALIAS];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = ();
    type Error = IamError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>()]
    }

    fn call(self, cx: &mut Context) -> Result<(), IamError> {
        if cx.iam().alias.as_ref() != Some(&self.account_alias) {
            return Err(IamError::AliasNotFound(self.account_alias));
        }
        let (account, partition) = (cx.account(), cx.partition());
        cx.state.set_alias(account, partition, None);
        Ok(())
    }
}

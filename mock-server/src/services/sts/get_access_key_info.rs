use serde::{Deserialize, Serialize};

use super::{Sts, StsError, members};
use crate::account::AccountId;
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Tells the account that an access key id belongs to; the id itself tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetAccessKeyInfo {
    access_key_id: String,
}

/// The account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    account: String,
}

impl Operation for GetAccessKeyInfo {
    const NAME: &'static str = "GetAccessKeyInfo";
    const INPUT: &'static [Member] = &[members::ACCESS_KEY_ID];
    type Service = Sts;
    type Access = Read;
    type Output = Output;
    type Error = StsError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![Permission::on_anything::<Self>()]
    }

    fn call(self, _: &Context) -> Result<Output, StsError> {
        let is_key = self.access_key_id.len() == 20
            && ["AKIA", "ASIA"]
                .iter()
                .any(|prefix| self.access_key_id.starts_with(prefix));
        let account = is_key
            .then(|| AccountId::of_unique_id(&self.access_key_id))
            .flatten();
        let account = account.ok_or(StsError::Invalid(self.access_key_id))?;
        Ok(Output {
            account: account.to_string(),
        })
    }
}

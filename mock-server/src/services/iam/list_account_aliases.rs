use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the account's alias, of which there can be one.
#[derive(Debug, Deserialize)]
pub(crate) struct ListAccountAliases {
    #[serde(flatten)]
    paging: Paging,
}

/// A page of aliases.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    account_aliases: Vec<String>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListAccountAliases {
    const NAME: &'static str = "ListAccountAliases";
    const INPUT: &'static [Member] = &[members::MARKER, members::MAX_ITEMS];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>()]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let aliases = cx.iam().alias.iter().map(|alias| (alias, alias));
        let (account_aliases, more) = self.paging.of(aliases, Clone::clone)?;
        Ok(Output {
            account_aliases,
            more,
        })
    }
}

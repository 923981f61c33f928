use std::convert::Infallible;

use serde::{Deserialize, Serialize};

use super::Sts;
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Tells who signed the request. It needs no permission.
#[derive(Debug, Deserialize)]
pub(crate) struct GetCallerIdentity {}

/// The caller.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_id: String,
    account: String,
    arn: String,
}

impl Operation for GetCallerIdentity {
    const NAME: &'static str = "GetCallerIdentity";
    const INPUT: &'static [Member] = &[];
    type Service = Sts;
    type Access = Read;
    type Output = Output;
    type Error = Infallible;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        // AWS answers it to everyone.
        Vec::new()
    }

    fn call(self, cx: &Context) -> Result<Output, Infallible> {
        let caller = &cx.scope.caller;
        Ok(Output {
            user_id: caller.user_id(),
            account: cx.account().to_string(),
            arn: caller.arn(),
        })
    }
}

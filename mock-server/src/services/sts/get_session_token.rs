use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::credentials::{self, Credentials, NewSession, Wanted};
use super::{Sts, StsError, members};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Issues temporary credentials that stand for the calling user itself.
///
/// There are no MFA devices: `SerialNumber` and `TokenCode` change nothing. IAM takes the credentials as it takes the
/// user's own, where AWS's asks for MFA.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetSessionToken {
    #[serde(flatten)]
    wanted: Wanted,
}

/// The credentials.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    credentials: Credentials,
}

const DEFAULT_SECONDS: u32 = 43_200;

impl Operation for GetSessionToken {
    const NAME: &'static str = "GetSessionToken";
    const INPUT: &'static [Member] = &[
        members::duration_seconds(129_600),
        members::MINIMUM_SESSION_TOKEN_SIZE,
        members::SERIAL_NUMBER,
        members::TOKEN_CODE,
    ];
    type Service = Sts;
    type Access = Write;
    type Output = Output;
    type Error = StsError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        // No permissions are required of users, and sessions have none (STS API reference).
        Vec::new()
    }

    fn call(self, cx: &mut Context) -> Result<Output, StsError> {
        let caller = &cx.scope.caller;
        if caller.session().is_some() {
            return Err(StsError::SessionCredentials(Self::NAME));
        }
        let session = NewSession {
            account: caller.account(),
            principal: caller
                .principal()
                .map_err(|_| StsError::Invalid(caller.arn()))?,
            user_id: caller.user_id(),
            user: Some(caller.user_id()),
            policies: Vec::new(),
            principal_tags: credentials::user_tags(cx),
            transitive_tags: BTreeMap::new(),
            source_identity: None,
            provider: None,
        };
        Ok(Output {
            credentials: credentials::issue(cx, session, &self.wanted, DEFAULT_SECONDS),
        })
    }
}

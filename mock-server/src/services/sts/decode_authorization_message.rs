use serde::{Deserialize, Serialize};

use super::{Sts, StsError, members};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Tells why something was denied, from the encoded message about it.
///
/// `POST /_podpass/authorize` encodes messages, for those of the same account and until the server ends. Matched
/// statements are told by their ids and effects.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DecodeAuthorizationMessage {
    encoded_message: String,
}

/// The message, which is JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    decoded_message: String,
}

impl Operation for DecodeAuthorizationMessage {
    const NAME: &'static str = "DecodeAuthorizationMessage";
    const INPUT: &'static [Member] = &[members::ENCODED_MESSAGE];
    const ERRORS: &'static [&'static str] = &["InvalidAuthorizationMessageException"];
    type Service = Sts;
    type Access = Read;
    type Output = Output;
    type Error = StsError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![Permission::on_anything::<Self>()]
    }

    fn call(self, cx: &Context) -> Result<Output, StsError> {
        let decoded = cx.message_key.open(cx.account(), &self.encoded_message);
        Ok(Output {
            decoded_message: decoded.ok_or(StsError::InvalidAuthorizationMessage)?,
        })
    }
}

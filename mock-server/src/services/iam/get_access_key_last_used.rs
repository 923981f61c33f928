use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::{AccessKey, User};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Tells whose an access key is, and when, where and for which service it last signed a request.
///
/// The last use is known at once, where AWS takes up to four hours.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetAccessKeyLastUsed {
    access_key_id: String,
}

/// The owner and the last use.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_name: String,
    access_key_last_used: AccessKeyLastUsed,
}

/// `N/A` while the key was never used.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AccessKeyLastUsed {
    last_used_date: Option<Timestamp>,
    service_name: String,
    region: String,
}

impl Operation for GetAccessKeyLastUsed {
    const NAME: &'static str = "GetAccessKeyLastUsed";
    const INPUT: &'static [Member] = &[members::ACCESS_KEY_ID];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let iam = cx.iam();
        let key = iam.access_keys.find(AccessKey::BY_ID, &self.access_key_id);
        let user = key.and_then(|key| iam.users.find(User::BY_ID, &key.user_id));
        let asked = match user {
            Some(user) => permission::on_user::<Self>(cx, &user.name),
            None => Permission::of::<Self>(cx.iam_arn("user", "/", "*")),
        };
        vec![asked.named(format!("access key {}", self.access_key_id))]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let iam = cx.iam();
        let key = iam.access_keys.find(AccessKey::BY_ID, &self.access_key_id);
        let owned = key.and_then(|key| Some((key, iam.users.find(User::BY_ID, &key.user_id)?)));
        let (key, user) = owned.ok_or_else(|| IamError::ForeignAccessKey {
            caller: cx.scope.caller.arn(),
            id: self.access_key_id,
        })?;
        let last_used = key.last_used.as_ref();
        let known = |text: Option<&str>| text.unwrap_or("N/A").to_owned();
        Ok(Output {
            user_name: user.name.clone(),
            access_key_last_used: AccessKeyLastUsed {
                last_used_date: last_used.map(|used| used.at),
                service_name: known(last_used.map(|used| used.service.as_ref())),
                region: known(last_used.map(|used| used.region.as_str())),
            },
        })
    }
}

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::auth::secret::Secret;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::state::iam::AccessKey;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Creates an access key of a user, or else of the caller; its secret is told once.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateAccessKey {
    user_name: Option<String>,
}

/// The new key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    access_key: NewAccessKey,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NewAccessKey {
    user_name: String,
    access_key_id: String,
    status: &'static str,
    secret_access_key: String,
    create_date: Timestamp,
}

impl fmt::Debug for NewAccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccessKey")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl Operation for CreateAccessKey {
    const NAME: &'static str = "CreateAccessKey";
    const INPUT: &'static [Member] = &[members::CALLER_OR_USER_NAME];
    const ERRORS: &'static [&'static str] = &["LimitExceeded", "NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_user_or_caller::<Self>(
            cx,
            self.user_name.as_deref(),
        )]
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        let user = lookup::user_or_caller(cx, self.user_name.as_deref())?;
        let limit = cx.quota(Quota::AccessKeysPerUser);
        if cx.iam().keys_of(user).len() >= limit {
            return Err(IamError::QuotaExceeded(Quota::AccessKeysPerUser, limit));
        }
        let (user_name, user_id) = (user.name.clone(), user.id.clone());
        let key = AccessKey {
            id: cx.ids.access_key("AKIA", cx.scope.account),
            user_id,
            secret: Secret::new(cx.ids.secret()),
            active: true,
            created: cx.now_in_seconds(),
            last_used: None,
        };
        let created = NewAccessKey {
            user_name,
            access_key_id: key.id.clone(),
            status: "Active",
            secret_access_key: key.secret.reveal().to_owned(),
            create_date: key.created,
        };
        cx.iam_mut().access_keys.put(key);
        Ok(Output {
            access_key: created,
        })
    }
}

use serde::{Deserialize, Serialize};

use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Write};
use crate::validation::{Member, Shape};

/// Changes a role's description and session durations; what is left out stays as it is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateRole {
    role_name: String,
    description: Option<String>,
    max_session_duration: Option<u32>,
    max_signin_session_duration: Option<u32>,
    #[serde(default)]
    reset_max_signin_session_duration: bool,
}

/// AWS answers an empty result.
#[derive(Debug, Serialize)]
pub(crate) struct Output {}

impl Operation for UpdateRole {
    const NAME: &'static str = "UpdateRole";
    const INPUT: &'static [Member] = &[
        members::ROLE_NAME,
        members::DESCRIPTION,
        members::MAX_SESSION_DURATION,
        members::MAX_SIGNIN_SESSION_DURATION,
        Member::new("ResetMaxSigninSessionDuration", Shape::Boolean),
    ];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity", "UnmodifiableEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_bounded_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        if self.max_session_duration.is_some() || self.max_signin_session_duration.is_some() {
            lookup::own_role(cx, &self.role_name)?;
        }
        lookup::change_role(cx, &self.role_name, |role| {
            if let Some(description) = self.description {
                role.description = Some(description).filter(|text| !text.is_empty());
            }
            if let Some(seconds) = self.max_session_duration {
                role.max_session_duration = seconds;
            }
            if self.max_signin_session_duration.is_some() || self.reset_max_signin_session_duration
            {
                role.max_signin_session_duration = self.max_signin_session_duration;
            }
        })?;
        Ok(Output {})
    }
}

use podpass_policy::DocumentKind;
use serde::{Deserialize, Serialize};

use super::simulation::{self, Policies};
use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the context keys that given policies speak of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetContextKeysForCustomPolicy {
    policy_input_list: Vec<String>,
}

/// The keys, as the policies write them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    context_key_names: Vec<String>,
}

impl Output {
    pub(super) fn of(policies: &Policies) -> Self {
        Self {
            context_key_names: policies.spellings().into_values().collect(),
        }
    }
}

impl Operation for GetContextKeysForCustomPolicy {
    const NAME: &'static str = "GetContextKeysForCustomPolicy";
    const INPUT: &'static [Member] = &[members::POLICY_INPUT_LIST.required()];
    const ERRORS: &'static [&'static str] = &["InvalidInput"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>()]
    }

    fn call(self, _cx: &Context) -> Result<Output, IamError> {
        let kind = DocumentKind::InlineIdentity;
        Ok(Output::of(&Policies {
            identity: simulation::read_all(&self.policy_input_list, "PolicyInputList", kind)?,
            ..Policies::default()
        }))
    }
}

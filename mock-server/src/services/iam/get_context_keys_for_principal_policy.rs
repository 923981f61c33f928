use std::sync::Arc;

use podpass_policy::{CompiledPolicy, DocumentKind};
use serde::Deserialize;

use super::get_context_keys_for_custom_policy::Output;
use super::policy_source::PolicySource;
use super::simulation::{self, Policies};
use super::{Iam, IamError, members};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the context keys that the policies of an entity, and further ones, speak of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetContextKeysForPrincipalPolicy {
    policy_source_arn: String,
    #[serde(default)]
    policy_input_list: Vec<String>,
    #[serde(skip)]
    further: Vec<Arc<CompiledPolicy>>,
}

impl Operation for GetContextKeysForPrincipalPolicy {
    const NAME: &'static str = "GetContextKeysForPrincipalPolicy";
    const INPUT: &'static [Member] = &[members::POLICY_SOURCE_ARN, members::POLICY_INPUT_LIST];
    const ERRORS: &'static [&'static str] = &["InvalidInput", "NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![Permission::of::<Self>(self.policy_source_arn.as_str())]
    }

    fn prepare(&mut self) -> Result<(), IamError> {
        let kind = DocumentKind::InlineIdentity;
        self.further = simulation::read_all(&self.policy_input_list, "PolicyInputList", kind)?;
        Ok(())
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let further = Policies {
            identity: self.further,
            ..Policies::default()
        };
        let source = PolicySource::find(cx, &self.policy_source_arn)?;
        Ok(Output::of(&further.on(source.policies)))
    }
}

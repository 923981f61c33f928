use std::collections::BTreeSet;

use podpass_policy::DocumentKind;
use serde::{Deserialize, Serialize};

use super::document::Submitted;
use super::{Iam, IamError, simulation};
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the context keys that policies speak of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetContextKeysForCustomPolicy {
    policy_input_list: Vec<Submitted>,
}

/// The keys, each once.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    context_key_names: BTreeSet<String>,
}

impl Operation for GetContextKeysForCustomPolicy {
    const NAME: &'static str = "GetContextKeysForCustomPolicy";
    const INPUT: &'static [Member] = &[simulation::POLICY_INPUTS.required()];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn prepare(&mut self) -> Result<(), IamError> {
        let kind = DocumentKind::InlineIdentity;
        let mut policies = self.policy_input_list.iter_mut();
        policies.try_for_each(|policy| policy.compile(kind).map_err(simulation::invalid_input))
    }

    fn call(self, _: &Context) -> Result<Output, IamError> {
        let mut context_key_names = BTreeSet::new();
        for policy in self.policy_input_list {
            let document = policy.into_document(DocumentKind::InlineIdentity, "")?;
            context_key_names.extend(document.compiled.document().context_keys());
        }
        Ok(Output { context_key_names })
    }
}

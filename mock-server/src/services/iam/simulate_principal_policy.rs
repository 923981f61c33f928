use serde::Deserialize;

use super::policy_exclusion::PolicyExclusion;
use super::policy_source::PolicySource;
use super::scenario::Scenario;
use super::simulation::Policies;
use super::simulation_view::SimulationView;
use super::{Iam, IamError, members};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Tells what the policies of an entity, and further ones, would decide about actions.
///
/// The same as of `SimulateCustomPolicy` is true. The account is taken for a member of an organisation that
/// forbids nothing.
#[derive(Debug, Deserialize)]
pub(crate) struct SimulatePrincipalPolicy {
    #[serde(rename = "PolicySourceArn")]
    policy_source_arn: String,
    #[serde(rename = "PolicyExclusionList", default)]
    exclusions: Vec<PolicyExclusion>,
    #[serde(flatten)]
    scenario: Scenario,
    #[serde(skip)]
    policies: Policies,
}

impl Operation for SimulatePrincipalPolicy {
    const NAME: &'static str = "SimulatePrincipalPolicy";
    const INPUT: &'static [Member] = &[
        members::POLICY_SOURCE_ARN,
        members::POLICY_INPUT_LIST,
        members::BOUNDARY_INPUT_LIST,
        members::POLICY_EXCLUSION_LIST,
        members::ACTION_NAMES,
        members::RESOURCE_ARNS,
        members::RESOURCE_POLICY,
        members::RESOURCE_OWNER,
        members::CALLER_ARN,
        members::CONTEXT_ENTRIES,
        members::RESOURCE_HANDLING_OPTION,
        members::MAX_ITEMS,
        members::MARKER,
    ];
    const ERRORS: &'static [&'static str] = &["InvalidInput", "NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = SimulationView;
    type Error = IamError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![Permission::of::<Self>(self.policy_source_arn.as_str())]
    }

    fn prepare(&mut self) -> Result<(), IamError> {
        self.policies = self.scenario.compile()?;
        self.exclusions.iter().try_for_each(PolicyExclusion::check)
    }

    fn call(self, cx: &Context) -> Result<SimulationView, IamError> {
        let mut source = PolicySource::find(cx, &self.policy_source_arn)?;
        for exclusion in &self.exclusions {
            exclusion.apply(&source.arn, &mut source.policies);
        }
        let principal = self.scenario.caller()?.unwrap_or(source.principal);
        let policies = self.policies.on(source.policies);
        let view = self.scenario.judge(&policies, principal)?;
        Ok(view.of_principal())
    }
}

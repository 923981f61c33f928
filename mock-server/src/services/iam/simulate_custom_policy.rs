use serde::Deserialize;

use super::scenario::Scenario;
use super::simulation::Policies;
use super::simulation_view::SimulationView;
use super::{Iam, IamError, members, permission, policy_source};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Tells what given policies would decide about actions, as if they were a user's.
///
/// `EvalResourceName` is `*` for every action, where AWS can answer a template of the resource's ARN.
/// `ResourceHandlingOption` changes nothing. Only the given context keys have values: those that follow from
/// the principal are missing like all others. Without `ResourcePolicy`, the account of the resource is taken
/// to allow. A page that asks for more than 2,000,000 checks of a statement is refused.
#[derive(Debug, Deserialize)]
pub(crate) struct SimulateCustomPolicy {
    #[serde(flatten)]
    scenario: Scenario,
    #[serde(skip)]
    policies: Policies,
}

impl Operation for SimulateCustomPolicy {
    const NAME: &'static str = "SimulateCustomPolicy";
    const INPUT: &'static [Member] = &[
        members::POLICY_INPUT_LIST.required(),
        members::BOUNDARY_INPUT_LIST,
        members::ORGANIZATION_LEVELS,
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
    const ERRORS: &'static [&'static str] = &["InvalidInput"];
    type Service = Iam;
    type Access = Read;
    type Output = SimulationView;
    type Error = IamError;

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>()]
    }

    fn prepare(&mut self) -> Result<(), IamError> {
        self.scenario.check_caller()?;
        self.policies = self.scenario.compile()?;
        Ok(())
    }

    fn call(self, cx: &Context) -> Result<SimulationView, IamError> {
        let caller = match self.scenario.caller()? {
            Some(user) => user,
            None => policy_source::somebody(cx)?,
        };
        self.scenario.judge(&self.policies, caller)
    }
}

use serde::Deserialize;

use super::simulation::{self, Output, Simulation};
use super::{Iam, IamError};
use crate::auth::authorize::CallerPolicies;
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Decides requests by the policies that a role has, and says which statements matched.
///
/// `PolicyExclusionList` is not read.
#[derive(Debug, Deserialize)]
pub(crate) struct SimulatePrincipalPolicy {
    #[serde(rename = "PolicySourceArn")]
    policy_source_arn: String,
    #[serde(flatten)]
    simulation: Simulation,
}

impl Operation for SimulatePrincipalPolicy {
    const NAME: &'static str = "SimulatePrincipalPolicy";
    const INPUT: &'static [Member] = &[
        Member::text("PolicySourceArn", 20, 2048).required(),
        simulation::POLICY_INPUTS,
        simulation::BOUNDARY_INPUTS,
        simulation::ACTION_NAMES,
        simulation::RESOURCE_ARNS,
        simulation::RESOURCE_POLICY,
        simulation::RESOURCE_OWNER,
        simulation::CALLER_ARN,
        simulation::CONTEXT_ENTRIES,
        simulation::RESOURCE_HANDLING_OPTION,
        simulation::MAX_ITEMS,
        simulation::MARKER,
    ];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn prepare(&mut self) -> Result<(), IamError> {
        self.simulation.prepare()
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let caller = self
            .simulation
            .caller_arn
            .as_ref()
            .unwrap_or(&self.policy_source_arn);
        let principal = simulation::principal(caller)?;
        let policies = match cx.iam().role_by_arn(&self.policy_source_arn) {
            Some(role) => CallerPolicies::of_role(cx, role),
            None if self.policy_source_arn == cx.scope.caller.arn() => CallerPolicies::of(cx),
            None => return Err(IamError::EntityNotFound(self.policy_source_arn)),
        };
        self.simulation
            .run(&principal, policies.identity, policies.boundary)
    }
}

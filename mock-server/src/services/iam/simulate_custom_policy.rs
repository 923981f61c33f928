use serde::Deserialize;

use super::simulation::{self, Output, Simulation};
use super::{Iam, IamError};
use crate::operation::Operation;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Decides requests by the policies that come with it, and says which statements matched.
///
/// `OrderedOrganizationPolicyInputList` is not read.
#[derive(Debug, Deserialize)]
pub(crate) struct SimulateCustomPolicy {
    #[serde(flatten)]
    simulation: Simulation,
}

impl Operation for SimulateCustomPolicy {
    const NAME: &'static str = "SimulateCustomPolicy";
    const INPUT: &'static [Member] = &[
        simulation::POLICY_INPUTS.required(),
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
            .clone()
            .unwrap_or_else(|| cx.scope.caller.arn());
        let principal = simulation::principal(&caller)?;
        self.simulation.run(&principal, Vec::new(), None)
    }
}

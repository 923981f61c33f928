//! What SimulateCustomPolicy and SimulatePrincipalPolicy both take, and the pages of their answers.

use std::ops::Range;

use podpass_policy::{Arn, Context as Keys, ContextValue, DocumentKind, Principal};
use serde::Deserialize;

use super::paging::Paging;
use super::simulation::{Judge, Policies, read, read_all};
use super::simulation_view::SimulationView;
use super::{IamError, policy_source};

/// Checks of a statement that one page may cost: a request can ask for far more than anyone needs.
const MAX_CHECKS: usize = 2_000_000;

/// The questions, and what they are asked about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Scenario {
    #[serde(default)]
    policy_input_list: Vec<String>,
    #[serde(default)]
    permissions_boundary_policy_input_list: Vec<String>,
    #[serde(default)]
    ordered_organization_policy_input_list: Vec<OrganizationLevel>,
    action_names: Vec<String>,
    #[serde(default)]
    resource_arns: Vec<String>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    caller_arn: Option<String>,
    #[serde(default)]
    context_entries: Vec<ContextEntry>,
    #[serde(flatten)]
    paging: Paging,
}

/// The service control policies of one level of an organisation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OrganizationLevel {
    #[serde(default)]
    service_control_policy_input_list: Vec<String>,
}

/// A context key with its values.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContextEntry {
    context_key_name: Option<String>,
    #[serde(default)]
    context_key_values: Vec<String>,
    context_key_type: Option<String>,
}

impl Scenario {
    /// Reads the policies of the request, outside the lock.
    pub(super) fn compile(&self) -> Result<Policies, IamError> {
        let boundaries = &self.permissions_boundary_policy_input_list;
        if boundaries.len() > 1 {
            return Err(IamError::InvalidInput(
                "Only one permissions boundary policy can be simulated.".to_owned(),
            ));
        }
        let boundary_list = "PermissionsBoundaryPolicyInputList";
        let levels = self
            .ordered_organization_policy_input_list
            .iter()
            .map(|level| {
                let texts = &level.service_control_policy_input_list;
                read_all(
                    texts,
                    "ServiceControlPolicyInputList",
                    DocumentKind::ServiceControl,
                )
            });
        let resource = self.resource_policy.as_deref();
        let resource = resource.map(|text| read(text, "ResourcePolicy", DocumentKind::Resource));
        Ok(Policies {
            identity: read_all(
                &self.policy_input_list,
                "PolicyInputList",
                DocumentKind::InlineIdentity,
            )?,
            boundary: read_all(boundaries, boundary_list, DocumentKind::Boundary)?.pop(),
            resource: resource.transpose()?,
            levels: levels.collect::<Result<_, _>>()?,
        })
    }

    /// The user or role that CallerArn names.
    pub(super) fn caller(&self) -> Result<Option<Principal>, IamError> {
        let named = |text: &String| {
            let arn = text.parse();
            policy_source::principal(&arn.map_err(|_| IamError::InvalidEntityArn(text.clone()))?)
        };
        self.caller_arn.as_ref().map(named).transpose()
    }

    /// Refuses a resource's policy about whose caller nothing is known.
    pub(super) fn check_caller(&self) -> Result<(), IamError> {
        if self.resource_policy.is_some() && self.caller_arn.is_none() {
            return Err(IamError::InvalidInput(
                "CallerArn is required where a ResourcePolicy is given.".to_owned(),
            ));
        }
        Ok(())
    }

    /// Judges the page of actions that the request asks for.
    pub(super) fn judge(
        &self,
        policies: &Policies,
        principal: Principal,
    ) -> Result<SimulationView, IamError> {
        if let Some(action) = self.action_names.iter().find(|name| !is_action(name)) {
            return Err(IamError::InvalidInput(format!("Invalid Action: {action}")));
        }
        if let Some(resource) = self.resource_arns.iter().find(|name| !is_resource(name)) {
            return Err(IamError::InvalidInput(format!(
                "ResourceNames are not in a valid ARN format: {resource}."
            )));
        }
        let page = self.page()?;
        let resources = match self.resource_arns.as_slice() {
            [] => &["*".to_owned()],
            given => given,
        };
        let judgements = page.len().saturating_mul(resources.len());
        if judgements.saturating_mul(policies.statements()) > MAX_CHECKS {
            return Err(IamError::InvalidInput(
                "The simulation is too large: ask for fewer actions or resources at a time."
                    .to_owned(),
            ));
        }
        let judge = Judge::new(policies, principal, self.context()?);
        let judged = self.action_names[page.clone()].iter().map(|action| {
            let judgements = resources
                .iter()
                .map(|resource| judge.judge(action, resource));
            (action.as_str(), judgements.collect())
        });
        let are_named = resources.iter().any(|resource| resource != "*");
        let next = Some(page.end).filter(|end| *end < self.action_names.len());
        Ok(SimulationView::of(judged, are_named, next))
    }

    /// The actions of the page, by their places in the request.
    fn page(&self) -> Result<Range<usize>, IamError> {
        let all = self.action_names.len();
        let start = match self.paging.after()? {
            Some(after) => after.parse().map_err(|_| IamError::InvalidMarker)?,
            None => 0,
        };
        Ok(all.min(start)..all.min(start.saturating_add(self.paging.limit())))
    }

    /// The context keys that are given; ResourceOwner is one by another name.
    fn context(&self) -> Result<Keys, IamError> {
        let mut keys = Keys::new();
        for entry in &self.context_entries {
            let Some(name) = &entry.context_key_name else {
                continue;
            };
            keys.set(name, entry.value(name)?);
        }
        if let Some(owner) = &self.resource_owner {
            let arn: Option<Arn> = owner.parse().ok();
            let account = arn
                .as_ref()
                .map(Arn::account)
                .filter(|account| !account.is_empty());
            let invalid = || IamError::InvalidResourceOwner(owner.clone());
            keys.insert("aws:ResourceAccount", account.ok_or_else(invalid)?);
        }
        Ok(keys)
    }
}

impl ContextEntry {
    fn value(&self, name: &str) -> Result<ContextValue, IamError> {
        let kind = self.context_key_type.as_deref();
        match self.context_key_values.as_slice() {
            values if kind.is_some_and(|kind| kind.ends_with("List")) => {
                Ok(ContextValue::List(values.to_vec()))
            }
            [value] => Ok(ContextValue::One(value.clone())),
            _ => Err(IamError::InvalidInput(format!(
                "The context key {name} must have one value."
            ))),
        }
    }
}

/// An ARN, or `*` for all.
fn is_resource(name: &str) -> bool {
    name == "*" || name.parse::<Arn>().is_ok()
}

/// `service:Name`: a simulation takes no wildcards.
fn is_action(name: &str) -> bool {
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    name.split_once(':')
        .is_some_and(|(service, action)| is_word(service) && is_word(action))
}

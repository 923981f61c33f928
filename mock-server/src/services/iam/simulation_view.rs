//! How the results of a simulation look in answers.

use std::collections::BTreeSet;

use podpass_policy::{Layer, Outcome, Position, Span};
use serde::Serialize;

use super::paging::More;
use crate::protocol::Entries;
use crate::state::page;

/// What was decided about one action on one resource.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) resource: String,
    pub(super) outcome: Outcome,
    /// The statements that decided: policy, its layer, and the statement's place in its text.
    pub(super) statements: BTreeSet<(String, Layer, Span)>,
    pub(super) missing: BTreeSet<String>,
    /// Whether the service control policies allow, if there are any.
    pub(super) organisation_allows: Option<bool>,
    /// Whether the permissions boundary allows, if there is one.
    pub(super) boundary_allows: Option<bool>,
    /// What each account's side says, across accounts.
    pub(super) by_side: Option<Verdicts>,
}

/// What the policies of caller and resource say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Verdicts {
    pub(super) identity: Outcome,
    pub(super) resource: Outcome,
}

/// A page of results, one for each action.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SimulationView {
    evaluation_results: Vec<ActionView>,
    #[serde(flatten)]
    more: More,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ActionView {
    eval_action_name: String,
    eval_resource_name: &'static str,
    eval_decision: &'static str,
    matched_statements: Vec<StatementView>,
    missing_context_values: BTreeSet<String>,
    organizations_decision_detail: Option<OrganizationsView>,
    permissions_boundary_decision_detail: Option<BoundaryView>,
    eval_decision_details: Option<Entries<&'static str>>,
    resource_specific_results: Option<Vec<ResourceView>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceView {
    eval_resource_name: String,
    eval_resource_decision: &'static str,
    matched_statements: Vec<StatementView>,
    missing_context_values: BTreeSet<String>,
    eval_decision_details: Option<Entries<&'static str>>,
    permissions_boundary_decision_detail: Option<BoundaryView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StatementView {
    source_policy_id: String,
    source_policy_type: &'static str,
    start_position: PositionView,
    end_position: PositionView,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PositionView {
    line: u32,
    column: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OrganizationsView {
    allowed_by_organizations: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BoundaryView {
    allowed_by_permissions_boundary: bool,
}

impl SimulationView {
    /// The judgements of each action, and the place of the action that the next page begins with.
    pub(super) fn of<'a>(
        judged: impl Iterator<Item = (&'a str, Vec<Judgement>)>,
        are_named: bool,
        next: Option<usize>,
    ) -> Self {
        let results =
            judged.map(|(action, judgements)| ActionView::of(action, judgements, are_named));
        Self {
            evaluation_results: results.collect(),
            more: More::from(next.map(|place| page::marker(&place.to_string()))),
        }
    }

    /// The same as SimulatePrincipalPolicy answers it: it speaks of the organisation, which forbids
    /// nothing here.
    pub(super) fn of_principal(mut self) -> Self {
        for result in &mut self.evaluation_results {
            result.organizations_decision_detail = Some(OrganizationsView::of(true));
        }
        self
    }
}

impl ActionView {
    /// The most restrictive decision over all resources, and what led to it.
    fn of(action: &str, judgements: Vec<Judgement>, are_named: bool) -> Self {
        let outcomes = judgements.iter().map(|judgement| judgement.outcome);
        let outcome = strictest(outcomes);
        let deciding = judgements
            .iter()
            .filter(|judgement| judgement.outcome == outcome);
        let statements: BTreeSet<_> = deciding
            .flat_map(|judgement| &judgement.statements)
            .collect();
        let missing = judgements.iter().flat_map(|judgement| &judgement.missing);
        let boundary = judgements
            .iter()
            .filter_map(|judgement| judgement.boundary_allows);
        let organisation = judgements
            .iter()
            .filter_map(|judgement| judgement.organisation_allows);
        let sides: Vec<_> = judgements
            .iter()
            .filter_map(|judgement| judgement.by_side)
            .collect();
        let by_side = (!sides.is_empty()).then(|| Verdicts {
            identity: strictest(sides.iter().map(|side| side.identity)),
            resource: strictest(sides.iter().map(|side| side.resource)),
        });
        Self {
            eval_action_name: action.to_owned(),
            // AWS answers a template of the resource's ARN, or this.
            eval_resource_name: "*",
            eval_decision: decision(outcome),
            matched_statements: statements.into_iter().map(StatementView::of).collect(),
            missing_context_values: missing.cloned().collect(),
            organizations_decision_detail: organisation
                .reduce(|all, this| all && this)
                .map(OrganizationsView::of),
            permissions_boundary_decision_detail: boundary
                .reduce(|all, this| all && this)
                .map(BoundaryView::of),
            eval_decision_details: are_named.then(|| details(by_side)),
            resource_specific_results: are_named
                .then(|| judgements.into_iter().map(ResourceView::of).collect()),
        }
    }
}

impl ResourceView {
    fn of(judgement: Judgement) -> Self {
        Self {
            eval_resource_name: judgement.resource,
            eval_resource_decision: decision(judgement.outcome),
            matched_statements: judgement.statements.iter().map(StatementView::of).collect(),
            missing_context_values: judgement.missing,
            eval_decision_details: judgement.by_side.map(|by_side| details(Some(by_side))),
            permissions_boundary_decision_detail: judgement.boundary_allows.map(BoundaryView::of),
        }
    }
}

impl OrganizationsView {
    fn of(allows: bool) -> Self {
        Self {
            allowed_by_organizations: allows,
        }
    }
}

impl BoundaryView {
    fn of(allows: bool) -> Self {
        Self {
            allowed_by_permissions_boundary: allows,
        }
    }
}

impl StatementView {
    fn of((policy, layer, span): &(String, Layer, Span)) -> Self {
        let name = policy
            .rsplit_once('/')
            .map_or(policy.as_str(), |(_, name)| name);
        Self {
            source_policy_id: name.to_owned(),
            // The words that AWS answers, not those of the service model.
            source_policy_type: match layer {
                Layer::Resource => "Resource Policy",
                _ => "IAM Policy",
            },
            start_position: PositionView::of(span.start),
            end_position: PositionView::of(span.end),
        }
    }
}

impl PositionView {
    fn of(Position { line, column }: Position) -> Self {
        Self { line, column }
    }
}

fn details(by_side: Option<Verdicts>) -> Entries<&'static str> {
    let sides = by_side.map(|Verdicts { identity, resource }| {
        [
            ("IAM Policy", decision(identity)),
            ("Resource Policy", decision(resource)),
        ]
    });
    sides.into_iter().flatten().collect()
}

/// The most restrictive of several outcomes; nothing denies by itself.
fn strictest(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Allowed => 0,
        Outcome::ImplicitDeny => 1,
        Outcome::ExplicitDeny => 2,
    };
    outcomes.max_by_key(rank).unwrap_or(Outcome::ImplicitDeny)
}

fn decision(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "allowed",
        Outcome::ExplicitDeny => "explicitDeny",
        Outcome::ImplicitDeny => "implicitDeny",
    }
}

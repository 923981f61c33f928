//! What the policy simulator's operations share: which requests it decides, and how it reports on them.

use std::sync::Arc;

use podpass_policy::{
    Arn, CompiledPolicy, Context as Keys, Decision, DocumentKind, Layer, Layers, MatchedStatement,
    Outcome, Position, Principal, Request,
};
use serde::{Deserialize, Serialize};

use super::document::Submitted;
use super::paging::{More, Paging};
use super::{IamError, members};
use crate::services::patterns;
use crate::state::page::Page;
use crate::validation::{Member, Shape};

/// What a simulation asks, whoever it is about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Simulation {
    action_names: Vec<String>,
    #[serde(default)]
    resource_arns: Vec<String>,
    resource_policy: Option<Submitted>,
    resource_owner: Option<String>,
    pub(super) caller_arn: Option<String>,
    #[serde(default)]
    context_entries: Vec<ContextEntry>,
    #[serde(default)]
    policy_input_list: Vec<Submitted>,
    #[serde(default)]
    permissions_boundary_policy_input_list: Vec<Submitted>,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContextEntry {
    context_key_name: Option<String>,
    #[serde(default)]
    context_key_values: Vec<String>,
    context_key_type: Option<String>,
}

/// A page of results.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    evaluation_results: Vec<EvaluationResult>,
    #[serde(flatten)]
    more: More,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EvaluationResult {
    eval_action_name: String,
    eval_resource_name: String,
    eval_decision: &'static str,
    matched_statements: Vec<Matched>,
    missing_context_values: Vec<String>,
    organizations_decision_detail: OrganizationsDecisionDetail,
    permissions_boundary_decision_detail: Option<BoundaryDecisionDetail>,
    eval_decision_details: NoDetails,
    resource_specific_results: Vec<ResourceSpecificResult>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceSpecificResult {
    eval_resource_name: String,
    eval_resource_decision: &'static str,
    matched_statements: Vec<Matched>,
    missing_context_values: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Matched {
    source_policy_id: String,
    source_policy_type: &'static str,
    start_position: Place,
    end_position: Place,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Place {
    line: u32,
    column: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OrganizationsDecisionDetail {
    allowed_by_organizations: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BoundaryDecisionDetail {
    allowed_by_permissions_boundary: bool,
}

#[derive(Debug, Serialize)]
struct NoDetails {}

/// So many decisions are made for one page, which may then be shorter than asked for.
const DECISIONS_PER_PAGE: usize = 2_000;

const DOCUMENT: Shape = Shape::Text(1, 131_072, Some(patterns::DOCUMENT));
const RESOURCE: Shape = Shape::Text(1, 2048, None);
pub(super) const POLICY_INPUTS: Member =
    Member::new("PolicyInputList", Shape::List(0, usize::MAX, &DOCUMENT));
pub(super) const BOUNDARY_INPUTS: Member = Member::new(
    "PermissionsBoundaryPolicyInputList",
    Shape::List(0, usize::MAX, &DOCUMENT),
);
pub(super) const ACTION_NAMES: Member = Member::new(
    "ActionNames",
    Shape::List(0, usize::MAX, &Shape::Text(3, 128, None)),
)
.required();
pub(super) const RESOURCE_ARNS: Member =
    Member::new("ResourceArns", Shape::List(0, usize::MAX, &RESOURCE));
pub(super) const RESOURCE_POLICY: Member = Member::new("ResourcePolicy", DOCUMENT);
pub(super) const RESOURCE_OWNER: Member = Member::new("ResourceOwner", RESOURCE);
pub(super) const CALLER_ARN: Member = Member::new("CallerArn", RESOURCE);
pub(super) const RESOURCE_HANDLING_OPTION: Member = Member::text("ResourceHandlingOption", 1, 64);
pub(super) const CONTEXT_ENTRIES: Member = Member::new(
    "ContextEntries",
    Shape::List(
        0,
        usize::MAX,
        &Shape::Structure(&[
            Member::text("ContextKeyName", 5, 256),
            Member::new(
                "ContextKeyValues",
                Shape::List(0, usize::MAX, &crate::validation::ANY_TEXT),
            ),
            Member::new("ContextKeyType", Shape::Enum(CONTEXT_KEY_TYPES)),
        ]),
    ),
);
const CONTEXT_KEY_TYPES: &[&str] = &[
    "string",
    "stringList",
    "numeric",
    "numericList",
    "boolean",
    "booleanList",
    "ip",
    "ipList",
    "binary",
    "binaryList",
    "date",
    "dateList",
];
pub(super) use members::{MARKER, MAX_ITEMS};

impl Simulation {
    /// Checks and compiles the policies of the request.
    pub(super) fn prepare(&mut self) -> Result<(), IamError> {
        let identity = self.policy_input_list.iter_mut();
        let boundaries = self.permissions_boundary_policy_input_list.iter_mut();
        for policy in identity.chain(boundaries) {
            policy
                .compile(DocumentKind::InlineIdentity)
                .map_err(invalid_input)?;
        }
        match &mut self.resource_policy {
            Some(policy) => policy
                .compile(DocumentKind::Resource)
                .map_err(invalid_input),
            None => Ok(()),
        }
    }

    /// Simulates the requests of a principal with these policies, beside those of the request.
    pub(super) fn run(
        self,
        principal: &Principal,
        own: Vec<Arc<CompiledPolicy>>,
        own_boundary: Option<Arc<CompiledPolicy>>,
    ) -> Result<Output, IamError> {
        let given = named(
            self.policy_input_list,
            "PolicyInputList",
            DocumentKind::InlineIdentity,
        )?;
        let boundaries = named(
            self.permissions_boundary_policy_input_list,
            "PermissionsBoundaryPolicyInputList",
            DocumentKind::InlineIdentity,
        )?;
        let resource = named(
            Vec::from_iter(self.resource_policy),
            "ResourcePolicy",
            DocumentKind::Resource,
        )?;
        let policies = Policies {
            identity: own.into_iter().chain(given).collect(),
            boundary: boundaries.into_iter().next().or(own_boundary),
            resource: resource.into_iter().next(),
        };
        let resources = match self.resource_arns.is_empty() {
            true => vec!["*".to_owned()],
            false => self.resource_arns,
        };
        let mut keys = Keys::new();
        if let Some(owner) = self
            .resource_owner
            .as_deref()
            .and_then(|owner| owner.split(':').nth(4))
        {
            keys.insert("aws:ResourceAccount", owner);
        }
        for entry in &self.context_entries {
            let Some(name) = &entry.context_key_name else {
                continue;
            };
            let is_list = entry
                .context_key_type
                .as_deref()
                .is_some_and(|kind| kind.ends_with("List"));
            match entry.context_key_values.as_slice() {
                [value] if !is_list => keys.insert(name, value.as_str()),
                values => keys.insert_list(name, values.iter().map(String::as_str)),
            };
        }
        // The page begins after the number of actions that the marker holds.
        let done = self.paging.after()?.map_or(Ok(0), |after| after.parse());
        let done: usize = done.map_err(|_| IamError::InvalidMarker)?;
        let limit = self
            .paging
            .limit()
            .min(DECISIONS_PER_PAGE.div_ceil(resources.len()));
        let actions = self.action_names.into_iter().enumerate().skip(done);
        let rows = actions.map(|(n, action)| ((n + 1).to_string(), action));
        let page = Page::of(rows, limit, |action| {
            policies.evaluate(principal, &action, &resources, &keys)
        });
        let (evaluation_results, more) = More::after(page);
        Ok(Output {
            evaluation_results,
            more,
        })
    }
}

struct Policies {
    identity: Vec<Arc<CompiledPolicy>>,
    boundary: Option<Arc<CompiledPolicy>>,
    resource: Option<Arc<CompiledPolicy>>,
}

impl Policies {
    fn evaluate(
        &self,
        principal: &Principal,
        action: &str,
        resources: &[String],
        keys: &Keys,
    ) -> EvaluationResult {
        let layers = self
            .identity
            .iter()
            .fold(Layers::new(), |layers, policy| layers.identity(policy));
        let layers = self
            .resource
            .iter()
            .fold(layers, |layers, policy| layers.resource(policy));
        let layers = self
            .boundary
            .iter()
            .fold(layers, |layers, policy| layers.boundary(policy));
        let decisions: Vec<(&String, Decision)> = resources
            .iter()
            .map(|resource| {
                let mut request = Request::new(principal.clone(), action, resource.as_str());
                for (key, value) in keys.iter() {
                    request.context.set(key, value.clone());
                }
                (resource, layers.authorize(&request))
            })
            .collect();
        // The whole is as good as the worst of its resources.
        let rank = |decision: &Decision| match decision.outcome {
            Outcome::ExplicitDeny => 0,
            Outcome::ImplicitDeny => 1,
            Outcome::Allowed => 2,
        };
        let worst = decisions
            .iter()
            .map(|(_, decision)| decision)
            .min_by_key(|decision| rank(decision));
        let permissions_boundary_decision_detail =
            self.boundary.as_ref().map(|_| BoundaryDecisionDetail {
                allowed_by_permissions_boundary: worst.is_some_and(|worst| {
                    worst
                        .matched
                        .iter()
                        .any(|statement| statement.layer == Layer::Boundary)
                }),
            });
        EvaluationResult {
            eval_action_name: action.to_owned(),
            eval_resource_name: resources.first().cloned().unwrap_or_default(),
            eval_decision: worst.map_or("implicitDeny", verdict),
            matched_statements: worst.map(matched).unwrap_or_default(),
            missing_context_values: worst
                .map(|worst| worst.missing_keys.clone())
                .unwrap_or_default(),
            organizations_decision_detail: OrganizationsDecisionDetail {
                allowed_by_organizations: true,
            },
            permissions_boundary_decision_detail,
            eval_decision_details: NoDetails {},
            resource_specific_results: decisions
                .into_iter()
                .map(|(resource, decision)| ResourceSpecificResult {
                    eval_resource_name: resource.clone(),
                    eval_resource_decision: verdict(&decision),
                    matched_statements: matched(&decision),
                    missing_context_values: decision.missing_keys,
                })
                .collect(),
        }
    }
}

fn named(
    policies: Vec<Submitted>,
    list: &str,
    kind: DocumentKind,
) -> Result<Vec<Arc<CompiledPolicy>>, IamError> {
    let policies = policies.into_iter().enumerate();
    let compiled = policies.map(|(n, policy)| {
        let document = policy.into_document(kind, &format!("{list}.{}", n + 1));
        document.map(|document| document.compiled)
    });
    compiled.collect()
}

fn verdict(decision: &Decision) -> &'static str {
    match decision.outcome {
        Outcome::Allowed => "allowed",
        Outcome::ExplicitDeny => "explicitDeny",
        Outcome::ImplicitDeny => "implicitDeny",
    }
}

fn matched(decision: &Decision) -> Vec<Matched> {
    let place = |at: Position| Place {
        line: at.line,
        column: at.column,
    };
    let report = |statement: &MatchedStatement| Matched {
        source_policy_id: statement
            .policy
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned(),
        // AWS answers this, whatever the enum of its model says.
        source_policy_type: "IAM Policy",
        start_position: place(statement.span.start),
        end_position: place(statement.span.end),
    };
    decision.matched.iter().map(report).collect()
}

/// The principal that a caller's ARN stands for: a role by one of its sessions.
pub(super) fn principal(arn: &str) -> Result<Principal, IamError> {
    let invalid = || IamError::InvalidInput(format!("Invalid Entity Arn: {arn}"));
    let parsed: Arn = arn.parse().map_err(|_| invalid())?;
    match (parsed.service(), parsed.resource_type()) {
        ("iam", "role") => Principal::role_session(parsed, "simulation").map_err(|_| invalid()),
        ("iam", "user") => Ok(Principal::user(parsed)),
        ("iam", "root") => Ok(Principal::Root { arn: parsed }),
        _ => Err(invalid()),
    }
}

/// The simulator's operations call a malformed document invalid input.
pub(super) fn invalid_input(error: IamError) -> IamError {
    match error {
        IamError::Malformed(message) => IamError::InvalidInput(message),
        other => other,
    }
}

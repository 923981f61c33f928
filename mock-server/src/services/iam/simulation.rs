//! Simulations: a scenario judged by the policy language.
//!
//! A simulation knows the context keys that it is given and no others: those that follow from the
//! principal are missing too, and are reported as such.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use podpass_policy::{
    Clause, CompiledPolicy, Context as Keys, DocumentKind, Effect, Layer, Layers, Outcome,
    PolicyDocument, Principal, Principals, Request, Span, Statement, Version, validate,
};

use super::IamError;
use super::simulation_view::{Judgement, Verdicts};

/// The policies that a scenario is judged by.
#[derive(Debug, Default)]
pub(super) struct Policies {
    pub(super) identity: Vec<Arc<CompiledPolicy>>,
    pub(super) boundary: Option<Arc<CompiledPolicy>>,
    pub(super) resource: Option<CompiledPolicy>,
    /// Service control policies, from the organisation's root to the account.
    pub(super) levels: Vec<Vec<Arc<CompiledPolicy>>>,
}

impl Policies {
    /// The same with the policies of an entity; a boundary of the request takes the place of the entity's.
    pub(super) fn on(mut self, entity: Self) -> Self {
        self.identity.splice(0..0, entity.identity);
        self.boundary = self.boundary.or(entity.boundary);
        self
    }

    /// Context keys as the policies write them, by their lower case; the organisation's are its own matter.
    pub(super) fn spellings(&self) -> BTreeMap<String, String> {
        let keys = self
            .own()
            .flat_map(|policy| policy.document().context_keys());
        keys.map(|key| (key.to_ascii_lowercase(), key)).collect()
    }

    /// How many statements there are.
    pub(super) fn statements(&self) -> usize {
        let organisation = self.levels.iter().flatten().map(AsRef::as_ref);
        let all = self.own().chain(organisation);
        all.map(|policy| policy.document().statements.len()).sum()
    }

    /// The policies but for those of the organisation.
    fn own(&self) -> impl Iterator<Item = &CompiledPolicy> {
        let own = self.identity.iter().chain(&self.boundary);
        own.map(AsRef::as_ref).chain(&self.resource)
    }

    fn layers(&self) -> Layers<'_> {
        let mut layers = Layers::new();
        for policy in &self.identity {
            layers = layers.identity(policy);
        }
        if let Some(boundary) = &self.boundary {
            layers = layers.boundary(boundary);
        }
        if let Some(resource) = &self.resource {
            layers = layers.resource(resource);
        }
        for level in &self.levels {
            layers = layers.service_control(level.iter().map(AsRef::as_ref).collect());
        }
        layers
    }
}

/// Reads the policies of a list, named by their places in it.
pub(super) fn read_all(
    texts: &[String],
    list: &str,
    kind: DocumentKind,
) -> Result<Vec<Arc<CompiledPolicy>>, IamError> {
    let named = texts.iter().zip(1..);
    named
        .map(|(text, n)| read(text, &format!("{list}.{n}"), kind).map(Arc::new))
        .collect()
}

/// Reads a policy of the request.
pub(super) fn read(text: &str, name: &str, kind: DocumentKind) -> Result<CompiledPolicy, IamError> {
    // The language is checked, the version is not: a simulated policy need not be storable.
    let checked = match kind {
        DocumentKind::Resource => PolicyDocument::parse(text).map_err(|error| error.to_string()),
        _ => validate(text, DocumentKind::InlineIdentity).map_err(|error| error.message),
    };
    let document = checked.map_err(IamError::InvalidInput)?;
    Ok(CompiledPolicy::compile(&document, kind).named(name))
}

/// What all judgements of a simulation share.
pub(super) struct Judge<'p> {
    policies: &'p Policies,
    layers: Layers<'p>,
    principal: Principal,
    context: Keys,
    spellings: BTreeMap<String, String>,
}

impl<'p> Judge<'p> {
    pub(super) fn new(policies: &'p Policies, principal: Principal, context: Keys) -> Self {
        Self {
            policies,
            layers: policies.layers(),
            principal,
            context,
            spellings: policies.spellings(),
        }
    }

    /// Judges one action on one resource.
    pub(super) fn judge(&self, action: &str, resource: &str) -> Judgement {
        let request = Request {
            principal: self.principal.clone(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            context: self.context.clone(),
        };
        let owner = request.resource_account();
        let crosses = owner.is_some_and(|owner| Some(owner) != self.principal.account());
        let resource_policy = self.policies.resource.as_ref();
        let decision = if crosses && resource_policy.is_none() {
            self.layers.clone().resource(&ANYONE).authorize(&request)
        } else {
            self.layers.authorize(&request)
        };
        let is_denied = decision.outcome == Outcome::ExplicitDeny;
        let statements = decision.matched.iter().filter(|statement| {
            let is_given = match statement.layer {
                Layer::Resource => resource_policy.is_some(),
                layer => layer != Layer::ServiceControl,
            };
            is_given && (!is_denied || statement.effect == Effect::Deny)
        });
        let missing = decision.missing_keys.iter();
        let boundary = self.policies.boundary.as_deref();
        Judgement {
            resource: resource.to_owned(),
            outcome: decision.outcome,
            statements: statements
                .map(|statement| (statement.policy.clone(), statement.layer, statement.span))
                .collect(),
            missing: missing
                .filter_map(|key| self.spellings.get(&key.to_ascii_lowercase()).cloned())
                .collect(),
            organisation_allows: self.organisation_allows(&request),
            boundary_allows: boundary
                .map(|policy| policy.evaluate(&request) == Some(Effect::Allow)),
            by_side: resource_policy.filter(|_| crosses).map(|policy| Verdicts {
                identity: together(self.policies.identity.iter().map(AsRef::as_ref), &request),
                resource: together(std::iter::once(policy), &request),
            }),
        }
    }

    /// Whether every level of the organisation allows, if there are any.
    fn organisation_allows(&self, request: &Request) -> Option<bool> {
        let levels = &self.policies.levels;
        let allows = |level: &Vec<Arc<CompiledPolicy>>| {
            together(level.iter().map(AsRef::as_ref), request) == Outcome::Allowed
        };
        (!levels.is_empty()).then(|| levels.iter().all(allows))
    }
}

/// What several policies say together.
fn together<'p>(policies: impl Iterator<Item = &'p CompiledPolicy>, request: &Request) -> Outcome {
    let mut outcome = Outcome::ImplicitDeny;
    for policy in policies {
        match policy.evaluate(request) {
            Some(Effect::Deny) => return Outcome::ExplicitDeny,
            Some(Effect::Allow) => outcome = Outcome::Allowed,
            None => {}
        }
    }
    outcome
}

/// Without a policy of the resource, a simulation judges the caller's side alone, and takes it that the
/// account of the resource allows.
static ANYONE: LazyLock<CompiledPolicy> = LazyLock::new(|| {
    let everything = || Some(Clause::Only(vec!["*".to_owned()]));
    let document = PolicyDocument {
        version: Some(Version::V2012),
        id: None,
        statements: vec![Statement {
            sid: None,
            effect: Effect::Allow,
            principal: Some(Clause::Only(Principals::Everyone)),
            action: everything(),
            resource: everything(),
            conditions: Vec::new(),
            span: Span::default(),
        }],
    };
    CompiledPolicy::compile(&document, DocumentKind::Resource)
});

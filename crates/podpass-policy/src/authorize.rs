//! Deciding over all the layers.

use std::collections::BTreeSet;

use crate::{
    CompiledPolicy, Decision, Effect, Layer, MatchedStatement, Outcome, Principal, Request,
    Verdict, evaluate::Match, message, principal::Grant, truth::Truth,
};

/// The policies that apply to a request, by layer.
///
/// Layers that are not given do not take part, but for two: someone must allow (identity or resource
/// policies), and a role is assumed only if its trust policy allows.
///
/// ```
/// use podpass_policy::{CompiledPolicy, DocumentKind, Layers, Outcome, PolicyDocument, Principal, Request};
///
/// let trust = PolicyDocument::parse(
///     r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
///         "Principal": {"Service": "pods.eks.amazonaws.com"},
///         "Action": ["sts:AssumeRole", "sts:TagSession"]}]}"#,
/// )?;
/// let trust = CompiledPolicy::compile(&trust, DocumentKind::Trust);
/// let layers = Layers::new().trust(&trust);
/// let eks = Principal::service("pods.eks.amazonaws.com");
/// let request = Request::new(eks, "sts:AssumeRole", "arn:aws:iam::111122223333:role/my-role");
/// assert_eq!(layers.authorize(&request).outcome, Outcome::Allowed);
/// # Ok::<(), podpass_policy::ParseError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Layers<'a> {
    resource_control: Vec<Vec<&'a CompiledPolicy>>,
    service_control: Vec<Vec<&'a CompiledPolicy>>,
    resource: Option<(Layer, &'a CompiledPolicy)>,
    identity: Vec<&'a CompiledPolicy>,
    boundary: Option<&'a CompiledPolicy>,
    session: Option<Vec<&'a CompiledPolicy>>,
}

impl<'a> Layers<'a> {
    /// No policies at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a policy of the principal: managed or inline, its own or its groups'.
    #[must_use]
    pub fn identity(mut self, policy: &'a CompiledPolicy) -> Self {
        self.identity.push(policy);
        self
    }

    /// Sets the trust policy of the role that the request is about.
    #[must_use]
    pub fn trust(mut self, policy: &'a CompiledPolicy) -> Self {
        self.resource = Some((Layer::Trust, policy));
        self
    }

    /// Sets the policy of the resource that the request is about, when it is no role.
    #[must_use]
    pub fn resource(mut self, policy: &'a CompiledPolicy) -> Self {
        self.resource = Some((Layer::Resource, policy));
        self
    }

    /// Sets the principal's permissions boundary.
    #[must_use]
    pub fn boundary(mut self, policy: &'a CompiledPolicy) -> Self {
        self.boundary = Some(policy);
        self
    }

    /// Adds a policy that was given when the session began; one of them must allow.
    #[must_use]
    pub fn session(mut self, policy: &'a CompiledPolicy) -> Self {
        self.session.get_or_insert_default().push(policy);
        self
    }

    /// Adds a level of service control policies: the organisation's root, a unit, or the account. At
    /// every level one of them must allow.
    #[must_use]
    pub fn service_control(mut self, level: Vec<&'a CompiledPolicy>) -> Self {
        self.service_control.push(level);
        self
    }

    /// Adds a level of resource control policies of the resource's account.
    #[must_use]
    pub fn resource_control(mut self, level: Vec<&'a CompiledPolicy>) -> Self {
        self.resource_control.push(level);
        self
    }

    /// The policies that take part in a decision about the request, in the order of the layers.
    fn applicable(&self, request: &Request) -> impl Iterator<Item = (Layer, &'a CompiledPolicy)> {
        let reach = Reach::of(request);
        let rcp = self
            .resource_control
            .iter()
            .flatten()
            .map(|p| (Layer::ResourceControl, *p));
        let scp = self
            .service_control
            .iter()
            .flatten()
            .map(|p| (Layer::ServiceControl, *p));
        let own = self
            .identity
            .iter()
            .map(|p| (Layer::Identity, *p))
            .chain(self.boundary.map(|p| (Layer::Boundary, p)))
            .chain(self.session.iter().flatten().map(|p| (Layer::Session, *p)));
        rcp.filter(move |_| reach.organisation)
            .chain(scp.filter(move |_| reach.organisation && reach.has_identity))
            .chain(self.resource)
            .chain(own.filter(move |_| reach.has_identity))
    }

    /// Decides as [`Layers::authorize`] does, without reasons and without allocating.
    pub fn decide(&self, request: &Request) -> Verdict {
        let mut allows = Allows::default();
        let bounded = self.boundary.is_some();
        for (layer, policy) in self.applicable(request) {
            for found in policy.matches(request, bounded) {
                match found.statement().effect {
                    Effect::Deny => {
                        return Verdict {
                            outcome: Outcome::ExplicitDeny,
                            layer,
                        };
                    }
                    Effect::Allow => allows.add(layer, found.grant),
                }
            }
        }
        match self.missing_allow(request, &allows) {
            Some(layer) => Verdict {
                outcome: Outcome::ImplicitDeny,
                layer,
            },
            None => Verdict {
                outcome: Outcome::Allowed,
                layer: allows.source(self.resource.map(|(layer, _)| layer)),
            },
        }
    }

    /// Decides whether the request goes through, as AWS would, and says why.
    ///
    /// An explicit Deny in any layer wins. Then resource and service control policies must allow. Then,
    /// within an account, a resource policy that names the user, the session or everyone suffices; one
    /// that names the role replaces the identity policies, within boundary and session policies; one
    /// that names the account leaves it to them. Across accounts both sides must allow. A role's trust
    /// policy must always allow. (IAM user guide, "Policy evaluation logic"; "Cross-account policy
    /// evaluation logic".)
    pub fn authorize(&self, request: &Request) -> Decision {
        let Verdict { outcome, layer } = self.decide(request);
        let bounded = self.boundary.is_some();
        let mut matched: Vec<_> = self
            .applicable(request)
            .flat_map(|(layer, policy)| {
                policy
                    .matches(request, bounded)
                    .map(move |found| report(layer, &found))
            })
            .collect();
        if outcome == Outcome::ExplicitDeny {
            matched.sort_by_key(|statement| statement.effect != Effect::Deny);
        }
        let message = (outcome != Outcome::Allowed)
            .then(|| message::access_denied(request, outcome, layer, matched.first()));
        Decision {
            outcome,
            layer,
            missing_keys: self.missing_keys(request, bounded),
            matched,
            message,
        }
    }

    /// The keys that conditions of otherwise matching statements look for in vain.
    fn missing_keys(&self, request: &Request, bounded: bool) -> Vec<String> {
        let statements = self
            .applicable(request)
            .flat_map(|(_, policy)| policy.statements())
            .filter(|statement| statement.applies(request, bounded).0 != Truth::No);
        let missing: BTreeSet<&str> = statements
            .flat_map(|statement| &statement.conditions)
            .filter(|condition| !condition.asks_presence())
            .map(|condition| condition.key())
            .filter(|key| {
                request
                    .context
                    .lookup(key)
                    .is_none_or(|v| v.values().is_empty())
            })
            .collect();
        missing.into_iter().map(str::to_owned).collect()
    }

    /// The layer that should have allowed and does not, when nothing denies.
    fn missing_allow(&self, request: &Request, allows: &Allows) -> Option<Layer> {
        let reach = Reach::of(request);
        if reach.organisation {
            if !every_level_allows(&self.resource_control, request) {
                return Some(Layer::ResourceControl);
            }
            if reach.has_identity && !every_level_allows(&self.service_control, request) {
                return Some(Layer::ServiceControl);
            }
        }
        let resource = self.resource.map_or(Layer::Resource, |(layer, _)| layer);
        let is_root = matches!(request.principal, Principal::Root { .. });
        if resource == Layer::Trust && is_root {
            return Some(Layer::Trust);
        }
        let needs_identity = match allows.resource {
            None if !reach.has_identity || reach.across_accounts || resource == Layer::Trust => {
                return Some(resource);
            }
            Some(Grant::Direct) if !reach.across_accounts => return None,
            Some(Grant::Role) if !reach.across_accounts => false,
            _ => !is_root,
        };
        if needs_identity && !allows.identity {
            return Some(Layer::Identity);
        }
        if self.boundary.is_some() && !allows.boundary {
            return Some(Layer::Boundary);
        }
        // A federated user has no permissions but those that its session policy lets through.
        let is_federated = matches!(request.principal, Principal::FederatedUser { .. });
        if (self.session.is_some() || is_federated) && !allows.session {
            return Some(Layer::Session);
        }
        None
    }
}

/// What the principal is, as far as it decides which layers take part.
#[derive(Clone, Copy)]
struct Reach {
    /// Whether the principal has policies of its own: services, providers and the anonymous do not.
    has_identity: bool,
    /// Whether service and resource control policies apply: not to service-linked roles.
    organisation: bool,
    /// Whether principal and resource are known to live in different accounts.
    across_accounts: bool,
}

impl Reach {
    fn of(request: &Request) -> Self {
        let principal = &request.principal;
        let service_linked = matches!(
            principal,
            Principal::RoleSession { role, .. } if role.resource().starts_with("role/aws-service-role/")
        );
        let accounts = principal.account().zip(request.resource_account());
        Self {
            has_identity: principal.account().is_some(),
            organisation: !service_linked,
            across_accounts: accounts.is_some_and(|(own, others)| own != others),
        }
    }
}

/// Where something allows.
#[derive(Default)]
struct Allows {
    resource: Option<Grant>,
    identity: bool,
    boundary: bool,
    session: bool,
}

impl Allows {
    fn add(&mut self, layer: Layer, grant: Option<Grant>) {
        match layer {
            Layer::Resource | Layer::Trust => self.resource = self.resource.max(grant),
            Layer::Identity => self.identity = true,
            Layer::Boundary => self.boundary = true,
            Layer::Session => self.session = true,
            // Counted level by level.
            Layer::ResourceControl | Layer::ServiceControl => {}
        }
    }

    /// The layer that an allowed request owes it to: the resource's policy when that does not leave it
    /// to the account.
    fn source(&self, resource: Option<Layer>) -> Layer {
        match (self.resource, resource) {
            (Some(Grant::Direct | Grant::Role), Some(layer)) => layer,
            _ => Layer::Identity,
        }
    }
}

fn every_level_allows(levels: &[Vec<&CompiledPolicy>], request: &Request) -> bool {
    let allows = |policy: &&CompiledPolicy| policy.evaluate(request) == Some(Effect::Allow);
    levels.iter().all(|level| level.iter().any(allows))
}

fn report(layer: Layer, found: &Match<'_>) -> MatchedStatement {
    let statement = found.statement();
    MatchedStatement {
        layer,
        policy: found.policy.name().to_owned(),
        index: found.index,
        sid: statement.sid.as_deref().map(str::to_owned),
        effect: statement.effect,
        span: statement.span,
    }
}

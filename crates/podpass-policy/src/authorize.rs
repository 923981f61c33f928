//! Deciding over all the layers.

use std::{collections::BTreeMap, ops::ControlFlow};

use crate::{
    Clause, CompiledPolicy, Decision, Effect, Layer, Layers, MatchedStatement, Outcome, Principal,
    Request, Verdict, Version, evaluate::Match, key::Key, message, pattern::variables,
    principal::Grant, truth::Truth,
};

impl<'a> Layers<'a> {
    /// The policies that take part in a decision about the request, in the order of the layers.
    pub(crate) fn applicable(
        &self,
        request: &Request,
    ) -> impl Iterator<Item = (Layer, &'a CompiledPolicy)> {
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

    /// The statements that match, in the order of the layers.
    pub(crate) fn matches<'r>(
        &self,
        request: &'r Request,
    ) -> impl Iterator<Item = (Layer, Match<'r>)>
    where
        'a: 'r,
    {
        let bounded = self.is_bounded();
        self.applicable(request).flat_map(move |(layer, policy)| {
            policy
                .matches(request, bounded)
                .map(move |found| (layer, found))
        })
    }

    /// Whether the principal has a permissions boundary.
    pub(crate) fn is_bounded(&self) -> bool {
        self.boundary.is_some()
    }

    /// Decides as [`Layers::authorize`] does, without reasons and without allocating.
    pub fn decide(&self, request: &Request) -> Verdict {
        if is_never_denied(request) {
            return Verdict {
                outcome: Outcome::Allowed,
                layer: Layer::Identity,
            };
        }
        let mut allows = Allows::default();
        // From within, a chain of iterators is walked faster than by `for`.
        let walked = self
            .matches(request)
            .try_for_each(|(layer, found)| match found.effect() {
                Effect::Deny => ControlFlow::Break(layer),
                Effect::Allow => {
                    allows.add(layer, found.grant);
                    ControlFlow::Continue(())
                }
            });
        if let ControlFlow::Break(layer) = walked {
            return Verdict {
                outcome: Outcome::ExplicitDeny,
                layer,
            };
        }
        match self.lacking(request, &allows).next() {
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
        if is_never_denied(request) {
            return Decision {
                outcome,
                layer,
                matched: Vec::new(),
                missing_keys: Vec::new(),
                message: None,
            };
        }
        let mut matched: Vec<_> = self
            .matches(request)
            .map(|(layer, found)| report(layer, &found))
            .collect();
        if outcome == Outcome::ExplicitDeny {
            matched.sort_by_key(|statement| statement.effect != Effect::Deny);
        }
        let resource = Some(request.resource.as_str()).filter(|resource| *resource != "*");
        let message = (outcome != Outcome::Allowed)
            .then(|| message::access_denied(request, resource, (outcome, layer), matched.first()));
        Decision {
            outcome,
            layer,
            missing_keys: self.missing_keys(request),
            matched,
            message,
        }
    }

    /// The keys that otherwise matching statements look for in vain: in their conditions, and in
    /// variables that have no default.
    fn missing_keys(&self, request: &Request) -> Vec<String> {
        let bounded = self.is_bounded();
        let mut missing: BTreeMap<Key, &'a str> = BTreeMap::new();
        let mut look_for = |written: &'a str| {
            let key = Key::new(written);
            let found = request.context.lookup(&key);
            if found.is_none_or(|value| value.values().is_empty()) {
                missing.entry(key).or_insert(written);
            }
        };
        for (_, policy) in self.applicable(request) {
            let has_variables = policy.document().effective_version() == Version::V2012;
            for (written, compiled) in policy.statements() {
                if compiled.matches_action(request) == Truth::No {
                    continue;
                }
                // A resource with a variable that has no value matches nothing.
                let resources = written.resource.iter().flat_map(Clause::listed);
                if has_variables {
                    without_default(resources).for_each(&mut look_for);
                }
                if compiled.applies(request, bounded).0 == Truth::No {
                    continue;
                }
                for (written, condition) in written.conditions.iter().zip(&compiled.conditions) {
                    if !condition.asks_presence() {
                        look_for(&written.key);
                    }
                    if has_variables {
                        without_default(written.values.iter()).for_each(&mut look_for);
                    }
                }
            }
        }
        let mut keys: Vec<_> = missing.into_values().map(str::to_owned).collect();
        keys.sort_unstable();
        keys
    }

    /// The layers that should allow and do not, when nothing denies; the first of them decides.
    ///
    /// The policy of a resource that does not allow, where it must, within one account, is the last:
    /// how it would name the principal determines what else is needed.
    pub(crate) fn lacking(
        &self,
        request: &Request,
        allows: &Allows,
    ) -> impl Iterator<Item = Layer> + use<> {
        let reach = Reach::of(request);
        let is_root = matches!(request.principal, Principal::Root { .. });
        let is_federated = matches!(request.principal, Principal::FederatedUser { .. });
        let resource = self.resource.map_or(Layer::Resource, |(layer, _)| layer);
        let by_resource = match allows.resource {
            // The root user cannot assume a role, whatever the trust policy says.
            _ if resource == Layer::Trust && is_root => None,
            Some(Grant::Direct | Grant::Role) if reach.across_accounts => Some(Grant::Account),
            grant => grant,
        };
        let lacks_resource = by_resource.is_none()
            && (!reach.has_identity || reach.across_accounts || resource == Layer::Trust);
        let leaves_it = reach.has_identity
            && by_resource != Some(Grant::Direct)
            && (!lacks_resource || reach.across_accounts);
        let organisation = reach.organisation;
        let lacks = [
            (
                Layer::ResourceControl,
                organisation && !every_level_allows(&self.resource_control, request),
            ),
            (
                Layer::ServiceControl,
                organisation
                    && reach.has_identity
                    && !every_level_allows(&self.service_control, request),
            ),
            (resource, lacks_resource),
            (
                Layer::Identity,
                leaves_it && by_resource != Some(Grant::Role) && !is_root && !allows.identity,
            ),
            (
                Layer::Boundary,
                leaves_it && self.boundary.is_some() && !allows.boundary,
            ),
            // A federated user has no permissions but those that its session policy lets through.
            (
                Layer::Session,
                leaves_it && (self.session.is_some() || is_federated) && !allows.session,
            ),
        ];
        lacks
            .into_iter()
            .filter(|(_, lacks)| *lacks)
            .map(|(layer, _)| layer)
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
        // What AWS owns, such as its managed policies, is there for every account.
        let owner = request.resource_account().filter(|owner| *owner != "aws");
        let accounts = principal.account().zip(owner);
        Self {
            has_identity: principal.account().is_some(),
            organisation: !service_linked,
            across_accounts: accounts.is_some_and(|(own, others)| own != others),
        }
    }
}

/// Where something allows.
#[derive(Default)]
pub(crate) struct Allows {
    resource: Option<Grant>,
    identity: bool,
    boundary: bool,
    session: bool,
}

impl Allows {
    pub(crate) fn add(&mut self, layer: Layer, grant: Option<Grant>) {
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

/// `sts:GetCallerIdentity` needs no permission, and no policy can forbid it.
fn is_never_denied(request: &Request) -> bool {
    request.action.eq_ignore_ascii_case("sts:GetCallerIdentity")
}

/// The keys of the variables that texts have without a default.
fn without_default<'t>(texts: impl Iterator<Item = &'t String>) -> impl Iterator<Item = &'t str> {
    let all = texts.flat_map(|text| variables(text));
    all.filter(|(_, has_default)| !has_default)
        .map(|(key, _)| key)
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
        sid: statement.sid.clone(),
        effect: statement.effect,
        span: statement.span,
    }
}

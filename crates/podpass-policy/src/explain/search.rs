//! Finding what stands in the way: every Deny that matches, and of each layer that should allow and does
//! not, the statement that comes nearest to it.

use super::{Cause, Explanation, Reason, Requirement, StatementPlace};
use crate::{
    Clause, CompiledPolicy, Effect, Layer, Layers, Outcome, Principal, Request, Statement,
    authorize::Allows, evaluate::Gap,
};

impl Layers<'_> {
    /// Decides as [`Layers::authorize`] does, and says what stands in the way of a denied request.
    ///
    /// Of each layer that should allow and does not, the statement that comes nearest to it is told.
    ///
    /// ```
    /// use podpass_policy::{CompiledPolicy, DocumentKind, Layers, PolicyDocument, Principal, Request};
    ///
    /// let trust = PolicyDocument::parse(
    ///     r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    ///         "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": "sts:AssumeRole",
    ///         "Condition": {"StringEquals": {"aws:RequestTag/kubernetes-namespace": "prod"}}}]}"#,
    /// )?;
    /// let trust = CompiledPolicy::compile(&trust, DocumentKind::Trust);
    /// let eks = Principal::service("pods.eks.amazonaws.com");
    /// let request = Request::new(eks, "sts:AssumeRole", "arn:aws:iam::111122223333:role/my-role")
    ///     .with("aws:RequestTag/kubernetes-namespace", "dev");
    /// let explanation = Layers::new().trust(&trust).explain(&request);
    /// assert_eq!(
    ///     explanation.reasons[0].to_string(),
    ///     "the trust policy's statement 1 requires `aws:RequestTag/kubernetes-namespace` = `prod`, \
    ///      the session sends `dev`",
    /// );
    /// # Ok::<(), podpass_policy::ParseError>(())
    /// ```
    pub fn explain(&self, request: &Request) -> Explanation {
        let decision = self.authorize(request);
        let reasons = match decision.outcome {
            Outcome::Allowed => Vec::new(),
            Outcome::ExplicitDeny | Outcome::ImplicitDeny => self.reasons(request),
        };
        Explanation { decision, reasons }
    }

    fn reasons(&self, request: &Request) -> Vec<Reason> {
        let mut allows = Allows::default();
        let mut reasons = Vec::new();
        for (layer, found) in self.matches(request) {
            match found.statement().effect {
                Effect::Allow => allows.add(layer, found.grant),
                Effect::Deny => reasons.push(Reason {
                    layer,
                    statement: Some(place(found.policy, found.index)),
                    cause: denies(request, found.statement()),
                }),
            }
        }
        for layer in self.lacking(request, &allows) {
            match layer {
                Layer::ResourceControl => {
                    reasons.extend(self.closed_levels(layer, &self.resource_control, request));
                }
                Layer::ServiceControl => {
                    reasons.extend(self.closed_levels(layer, &self.service_control, request));
                }
                Layer::Trust if matches!(request.principal, Principal::Root { .. }) => {
                    reasons.push(Reason {
                        layer,
                        statement: None,
                        cause: Cause::RootCannotAssumeRoles,
                    });
                }
                Layer::Trust | Layer::Resource => {
                    let policies: Vec<_> =
                        self.resource.iter().map(|(_, policy)| *policy).collect();
                    reasons.extend(self.nearest(layer, &policies, request));
                }
                Layer::Identity => reasons.extend(self.nearest(layer, &self.identity, request)),
                Layer::Boundary => {
                    let policies: Vec<_> = self.boundary.into_iter().collect();
                    reasons.extend(self.nearest(layer, &policies, request));
                }
                Layer::Session => {
                    let policies = self.session.as_deref().unwrap_or_default();
                    reasons.extend(self.nearest(layer, policies, request));
                }
            }
        }
        reasons
    }

    /// The reasons of each level of control policies that does not allow.
    fn closed_levels(
        &self,
        layer: Layer,
        levels: &[Vec<&CompiledPolicy>],
        request: &Request,
    ) -> Vec<Reason> {
        let allows = |policy: &&CompiledPolicy| policy.evaluate(request) == Some(Effect::Allow);
        let closed = levels.iter().filter(|level| !level.iter().any(allows));
        closed
            .flat_map(|level| self.nearest(layer, level, request))
            .collect()
    }

    /// Why the statement that comes nearest to allowing the request does not.
    fn nearest(
        &self,
        layer: Layer,
        policies: &[&CompiledPolicy],
        request: &Request,
    ) -> Vec<Reason> {
        let bare = |cause| {
            vec![Reason {
                layer,
                statement: None,
                cause,
            }]
        };
        if policies.is_empty() {
            return bare(Cause::NoPolicy);
        }
        let nearest = policies
            .iter()
            .flat_map(|policy| {
                policy
                    .statements()
                    .enumerate()
                    .map(move |(index, both)| (*policy, index, both))
            })
            .filter(|(_, _, (written, _))| written.effect == Effect::Allow)
            .map(|(policy, index, (written, compiled))| {
                let gaps = compiled.gaps(request, self.is_bounded());
                (policy, index, written, gaps)
            })
            .min_by_key(|(_, _, _, gaps)| gaps.iter().map(|gap| distance(*gap)).sum::<usize>());
        match nearest {
            Some((policy, index, written, gaps)) if !gaps.contains(&Gap::Action) => gaps
                .into_iter()
                .filter_map(|gap| {
                    Some(Reason {
                        layer,
                        statement: Some(place(policy, index)),
                        cause: cause(request, written, gap)?,
                    })
                })
                .collect(),
            _ => bare(Cause::NoStatement {
                action: request.action.clone(),
            }),
        }
    }
}

/// How far a gap keeps a statement from what was meant: a statement about another action is farther
/// than one whose conditions all fail.
fn distance(gap: Gap) -> usize {
    match gap {
        Gap::Condition(_) => 1,
        Gap::Resource => 100,
        Gap::Principal => 1_000,
        Gap::Action => 100_000,
    }
}

fn place(policy: &CompiledPolicy, index: usize) -> StatementPlace {
    let statement = &policy.document().statements[index];
    StatementPlace {
        policy: policy.name().to_owned(),
        index,
        sid: statement.sid.clone(),
        span: statement.span,
    }
}

fn denies(request: &Request, statement: &Statement) -> Cause {
    let context = &request.context;
    Cause::Denies {
        action: request.action.clone(),
        resource: request.resource.clone(),
        since: statement
            .conditions
            .iter()
            .map(|c| Requirement::of(c, context))
            .collect(),
    }
}

fn cause(request: &Request, statement: &Statement, gap: Gap) -> Option<Cause> {
    Some(match gap {
        Gap::Action => Cause::NoStatement {
            action: request.action.clone(),
        },
        Gap::Resource => Cause::OtherResource {
            named: match &statement.resource {
                Some(Clause::Only(listed)) => listed.clone(),
                Some(Clause::AllBut(listed)) => {
                    listed.iter().map(|r| format!("all but {r}")).collect()
                }
                None => Vec::new(),
            },
            resource: request.resource.clone(),
        },
        Gap::Principal => {
            let clauses = statement.principal.iter();
            let entries = clauses.flat_map(|clause| clause.listed().entries());
            Cause::OtherPrincipal {
                named: entries.map(|entry| entry.value.clone()).collect(),
                principal: request.principal.to_string(),
            }
        }
        Gap::Condition(index) => Cause::Condition(Requirement::of(
            statement.conditions.get(index)?,
            &request.context,
        )),
    })
}

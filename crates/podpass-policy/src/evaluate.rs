//! Evaluating one document: compiled once, then asked many times without allocation.

use std::sync::Arc;

use crate::{
    Clause, DocumentKind, Effect, PolicyDocument, Request, Statement, Version,
    condition::CompiledCondition,
    pattern::{Dialect, Pattern, Wildcards},
    principal::{Grant, PrincipalTest},
    truth::Truth,
};

/// A policy document made ready for many decisions.
///
/// ```
/// use podpass_policy::{CompiledPolicy, DocumentKind, Effect, PolicyDocument, Principal, Request};
///
/// let document = PolicyDocument::parse(
///     r#"{"Version": "2012-10-17", "Statement": [
///         {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/${aws:username}/*"}]}"#,
/// )?;
/// let policy = CompiledPolicy::compile(&document, DocumentKind::ManagedIdentity).named("my-policy");
/// let alice = Principal::user("arn:aws:iam::111122223333:user/alice".parse()?);
/// let request = Request::new(alice, "s3:GetObject", "arn:aws:s3:::b/alice/notes");
/// assert_eq!(policy.evaluate(&request), Some(Effect::Allow));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CompiledPolicy {
    name: Box<str>,
    /// Clones share it: policies are often the same but for their names.
    content: Arc<Content>,
}

#[derive(Debug)]
struct Content {
    /// What was compiled: for the texts and places in answers.
    document: PolicyDocument,
    /// As many as the document has, in the same order.
    statements: Box<[CompiledStatement]>,
}

/// A compiled statement.
#[derive(Clone, Debug)]
pub(crate) struct CompiledStatement {
    effect: Effect,
    principal: Option<PrincipalTest>,
    action: Option<List>,
    resource: Option<List>,
    /// What an absent `Resource` means.
    without_resource: Truth,
    /// What an absent `Principal` means.
    without_principal: Truth,
    pub(crate) conditions: Box<[CompiledCondition]>,
}

#[derive(Clone, Debug)]
struct List {
    patterns: Box<[Pattern]>,
    all_but: bool,
}

/// A statement that matches, as far as it can be known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match<'a> {
    pub(crate) policy: &'a CompiledPolicy,
    pub(crate) index: usize,
    pub(crate) grant: Option<Grant>,
}

impl<'a> Match<'a> {
    pub(crate) fn effect(&self) -> Effect {
        self.policy.content.statements[self.index].effect
    }

    /// The statement as it was written.
    pub(crate) fn statement(&self) -> &'a Statement {
        &self.policy.content.document.statements[self.index]
    }
}

/// What keeps a statement from matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    Action,
    Resource,
    Principal,
    /// The condition with this index.
    Condition(usize),
}

impl CompiledPolicy {
    /// Compiles a document. It never fails: what is not understood is kept as such, and then never
    /// lets a statement allow, nor keeps one from denying.
    pub fn compile(document: &PolicyDocument, kind: DocumentKind) -> Self {
        let version = document.effective_version();
        let statements = document.statements.iter();
        let statements =
            statements.map(|statement| CompiledStatement::compile(statement, kind, version));
        Self {
            name: Box::default(),
            content: Arc::new(Content {
                statements: statements.collect(),
                document: document.clone(),
            }),
        }
    }

    /// The same policy under the name or ARN by which decisions report it.
    #[must_use]
    pub fn named(mut self, name: impl Into<Box<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// The name or ARN given by [`CompiledPolicy::named`], else empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the policy looks at the context of requests: by a condition, or by a variable in a resource.
    pub fn reads_context(&self) -> bool {
        let by_resource = |statement: &CompiledStatement| {
            let patterns = statement.resource.iter().flat_map(|list| &list.patterns);
            patterns.into_iter().any(Pattern::has_variables)
        };
        let mut statements = self.content.statements.iter();
        statements.any(|statement| !statement.conditions.is_empty() || by_resource(statement))
    }

    /// What this document alone says: a matching Deny outweighs any Allow; none when no statement
    /// matches.
    pub fn evaluate(&self, request: &Request) -> Option<Effect> {
        let mut answer = None;
        for found in self.matches(request, false) {
            match found.effect() {
                Effect::Deny => return Some(Effect::Deny),
                Effect::Allow => answer = Some(Effect::Allow),
            }
        }
        answer
    }

    /// The statements that match, in their order.
    pub(crate) fn matches<'a>(
        &'a self,
        request: &'a Request,
        bounded: bool,
    ) -> impl Iterator<Item = Match<'a>> {
        self.content
            .statements
            .iter()
            .enumerate()
            .filter_map(move |(index, statement)| {
                let (truth, grant) = statement.matches(request, bounded);
                let counts = match statement.effect {
                    Effect::Allow => truth == Truth::Yes,
                    Effect::Deny => truth != Truth::No,
                };
                counts.then_some(Match {
                    policy: self,
                    index,
                    grant,
                })
            })
    }

    /// The document that was compiled.
    pub fn document(&self) -> &PolicyDocument {
        &self.content.document
    }

    /// The statements as written, each with its compiled form.
    pub(crate) fn statements(&self) -> impl Iterator<Item = (&Statement, &CompiledStatement)> {
        let Content {
            document,
            statements,
        } = &*self.content;
        document.statements.iter().zip(statements)
    }
}

impl CompiledStatement {
    fn compile(statement: &Statement, kind: DocumentKind, version: Version) -> Self {
        let resources = Dialect::text(Wildcards::Resource, version);
        let unspoken = |understood: bool| {
            if understood {
                Truth::Yes
            } else {
                Truth::Unsure
            }
        };
        Self {
            effect: statement.effect,
            principal: statement.principal.as_ref().map(PrincipalTest::compile),
            action: statement.action.as_ref().map(|clause| {
                List::compile(clause, |text| Pattern::compile(text, Dialect::ACTION))
            }),
            resource: statement.resource.as_ref().map(|clause| {
                List::compile(clause, |text| {
                    Pattern::compile(&kind.completed(text), resources)
                })
            }),
            without_resource: unspoken(kind.has_principal()),
            without_principal: unspoken(!kind.has_principal()),
            conditions: statement
                .conditions
                .iter()
                .map(|condition| CompiledCondition::compile(condition, version))
                .collect(),
        }
    }

    /// Whether the statement speaks of the request's action and resource to the request's principal,
    /// its conditions aside.
    pub(crate) fn applies(&self, request: &Request, bounded: bool) -> (Truth, Option<Grant>) {
        let action = self.matches_action(request);
        if action == Truth::No {
            return (Truth::No, None);
        }
        let resource = self.matches_resource(request);
        if resource == Truth::No {
            return (Truth::No, None);
        }
        let (principal, grant) = self.matches_principal(request, bounded);
        (action.and(resource).and(principal), grant)
    }

    /// All that keeps the statement from matching for certain.
    pub(crate) fn gaps(&self, request: &Request, bounded: bool) -> Vec<Gap> {
        let conditions = self
            .conditions
            .iter()
            .enumerate()
            .map(|(index, condition)| (Gap::Condition(index), condition.holds(&request.context)));
        [
            (Gap::Action, self.matches_action(request)),
            (Gap::Resource, self.matches_resource(request)),
            (Gap::Principal, self.matches_principal(request, bounded).0),
        ]
        .into_iter()
        .chain(conditions)
        .filter(|(_, truth)| *truth != Truth::Yes)
        .map(|(gap, _)| gap)
        .collect()
    }

    /// Whether the statement speaks of the request's action.
    pub(crate) fn matches_action(&self, request: &Request) -> Truth {
        match &self.action {
            Some(list) => {
                list.matches(|pattern| pattern.matches(&request.action, &request.context))
            }
            None => Truth::Unsure,
        }
    }

    fn matches_resource(&self, request: &Request) -> Truth {
        match &self.resource {
            Some(list) => {
                list.matches(|pattern| pattern.matches(&request.resource, &request.context))
            }
            None => self.without_resource,
        }
    }

    fn matches_principal(&self, request: &Request, bounded: bool) -> (Truth, Option<Grant>) {
        match &self.principal {
            Some(test) => test.matches(&request.principal, bounded),
            None => (self.without_principal, None),
        }
    }

    fn matches(&self, request: &Request, bounded: bool) -> (Truth, Option<Grant>) {
        let (applies, grant) = self.applies(request, bounded);
        if applies == Truth::No {
            return (Truth::No, None);
        }
        let conditions = self.conditions.iter().map(|c| c.holds(&request.context));
        (applies.and(Truth::all(conditions)), grant)
    }
}

impl List {
    fn compile(clause: &Clause<Vec<String>>, pattern: impl Fn(&str) -> Pattern) -> Self {
        Self {
            patterns: clause.listed().iter().map(|text| pattern(text)).collect(),
            all_but: clause.is_not(),
        }
    }

    fn matches(&self, matches: impl Fn(&Pattern) -> Truth) -> Truth {
        let listed = Truth::any(self.patterns.iter().map(matches));
        if self.all_but { !listed } else { listed }
    }
}

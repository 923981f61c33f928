//! The policies that take part in a decision.

use crate::{CompiledPolicy, Layer};

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
    pub(crate) resource_control: Vec<Vec<&'a CompiledPolicy>>,
    pub(crate) service_control: Vec<Vec<&'a CompiledPolicy>>,
    pub(crate) resource: Option<(Layer, &'a CompiledPolicy)>,
    pub(crate) identity: Vec<&'a CompiledPolicy>,
    pub(crate) boundary: Option<&'a CompiledPolicy>,
    pub(crate) session: Option<Vec<&'a CompiledPolicy>>,
}

impl<'a> Layers<'a> {
    /// No policies at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether any policy [looks at the context](CompiledPolicy::reads_context): requests need none for the others.
    pub fn reads_context(&self) -> bool {
        let organisation = self.resource_control.iter().chain(&self.service_control);
        let listed = organisation
            .chain(&self.session)
            .flatten()
            .chain(&self.identity);
        let one = self.resource.iter().map(|(_, policy)| policy);
        let mut all = listed.chain(one).chain(&self.boundary);
        all.any(|policy| policy.reads_context())
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
}

//! Policies by layer, as data: what a file or another language hands over.

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

use crate::{CompiledPolicy, DocumentKind, Layers, PolicyDocument};

/// The policies that apply to a request, by layer, as data. Layers left out do not take part.
///
/// ```
/// use podpass_policy::{PolicySet, Principal, Request};
///
/// let set: PolicySet = serde_json::from_str(
///     r#"{"identity": [{"name": "my-policy", "document": {"Version": "2012-10-17", "Statement": [
///         {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}]}}]}"#,
/// )?;
/// let set = set.compile();
/// let alice = Principal::user("arn:aws:iam::111122223333:user/alice".parse()?);
/// assert!(set.layers().authorize(&Request::new(alice, "s3:ListBucket", "arn:aws:s3:::b")).is_allowed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PolicySet {
    /// The principal's managed and inline policies, its groups' included.
    pub identity: Vec<NamedPolicy>,
    /// The trust policy of the role that the request is about.
    pub trust: Option<NamedPolicy>,
    /// The policy of the resource, when it is no role.
    pub resource: Option<NamedPolicy>,
    /// The principal's permissions boundary.
    pub boundary: Option<NamedPolicy>,
    /// The policies given when the session began.
    pub session: Vec<NamedPolicy>,
    /// Service control policies: a list for each level of the organisation.
    pub service_control: Vec<Vec<NamedPolicy>>,
    /// Resource control policies: a list for each level of the organisation.
    pub resource_control: Vec<Vec<NamedPolicy>>,
}

/// A document and the name or ARN by which decisions report it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedPolicy {
    /// The name or ARN.
    #[serde(default)]
    pub name: String,
    /// The document; in JSON an object, or its text, to which the positions in answers then refer.
    pub document: PolicyDocument,
}

impl NamedPolicy {
    fn compile(&self, kind: DocumentKind) -> CompiledPolicy {
        CompiledPolicy::compile(&self.document, kind).named(self.name.as_str())
    }
}

/// A [`PolicySet`] made ready for many decisions.
#[derive(Clone, Debug)]
pub struct CompiledPolicySet {
    identity: Vec<CompiledPolicy>,
    trust: Option<CompiledPolicy>,
    resource: Option<CompiledPolicy>,
    boundary: Option<CompiledPolicy>,
    session: Vec<CompiledPolicy>,
    service_control: Vec<Vec<CompiledPolicy>>,
    resource_control: Vec<Vec<CompiledPolicy>>,
}

impl PolicySet {
    /// Compiles all documents, each as what its layer makes of it.
    pub fn compile(&self) -> CompiledPolicySet {
        let all = |policies: &[NamedPolicy], kind| {
            policies
                .iter()
                .map(|policy| policy.compile(kind))
                .collect::<Vec<_>>()
        };
        let one =
            |policy: &Option<NamedPolicy>, kind| policy.as_ref().map(|policy| policy.compile(kind));
        let levels = |levels: &[Vec<NamedPolicy>], kind| {
            levels.iter().map(|level| all(level, kind)).collect()
        };
        CompiledPolicySet {
            identity: all(&self.identity, DocumentKind::ManagedIdentity),
            trust: one(&self.trust, DocumentKind::Trust),
            resource: one(&self.resource, DocumentKind::Resource),
            boundary: one(&self.boundary, DocumentKind::Boundary),
            session: all(&self.session, DocumentKind::Session),
            service_control: levels(&self.service_control, DocumentKind::ServiceControl),
            resource_control: levels(&self.resource_control, DocumentKind::ResourceControl),
        }
    }
}

impl CompiledPolicySet {
    /// The policies as layers of a decision. A trust policy stands before the policy of a resource.
    pub fn layers(&self) -> Layers<'_> {
        let mut layers = Layers::new();
        if let Some(policy) = &self.resource {
            layers = layers.resource(policy);
        }
        if let Some(policy) = &self.trust {
            layers = layers.trust(policy);
        }
        if let Some(policy) = &self.boundary {
            layers = layers.boundary(policy);
        }
        layers = self.identity.iter().fold(layers, Layers::identity);
        layers = self.session.iter().fold(layers, Layers::session);
        for level in &self.service_control {
            layers = layers.service_control(level.iter().collect());
        }
        for level in &self.resource_control {
            layers = layers.resource_control(level.iter().collect());
        }
        layers
    }
}

impl<'de> Deserialize<'de> for PolicyDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            object => object.to_string(),
        };
        Self::parse(&text).map_err(de::Error::custom)
    }
}

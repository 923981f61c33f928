//! A role with its policies, ready for decisions.

use std::fmt::Display;

use podpass_policy::{
    Arn, ArnError, AssumeRole, CompiledPolicy, DocumentKind, Layers, PolicyDocument, Principal,
};

use super::AccessReason;
use crate::arn::{PolicyArn, RoleArn};
use crate::association::Tags;
use crate::document::Document;
use crate::observed::Observed;

/// At least one reason.
pub(super) type Stopped = Vec<AccessReason>;

/// A role with its policies, compiled.
pub(super) struct RolePolicies<'a> {
    pub(super) role_arn: &'a RoleArn,
    pub(super) arn: Arn,
    pub(super) tags: &'a Tags,
    pub(super) trust: CompiledPolicy,
    identity: Vec<CompiledPolicy>,
    boundary: Option<CompiledPolicy>,
}

impl<'a> RolePolicies<'a> {
    pub(super) fn of(observed: &'a Observed, asked: &RoleArn) -> Result<Self, Stopped> {
        // A role of that name under another path is another role.
        let role = observed.roles.get(asked).filter(|role| role.arn == *asked);
        let role = role.ok_or_else(|| {
            let role = asked.clone();
            vec![AccessReason::RoleMissing { role }]
        })?;
        let managed = |arn: &PolicyArn, kind| {
            let policy = observed.policies.get(arn).ok_or_else(|| {
                let policy = arn.clone();
                vec![AccessReason::PolicyMissing { policy }]
            })?;
            compile(arn, &policy.spec.document, kind)
        };
        let state = &role.state;
        let attached = state
            .attached
            .iter()
            .map(|arn| managed(arn, DocumentKind::ManagedIdentity));
        let inline = state
            .inline
            .iter()
            .map(|(name, document)| compile(name, document, DocumentKind::InlineIdentity));
        let boundary = state
            .spec
            .permissions_boundary
            .as_ref()
            .map(|arn| managed(arn, DocumentKind::Boundary))
            .transpose()?;
        Ok(Self {
            role_arn: &role.arn,
            arn: parse_arn(&role.arn)?,
            tags: &state.spec.tags,
            trust: compile(
                format_args!("trust policy of {}", role.arn.name()),
                &state.spec.trust_policy,
                DocumentKind::Trust,
            )?,
            identity: attached.chain(inline).collect::<Result<_, _>>()?,
            boundary,
        })
    }

    /// The role's own layers: its permissions policies and its boundary.
    pub(super) fn layers(&self) -> Layers<'_> {
        let layers = self.identity.iter().fold(Layers::new(), Layers::identity);
        self.boundary.iter().fold(layers, Layers::boundary)
    }

    pub(super) fn session(&self, call: &AssumeRole) -> Result<Principal, Stopped> {
        call.session().map_err(|error| unreadable(&self.arn, error))
    }
}

/// Compiles a document, which decisions then report by this name.
pub(super) fn compile(
    name: impl Display,
    document: &Document,
    kind: DocumentKind,
) -> Result<CompiledPolicy, Stopped> {
    match PolicyDocument::parse(document.as_str()) {
        Ok(document) => Ok(CompiledPolicy::compile(&document, kind).named(name.to_string())),
        Err(error) => Err(unreadable(name, error)),
    }
}

fn parse_arn(arn: &RoleArn) -> Result<Arn, Stopped> {
    let parsed = arn.to_string().parse();
    parsed.map_err(|error: ArnError| unreadable(arn, error))
}

fn unreadable(what: impl Display, error: impl Display) -> Stopped {
    vec![AccessReason::Unreadable {
        what: what.to_string(),
        error: error.to_string(),
    }]
}

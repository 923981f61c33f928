//! The policies that limit a session, as they are kept: by their names and documents.

use std::sync::Arc;

use podpass_policy::{CompiledPolicy, DocumentKind, PolicyDocument};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One policy.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written<D> {
    /// The ARN of a managed policy; the session's own has none.
    arn: Option<String>,
    document: D,
}

pub(super) fn serialize<S: Serializer>(
    policies: &[Arc<CompiledPolicy>],
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_seq(policies.iter().map(|policy| Written {
        arn: Some(policy.name().to_owned()).filter(|name| !name.is_empty()),
        document: policy.document(),
    }))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Vec<Arc<CompiledPolicy>>, D::Error> {
    let written = Vec::<Written<PolicyDocument>>::deserialize(from)?;
    let compiled = written.into_iter().map(|Written { arn, document }| {
        let kind = match arn {
            Some(_) => DocumentKind::ManagedIdentity,
            None => DocumentKind::Session,
        };
        let compiled = CompiledPolicy::compile(&document, kind);
        Arc::new(compiled.named(arn.unwrap_or_default()))
    });
    Ok(compiled.collect())
}

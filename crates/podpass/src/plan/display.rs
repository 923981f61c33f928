//! A plan on the screen: one line per step, and under it what exactly changes.

use std::fmt::{self, Display, Formatter};

use similar::{ChangeTag, TextDiff};

use super::Plan;
use super::step::{Change, Step, TagChanges, Tagged};
use crate::association::Tags;
use crate::document::Document;
use crate::spec::{AssociationSpec, RoleSpec};

/// The sign before a line: what is added, removed, changed, or told for orientation.
#[derive(Clone, Copy)]
enum Mark {
    Add,
    Remove,
    Change,
}

impl Mark {
    fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Remove => '-',
            Self::Change => '~',
        }
    }
}

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            writeln!(f, "Nothing to do: everything is as the manifest says.")?;
        }
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        for kept in &self.kept {
            writeln!(f, "  {kept}")?;
        }
        if !self.steps.is_empty() {
            let totals = self.totals();
            write!(
                f,
                "Plan: {} to create, {} to change, {} to delete.",
                totals.create, totals.change, totals.delete
            )?;
        }
        Ok(())
    }
}

impl Step {
    fn mark(&self) -> Mark {
        match self {
            Self::CreatePolicy { .. }
            | Self::CreateRole { .. }
            | Self::AttachPolicy { .. }
            | Self::CreateServiceAccount { .. }
            | Self::CreateAssociation { .. }
            | Self::PutInlinePolicy { from: None, .. } => Mark::Add,
            Self::DeletePolicy { .. }
            | Self::DeleteRole { .. }
            | Self::DetachPolicy { .. }
            | Self::DeleteInlinePolicy { .. }
            | Self::DeleteServiceAccount { .. }
            | Self::DeleteAssociation { .. } => Mark::Remove,
            Self::Retag { .. }
            | Self::UpdatePolicy { .. }
            | Self::UpdateRole { .. }
            | Self::SetBoundary { .. }
            | Self::UpdateTrustPolicy { .. }
            | Self::PutInlinePolicy { from: Some(_), .. }
            | Self::UpdateAssociation { .. } => Mark::Change,
        }
    }

    /// Whether the step brings something into being.
    pub fn is_creation(&self) -> bool {
        matches!(self.mark(), Mark::Add)
    }

    /// Whether the step takes something away.
    pub fn is_deletion(&self) -> bool {
        matches!(self.mark(), Mark::Remove)
    }

    /// The step in one line, such as ``create role `my-role` ``.
    pub fn summary(&self) -> String {
        match self {
            Self::Retag { on, .. } => match on {
                Tagged::Policy(arn) => format!("tag policy `{}`", arn.name()),
                Tagged::Role(arn) => format!("tag role `{}`", arn.name()),
                Tagged::Association { subject, .. } => format!("tag association `{subject}`"),
            },
            Self::CreatePolicy { arn, .. } => format!("create policy `{}`", arn.name()),
            Self::UpdatePolicy { arn, .. } => {
                format!("put a new version of policy `{}` in force", arn.name())
            }
            Self::CreateRole { arn, .. } => format!("create role `{}`", arn.name()),
            Self::UpdateRole { arn, .. } => format!("change role `{}`", arn.name()),
            Self::SetBoundary { arn, .. } => {
                format!("change the permissions boundary of role `{}`", arn.name())
            }
            Self::UpdateTrustPolicy { arn, .. } => {
                format!("replace the trust policy of role `{}`", arn.name())
            }
            Self::AttachPolicy { role, policy } => {
                format!(
                    "attach policy `{}` to role `{}`",
                    policy.name(),
                    role.name()
                )
            }
            Self::PutInlinePolicy { role, name, .. } => {
                format!("put inline policy `{name}` on role `{}`", role.name())
            }
            Self::CreateServiceAccount { subject } => {
                format!("create service account `{subject}`")
            }
            Self::CreateAssociation { subject, .. } => format!("create association `{subject}`"),
            Self::UpdateAssociation { subject, .. } => format!("change association `{subject}`"),
            Self::DeleteAssociation { subject, .. } => format!("delete association `{subject}`"),
            Self::DeleteServiceAccount { subject } => {
                format!("delete service account `{subject}`")
            }
            Self::DetachPolicy { role, policy } => {
                format!(
                    "detach policy `{}` from role `{}`",
                    policy.name(),
                    role.name()
                )
            }
            Self::DeleteInlinePolicy { role, name, .. } => {
                format!("delete inline policy `{name}` of role `{}`", role.name())
            }
            Self::DeleteRole { arn, .. } => format!("delete role `{}`", arn.name()),
            Self::DeletePolicy { arn, .. } => format!("delete policy `{}`", arn.name()),
        }
    }
}

/// The summary after its sign, then the details, indented, without a line break at the end.
impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.mark().sign(), self.summary())?;
        match self {
            Self::Retag { changes, .. } => tag_changes(f, changes),
            Self::CreatePolicy { arn, spec } => {
                field(f, "arn", arn)?;
                optional(f, "description", spec.description.as_ref())?;
                tags(f, &spec.tags)?;
                whole(f, "document", &spec.document)
            }
            Self::UpdatePolicy { document, .. } | Self::UpdateTrustPolicy { document, .. } => {
                text_diff(f, "document", Some(&document.from), Some(&document.to))
            }
            Self::CreateRole { arn, spec } => {
                field(f, "arn", arn)?;
                role(f, spec)
            }
            Self::UpdateRole {
                description,
                max_session_duration,
                ..
            } => {
                if let Some(Change { from, to }) = description {
                    changed(f, "description", from.as_ref(), to.as_ref())?;
                }
                if let Some(Change { from, to }) = max_session_duration {
                    changed(f, "maxSessionDuration", Some(from), Some(to))?;
                }
                Ok(())
            }
            Self::SetBoundary { boundary, .. } => changed(
                f,
                "permissionsBoundary",
                boundary.from.as_ref(),
                boundary.to.as_ref(),
            ),
            Self::PutInlinePolicy { from, to, .. } => match from {
                None => whole(f, "document", to),
                from => text_diff(f, "document", from.as_ref(), Some(to)),
            },
            Self::CreateAssociation {
                spec, tags: wanted, ..
            } => {
                association(f, spec)?;
                tags(f, wanted)
            }
            Self::UpdateAssociation { id, change, .. } => {
                field(f, "id", id)?;
                association_change(f, change)
            }
            Self::DeleteAssociation { id, spec, .. } => {
                field(f, "id", id)?;
                field(f, "roleArn", &spec.role_arn)
            }
            Self::AttachPolicy { policy, .. } | Self::DetachPolicy { policy, .. } => {
                field(f, "policyArn", policy)
            }
            Self::DeleteRole { arn, .. } => field(f, "arn", arn),
            Self::DeletePolicy { arn, .. } => field(f, "arn", arn),
            Self::CreateServiceAccount { .. }
            | Self::DeleteServiceAccount { .. }
            | Self::DeleteInlinePolicy { .. } => Ok(()),
        }
    }
}

fn role(f: &mut Formatter<'_>, spec: &RoleSpec) -> fmt::Result {
    optional(f, "description", spec.description.as_ref())?;
    field(f, "maxSessionDuration", spec.max_session_duration)?;
    optional(f, "permissionsBoundary", spec.permissions_boundary.as_ref())?;
    tags(f, &spec.tags)?;
    whole(f, "trust policy", &spec.trust_policy)
}

fn association(f: &mut Formatter<'_>, spec: &AssociationSpec) -> fmt::Result {
    field(f, "roleArn", &spec.role_arn)?;
    optional(f, "targetRoleArn", spec.target_role_arn.as_ref())?;
    if spec.disable_session_tags {
        field(f, "disableSessionTags", true)?;
    }
    match &spec.policy {
        Some(policy) => whole(f, "policy", policy),
        None => Ok(()),
    }
}

fn association_change(f: &mut Formatter<'_>, change: &Change<AssociationSpec>) -> fmt::Result {
    let Change { from, to } = change;
    if from.role_arn != to.role_arn {
        changed(f, "roleArn", Some(&from.role_arn), Some(&to.role_arn))?;
    }
    if from.target_role_arn != to.target_role_arn {
        changed(
            f,
            "targetRoleArn",
            from.target_role_arn.as_ref(),
            to.target_role_arn.as_ref(),
        )?;
    }
    if from.disable_session_tags != to.disable_session_tags {
        changed(
            f,
            "disableSessionTags",
            Some(from.disable_session_tags),
            Some(to.disable_session_tags),
        )?;
    }
    match (&from.policy, &to.policy) {
        (None, None) => Ok(()),
        (Some(from), Some(to)) if from.same_meaning(to) => Ok(()),
        (from, to) => text_diff(f, "policy", from.as_ref(), to.as_ref()),
    }
}

fn field(f: &mut Formatter<'_>, name: &str, value: impl Display) -> fmt::Result {
    write!(f, "\n    {name}: {value}")
}

fn optional(f: &mut Formatter<'_>, name: &str, value: Option<impl Display>) -> fmt::Result {
    match value {
        Some(value) => field(f, name, value),
        None => Ok(()),
    }
}

fn changed<T: Display>(
    f: &mut Formatter<'_>,
    name: &str,
    from: Option<T>,
    to: Option<T>,
) -> fmt::Result {
    let show = |value: Option<T>| value.map_or_else(|| "(none)".to_owned(), |v| v.to_string());
    write!(f, "\n    {name}: {} → {}", show(from), show(to))
}

fn tags(f: &mut Formatter<'_>, tags: &Tags) -> fmt::Result {
    for (key, value) in tags {
        write!(f, "\n    tag {key} = {value}")?;
    }
    Ok(())
}

fn tag_changes(f: &mut Formatter<'_>, changes: &TagChanges) -> fmt::Result {
    for (key, Change { from, to }) in changes {
        match (from, to) {
            (None, Some(to)) => write!(f, "\n    + {key} = {to}")?,
            (Some(from), None) => write!(f, "\n    - {key} = {from}")?,
            (from, to) => {
                let show = |value: &Option<String>| value.clone().unwrap_or_default();
                write!(f, "\n    ~ {key} = {} → {}", show(from), show(to))?;
            }
        }
    }
    Ok(())
}

fn whole(f: &mut Formatter<'_>, name: &str, document: &Document) -> fmt::Result {
    write!(f, "\n    {name}:")?;
    for line in document.to_pretty().lines() {
        write!(f, "\n      {line}")?;
    }
    Ok(())
}

/// The lines of a document that comes, goes or changes, each after its sign.
fn text_diff(
    f: &mut Formatter<'_>,
    name: &str,
    from: Option<&Document>,
    to: Option<&Document>,
) -> fmt::Result {
    write!(f, "\n    {name}:")?;
    let lines = |document: Option<&Document>| {
        document.map_or_else(String::new, |document| document.to_pretty() + "\n")
    };
    let (from, to) = (lines(from), lines(to));
    for line in TextDiff::from_lines(&from, &to).iter_all_changes() {
        let sign = match line.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        write!(f, "\n    {sign} {}", line.value().trim_end_matches('\n'))?;
    }
    Ok(())
}

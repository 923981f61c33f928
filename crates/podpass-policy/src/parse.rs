//! Reading: JSON into a typed document, with paths and positions in every error.

use crate::{
    Clause, Condition, Effect, PolicyDocument, PrincipalEntry, PrincipalKind, Principals, Span,
    Statement, Version,
    error::{Flaw, ParseError},
    json::{self, Member, Node, Value},
    position::Locator,
};

/// Reads a document and refuses what is not of a policy's shape.
pub(crate) fn document(text: &str) -> Result<PolicyDocument, ParseError> {
    let (document, miscased_effect) = document_of(text, &json::read(text)?)?;
    match miscased_effect {
        Some(error) => Err(error),
        None => Ok(document),
    }
}

/// Reads a document from JSON. An `Effect` that is wrong in nothing but its case is told apart, since
/// IAM looks at everything else first.
pub(crate) fn document_of(
    text: &str,
    root: &Node<'_>,
) -> Result<(PolicyDocument, Option<ParseError>), ParseError> {
    let mut reader = Reader {
        locator: Locator::new(text),
        miscased_effect: None,
    };
    let document = reader.document(root)?;
    Ok((document, reader.miscased_effect))
}

struct Reader<'t> {
    locator: Locator<'t>,
    miscased_effect: Option<ParseError>,
}

impl Reader<'_> {
    fn error(&mut self, at: usize, path: &str, message: String) -> ParseError {
        ParseError::new(Flaw::Shape, path, self.locator.position(at), message)
    }

    fn wrong_type(&mut self, node: &Node<'_>, path: &str, wanted: &str) -> ParseError {
        let message = format!("expected {wanted}, found {}", node.value.noun());
        self.error(node.start, path, message)
    }

    fn unknown_key(&mut self, member: &Member<'_>, path: &str, known: &[&str]) -> ParseError {
        let path = join(path, &member.key);
        let similar = known
            .iter()
            .find(|name| name.eq_ignore_ascii_case(member.key.trim_end_matches('s')))
            .or_else(|| {
                known
                    .iter()
                    .find(|name| name.eq_ignore_ascii_case(&member.key))
            });
        let hint = match similar {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("known elements are {}", known.join(", ")),
        };
        self.error(
            member.at,
            &path,
            format!("unknown element `{}`", member.key),
        )
        .with_hint(hint)
    }

    fn members<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
        path: &str,
    ) -> Result<&'n [Member<'t>], ParseError> {
        match &node.value {
            Value::Object(members) => Ok(members),
            _ => Err(self.wrong_type(node, path, "an object")),
        }
    }

    fn string(&mut self, node: &Node<'_>, path: &str) -> Result<String, ParseError> {
        match &node.value {
            Value::String(text) => Ok(text.clone().into_owned()),
            _ => Err(self.wrong_type(node, path, "a string")),
        }
    }

    fn document(&mut self, root: &Node<'_>) -> Result<PolicyDocument, ParseError> {
        let mut document = PolicyDocument {
            version: None,
            id: None,
            statements: Vec::new(),
        };
        let mut stated = false;
        for member in self.members(root, "")? {
            match &*member.key {
                "Version" => document.version = Some(self.version(&member.node)?),
                "Id" => document.id = Some(self.string(&member.node, "Id")?),
                "Statement" => {
                    stated = true;
                    document.statements = self.statements(&member.node)?;
                }
                _ => return Err(self.unknown_key(member, "", &["Version", "Id", "Statement"])),
            }
        }
        if !stated {
            return Err(self
                .error(root.start, "", "the document has no `Statement`".to_owned())
                .with_hint("add a `Statement` list"));
        }
        Ok(document)
    }

    fn version(&mut self, node: &Node<'_>) -> Result<Version, ParseError> {
        match &*self.string(node, "Version")? {
            "2012-10-17" => Ok(Version::V2012),
            "2008-10-17" => Ok(Version::V2008),
            other => Err(self
                .error(node.start, "Version", format!("unknown version `{other}`"))
                .with_hint("write `2012-10-17`")),
        }
    }

    fn statements(&mut self, node: &Node<'_>) -> Result<Vec<Statement>, ParseError> {
        match &node.value {
            Value::Object(_) => Ok(vec![self.statement(node, "Statement")?]),
            Value::Array(items) if !items.is_empty() => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.statement(item, &format!("Statement[{index}]")))
                .collect(),
            Value::Array(_) => Err(self.error(
                node.start,
                "Statement",
                "the document has no statements".to_owned(),
            )),
            _ => Err(self.wrong_type(node, "Statement", "an object or a list of objects")),
        }
    }

    fn statement(&mut self, node: &Node<'_>, path: &str) -> Result<Statement, ParseError> {
        const KNOWN: [&str; 9] = [
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ];
        let start = self.locator.position(node.start);
        let mut sid = None;
        let mut effect = None;
        let (mut principal, mut action, mut resource) = (None, None, None);
        let mut conditions = Vec::new();
        for member in self.members(node, path)? {
            let value = &member.node;
            let path = join(path, &member.key);
            match &*member.key {
                "Sid" => sid = Some(self.string(value, &path)?),
                "Effect" => effect = Some(self.effect(value, &path)?),
                "Principal" | "NotPrincipal" => {
                    let listed = self.principals(value, &path)?;
                    self.fill(&mut principal, member, &path, listed)?;
                }
                "Action" | "NotAction" => {
                    let listed = self.strings(value, &path, Nulls::Refused)?;
                    self.fill(&mut action, member, &path, listed)?;
                }
                "Resource" | "NotResource" => {
                    let listed = self.strings(value, &path, Nulls::Dropped)?;
                    self.fill(&mut resource, member, &path, listed)?;
                }
                "Condition" => conditions = self.conditions(value, &path)?,
                _ => {
                    return Err(self.unknown_key(
                        member,
                        path.rsplit_once('.').map_or("", |(front, _)| front),
                        &KNOWN,
                    ));
                }
            }
        }
        let Some(effect) = effect else {
            return Err(self
                .error(node.start, path, "the statement has no `Effect`".to_owned())
                .with_hint("add `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`"));
        };
        Ok(Statement {
            sid,
            effect,
            principal,
            action,
            resource,
            conditions,
            span: Span {
                start,
                end: self.locator.position(node.end),
            },
        })
    }

    /// Sets an element once: its plain and its `Not` form exclude each other.
    fn fill<T>(
        &mut self,
        slot: &mut Option<Clause<T>>,
        member: &Member<'_>,
        path: &str,
        listed: T,
    ) -> Result<(), ParseError> {
        let clause = match member.key.starts_with("Not") {
            true => Clause::AllBut(listed),
            false => Clause::Only(listed),
        };
        match slot.replace(clause) {
            None => Ok(()),
            Some(_) => {
                let plain = member.key.trim_start_matches("Not");
                let message = format!("the statement has both `{plain}` and `Not{plain}`");
                Err(self
                    .error(member.at, path, message)
                    .with_hint("split it into two statements"))
            }
        }
    }

    fn effect(&mut self, node: &Node<'_>, path: &str) -> Result<Effect, ParseError> {
        let text = self.string(node, path)?;
        for effect in [Effect::Allow, Effect::Deny] {
            let name = effect.to_string();
            if text == name {
                return Ok(effect);
            }
            if text.eq_ignore_ascii_case(&name) {
                let at = self.locator.position(node.start);
                let error = ParseError::new(
                    Flaw::EffectCase,
                    path,
                    at,
                    format!("unknown effect `{text}`"),
                )
                .with_hint(format!("write `{name}`: Effect is case-sensitive"));
                self.miscased_effect.get_or_insert(error);
                return Ok(effect);
            }
        }
        Err(self
            .error(node.start, path, format!("unknown effect `{text}`"))
            .with_hint("write `Allow` or `Deny`"))
    }

    fn principals(&mut self, node: &Node<'_>, path: &str) -> Result<Principals, ParseError> {
        match &node.value {
            Value::String(star) if star == "*" => Ok(Principals::Everyone),
            Value::Object(members) => {
                let mut entries = Vec::new();
                for member in members {
                    let kind = PrincipalKind::from(&*member.key);
                    let values =
                        self.strings(&member.node, &join(path, &member.key), Nulls::Refused)?;
                    entries.extend(values.into_iter().map(|value| PrincipalEntry {
                        kind: kind.clone(),
                        value,
                    }));
                }
                Ok(Principals::Listed(entries))
            }
            _ => Err(self
                .wrong_type(node, path, "`\"*\"` or an object")
                .with_hint("for example `{\"Service\": \"pods.eks.amazonaws.com\"}`")),
        }
    }

    fn strings(
        &mut self,
        node: &Node<'_>,
        path: &str,
        nulls: Nulls,
    ) -> Result<Vec<String>, ParseError> {
        match &node.value {
            Value::String(text) => Ok(vec![text.clone().into_owned()]),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .filter(|(_, item)| !(nulls == Nulls::Dropped && matches!(item.value, Value::Null)))
                .map(|(index, item)| self.string(item, &format!("{path}[{index}]")))
                .collect(),
            _ => Err(self.wrong_type(node, path, "a string or a list of strings")),
        }
    }

    fn conditions(&mut self, node: &Node<'_>, path: &str) -> Result<Vec<Condition>, ParseError> {
        let mut conditions = Vec::new();
        for operator in self.members(node, path)? {
            let path = join(path, &operator.key);
            for key in self.members(&operator.node, &path)? {
                conditions.push(Condition {
                    operator: operator.key.clone().into_owned(),
                    key: key.key.clone().into_owned(),
                    values: self.values(&key.node, &join(&path, &key.key))?,
                });
            }
        }
        Ok(conditions)
    }

    fn values(&mut self, node: &Node<'_>, path: &str) -> Result<Vec<String>, ParseError> {
        match &node.value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.scalar(item, &format!("{path}[{index}]")))
                .collect(),
            _ => Ok(vec![self.scalar(node, path)?]),
        }
    }

    fn scalar(&mut self, node: &Node<'_>, path: &str) -> Result<String, ParseError> {
        match &node.value {
            Value::String(text) => Ok(text.clone().into_owned()),
            Value::Number(text) => Ok((*text).to_owned()),
            Value::Bool(value) => Ok(value.to_string()),
            _ => Err(self.wrong_type(node, path, "a string, number or boolean")),
        }
    }
}

/// What a list does with `null`: IAM passes over it among resources.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    Refused,
    Dropped,
}

/// The path of a member: `a.b`, or `a["b.c"]` where a dot would mislead.
pub(crate) fn join(path: &str, key: &str) -> String {
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b':');
    match (path, plain) {
        ("", _) => key.to_owned(),
        (path, true) if !key.contains("aws:") => format!("{path}.{key}"),
        (path, _) => format!("{path}[{key:?}]"),
    }
}

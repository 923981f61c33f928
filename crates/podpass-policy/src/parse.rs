//! Reading: JSON into a typed document, with paths and positions in every error.

use crate::{
    Clause, Condition, Effect, PolicyDocument, PrincipalEntry, PrincipalKind, Principals, Span,
    Statement, Version,
    error::{Flaw, ParseError},
    json::{self, Member, Node, Value},
    path::Path,
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
    fn error(&mut self, at: usize, path: Path<'_>, message: String) -> ParseError {
        ParseError::new(
            Flaw::Shape,
            path.to_string(),
            self.locator.position(at),
            message,
        )
    }

    fn wrong_type(&mut self, node: &Node<'_>, path: Path<'_>, wanted: &str) -> ParseError {
        let message = format!("expected {wanted}, found {}", node.value.noun());
        self.error(node.start, path, message)
    }

    fn unknown_key(&mut self, member: &Member<'_>, path: Path<'_>, known: &[&str]) -> ParseError {
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
        let message = format!("unknown element `{}`", member.key);
        self.error(member.at, path.key(&member.key), message)
            .with_hint(hint)
    }

    fn members<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
        path: Path<'_>,
    ) -> Result<&'n [Member<'t>], ParseError> {
        match &node.value {
            Value::Object(members) => Ok(members),
            _ => Err(self.wrong_type(node, path, "an object")),
        }
    }

    fn string(&mut self, node: &Node<'_>, path: Path<'_>) -> Result<String, ParseError> {
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
        let top = Path::Root;
        for member in self.members(root, top)? {
            let path = top.key(&member.key);
            match &*member.key {
                "Version" => document.version = Some(self.version(&member.node, path)?),
                "Id" => document.id = Some(self.string(&member.node, path)?),
                "Statement" => {
                    stated = true;
                    document.statements = self.statements(&member.node, path)?;
                }
                _ => return Err(self.unknown_key(member, top, &["Version", "Id", "Statement"])),
            }
        }
        if !stated {
            return Err(self
                .error(
                    root.start,
                    top,
                    "the document has no `Statement`".to_owned(),
                )
                .with_hint("add a `Statement` list"));
        }
        Ok(document)
    }

    fn version(&mut self, node: &Node<'_>, path: Path<'_>) -> Result<Version, ParseError> {
        match &*self.string(node, path)? {
            "2012-10-17" => Ok(Version::V2012),
            "2008-10-17" => Ok(Version::V2008),
            other => Err(self
                .error(node.start, path, format!("unknown version `{other}`"))
                .with_hint("write `2012-10-17`")),
        }
    }

    fn statements(
        &mut self,
        node: &Node<'_>,
        path: Path<'_>,
    ) -> Result<Vec<Statement>, ParseError> {
        match &node.value {
            Value::Object(_) => Ok(vec![self.statement(node, path)?]),
            Value::Array(items) if !items.is_empty() => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.statement(item, path.index(index)))
                .collect(),
            Value::Array(_) => Err(self.error(
                node.start,
                path,
                "the document has no statements".to_owned(),
            )),
            _ => Err(self.wrong_type(node, path, "an object or a list of objects")),
        }
    }

    fn statement(&mut self, node: &Node<'_>, path: Path<'_>) -> Result<Statement, ParseError> {
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
            let at = path.key(&member.key);
            match &*member.key {
                "Sid" => sid = Some(self.string(value, at)?),
                "Effect" => effect = Some(self.effect(value, at)?),
                "Principal" | "NotPrincipal" => {
                    let listed = self.principals(value, at)?;
                    self.fill(&mut principal, member, at, listed)?;
                }
                "Action" | "NotAction" => {
                    let listed = self.strings(value, at, Nulls::Refused)?;
                    self.fill(&mut action, member, at, listed)?;
                }
                "Resource" | "NotResource" => {
                    let listed = self.strings(value, at, Nulls::Dropped)?;
                    self.fill(&mut resource, member, at, listed)?;
                }
                "Condition" => conditions = self.conditions(value, at)?,
                _ => return Err(self.unknown_key(member, path, &KNOWN)),
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
        path: Path<'_>,
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

    fn effect(&mut self, node: &Node<'_>, path: Path<'_>) -> Result<Effect, ParseError> {
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
                    path.to_string(),
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

    fn principals(&mut self, node: &Node<'_>, path: Path<'_>) -> Result<Principals, ParseError> {
        match &node.value {
            Value::String(star) if star == "*" => Ok(Principals::Everyone),
            Value::Object(members) => {
                let mut entries = Vec::new();
                for member in members {
                    let kind = PrincipalKind::from(&*member.key);
                    let values =
                        self.strings(&member.node, path.key(&member.key), Nulls::Refused)?;
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
        path: Path<'_>,
        nulls: Nulls,
    ) -> Result<Vec<String>, ParseError> {
        match &node.value {
            Value::String(text) => Ok(vec![text.clone().into_owned()]),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .filter(|(_, item)| !(nulls == Nulls::Dropped && matches!(item.value, Value::Null)))
                .map(|(index, item)| self.string(item, path.index(index)))
                .collect(),
            _ => Err(self.wrong_type(node, path, "a string or a list of strings")),
        }
    }

    fn conditions(
        &mut self,
        node: &Node<'_>,
        path: Path<'_>,
    ) -> Result<Vec<Condition>, ParseError> {
        let mut conditions = Vec::new();
        for operator in self.members(node, path)? {
            let path = path.key(&operator.key);
            for key in self.members(&operator.node, path)? {
                conditions.push(Condition {
                    operator: operator.key.clone().into_owned(),
                    key: key.key.clone().into_owned(),
                    values: self.values(&key.node, path.key(&key.key))?,
                });
            }
        }
        Ok(conditions)
    }

    fn values(&mut self, node: &Node<'_>, path: Path<'_>) -> Result<Vec<String>, ParseError> {
        match &node.value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.scalar(item, path.index(index)))
                .collect(),
            _ => Ok(vec![self.scalar(node, path)?]),
        }
    }

    fn scalar(&mut self, node: &Node<'_>, path: Path<'_>) -> Result<String, ParseError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_tells_where_and_what_helps() {
        for (text, path, at, hint) in [
            (r#"{"Statement":[]}"#, "Statement", (1, 14), None),
            (
                r#"{"Version":"2012-10-18"}"#,
                "Version",
                (1, 12),
                Some("write `2012-10-17`"),
            ),
            (
                r#"{"Statements":[]}"#,
                "Statements",
                (1, 2),
                Some("did you mean `Statement`?"),
            ),
            (
                "{\"Statement\":{\n \"Effect\":\"Allow\",\n \"Actions\":\"*\"}}",
                "Statement.Actions",
                (3, 2),
                Some("did you mean `Action`?"),
            ),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"*"}]}"#,
                "Statement[0].NotAction",
                (1, 46),
                Some("split it into two statements"),
            ),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":["a",1]}]}"#,
                "Statement[0].Action[1]",
                (1, 47),
                None,
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Condition":{"Bool":{"aws:SecureTransport":{}}}}}"#,
                r#"Statement.Condition.Bool["aws:SecureTransport"]"#,
                (1, 74),
                None,
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Principal":"me"}}"#,
                "Statement.Principal",
                (1, 43),
                Some(r#"for example `{"Service": "pods.eks.amazonaws.com"}`"#),
            ),
        ] {
            let error = document(text).unwrap_err();
            assert_eq!(
                (error.path.as_str(), (error.line, error.column)),
                (path, at),
                "{error}"
            );
            assert_eq!(error.hint.as_deref(), hint, "{error}");
        }
    }

    #[test]
    fn a_statements_span_is_its_braces() {
        let text = r#"{ "Version": "2012-10-17", "Statement": {"Effect": "Allow"}}"#;
        let span = document(text).unwrap().statements[0].span;
        assert_eq!((span.start.column, span.end.column), (41, 60));
    }
}

//! Patterns: text with wildcards and policy variables, matched without allocation in time that no
//! pattern can make exponential.

use crate::{Context, Version, context::ContextValue, key::Key, truth::Truth};

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    tokens: Box<[Token]>,
    /// Whether ASCII case is ignored.
    folds: bool,
    has_variables: bool,
}

#[derive(Clone, Debug)]
enum Token {
    Text(Box<str>),
    /// `?`: one character.
    One(Reach),
    /// `*`: any number of characters.
    Any(Reach),
    Variable(Variable),
}

/// How far a wildcard reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Over everything.
    Far,
    /// Not over a colon: it stays in its field of an ARN.
    Field,
}

/// `${key}` or `${key, 'default'}`.
#[derive(Clone, Debug)]
struct Variable {
    key: Key,
    default: Option<Box<str>>,
}

/// How a text is read as a pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    pub(crate) wildcards: Wildcards,
    pub(crate) variables: bool,
    pub(crate) folds: bool,
}

/// What `*` and `?` mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wildcards {
    /// Nothing special.
    Literal,
    /// They run over everything.
    Glob,
    /// As in `ArnLike`: each stays in its field, up to the fifth colon.
    ArnFields,
    /// As in `Resource`: like `ArnFields`, but a `*` that ends its field may run over colons.
    Resource,
}

impl Dialect {
    /// Actions: `*` and `?` anywhere, no case, no variables.
    pub(crate) const ACTION: Self = Self {
        wildcards: Wildcards::Glob,
        variables: false,
        folds: true,
    };

    /// Text with the given wildcards, and variables as far as the version knows them.
    pub(crate) fn text(wildcards: Wildcards, version: Version) -> Self {
        Self {
            wildcards,
            variables: version == Version::V2012,
            folds: false,
        }
    }

    pub(crate) fn folding(self) -> Self {
        Self {
            folds: true,
            ..self
        }
    }
}

impl Pattern {
    pub(crate) fn compile(text: &str, dialect: Dialect) -> Self {
        let mut builder = Builder::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if dialect.variables
                && let Some((piece, behind)) = variable(rest)
            {
                builder.push(piece);
                rest = behind;
                continue;
            }
            let behind = &rest[c.len_utf8()..];
            match (c, dialect.wildcards) {
                ('*' | '?', Wildcards::Literal) => builder.text.push(c),
                ('?', wildcards) => {
                    builder.push(Piece::Token(Token::One(builder.reach(wildcards, false))))
                }
                ('*', wildcards) => {
                    let ends_field = behind.is_empty() || behind.starts_with(':');
                    builder.push(Piece::Token(Token::Any(
                        builder.reach(wildcards, ends_field),
                    )));
                }
                (c, _) => {
                    builder.colons += usize::from(c == ':');
                    builder.text.push(c);
                }
            }
            rest = behind;
        }
        builder.flush();
        Self {
            has_variables: builder
                .tokens
                .iter()
                .any(|t| matches!(t, Token::Variable(_))),
            tokens: builder.tokens.into(),
            folds: dialect.folds,
        }
    }

    /// The text, when the pattern is nothing but text.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &*self.tokens {
            [] => Some(""),
            [Token::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether the pattern has variables.
    pub(crate) fn has_variables(&self) -> bool {
        self.has_variables
    }

    /// Whether the whole text matches. A variable without value matches nothing; one that would have
    /// to choose among the values of a list is not understood.
    pub(crate) fn matches(&self, text: &str, context: &Context) -> Truth {
        if self.has_variables {
            for token in &self.tokens {
                if let Token::Variable(variable) = token {
                    match variable.resolve(context) {
                        Resolved::Missing => return Truth::No,
                        Resolved::Ambiguous => return Truth::Unsure,
                        Resolved::Text(_) => {}
                    }
                }
            }
        }
        self.run(text, context).into()
    }

    /// Matches greedily from the left. To fail means to go back to the last `*`: the last that stays in
    /// its field, else the last that does not. Earlier ones cannot help, since whatever a later `*`
    /// gives up an earlier one could only skip, so the work is bounded by the square of the text.
    fn run(&self, mut text: &str, context: &Context) -> bool {
        let mut at = 0;
        let mut far: Option<(usize, &str)> = None;
        let mut field: Option<(usize, &str)> = None;
        loop {
            let step = match self.tokens.get(at) {
                None if text.is_empty() => return true,
                None => None,
                Some(Token::Text(wanted)) => strip(text, wanted, self.folds),
                Some(Token::One(reach)) => skip(text, *reach),
                Some(Token::Variable(variable)) => match variable.resolve(context) {
                    Resolved::Text(wanted) => strip(text, wanted, self.folds),
                    Resolved::Missing | Resolved::Ambiguous => return false,
                },
                Some(Token::Any(Reach::Far)) => {
                    if at + 1 == self.tokens.len() {
                        return true;
                    }
                    far = Some((at + 1, text));
                    field = None;
                    Some(text)
                }
                Some(Token::Any(Reach::Field)) => {
                    field = Some((at + 1, text));
                    Some(text)
                }
            };
            if let Some(rest) = step {
                text = rest;
                at += 1;
                continue;
            }
            let retreat = field
                .and_then(|(token, from)| Some((token, skip(from, Reach::Field)?)))
                .inspect(|retreat| field = Some(*retreat));
            let retreat = retreat.or_else(|| {
                field = None;
                far.and_then(|(token, from)| Some((token, skip(from, Reach::Far)?)))
                    .inspect(|retreat| far = Some(*retreat))
            });
            match retreat {
                Some((token, rest)) => (at, text) = (token, rest),
                None => return false,
            }
        }
    }
}

fn strip<'t>(text: &'t str, wanted: &str, folds: bool) -> Option<&'t str> {
    if !folds {
        return text.strip_prefix(wanted);
    }
    let (front, rest) = text.split_at_checked(wanted.len())?;
    front.eq_ignore_ascii_case(wanted).then_some(rest)
}

fn skip(text: &str, reach: Reach) -> Option<&str> {
    let mut chars = text.chars();
    match chars.next()? {
        ':' if reach == Reach::Field => None,
        _ => Some(chars.as_str()),
    }
}

enum Resolved<'a> {
    Text(&'a str),
    Missing,
    Ambiguous,
}

impl Variable {
    fn resolve<'a>(&'a self, context: &'a Context) -> Resolved<'a> {
        match (context.lookup(&self.key), &self.default) {
            (Some(ContextValue::One(value)), _) => Resolved::Text(value),
            (Some(ContextValue::List(_)), _) => Resolved::Ambiguous,
            (None, Some(default)) => Resolved::Text(default),
            (None, None) => Resolved::Missing,
        }
    }
}

enum Piece<'t> {
    Escape(&'t str),
    Token(Token),
}

/// What stands at the start of the text: `${*}`, `${?}`, `${$}`, or a variable; nothing when the text
/// does not start with a closed `${…}`.
fn variable(text: &str) -> Option<(Piece<'_>, &str)> {
    let (inside, behind) = text.strip_prefix("${")?.split_once('}')?;
    if matches!(inside, "*" | "?" | "$") {
        return Some((Piece::Escape(inside), behind));
    }
    let (key, default) = match inside.split_once(',') {
        None => (inside, None),
        Some((key, default)) => (key, Some(default.trim().trim_matches('\'').into())),
    };
    let variable = Variable {
        key: Key::new(key.trim()),
        default,
    };
    Some((Piece::Token(Token::Variable(variable)), behind))
}

#[derive(Default)]
struct Builder {
    tokens: Vec<Token>,
    text: String,
    colons: usize,
}

impl Builder {
    fn reach(&self, wildcards: Wildcards, ends_field: bool) -> Reach {
        match wildcards {
            Wildcards::ArnFields if self.colons < 5 => Reach::Field,
            Wildcards::Resource if self.colons < 5 && !ends_field => Reach::Field,
            _ => Reach::Far,
        }
    }

    fn push(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Escape(text) => self.text.push_str(text),
            Piece::Token(token) => {
                self.flush();
                self.tokens.push(token);
            }
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.tokens
                .push(Token::Text(std::mem::take(&mut self.text).into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, wildcards: Wildcards, text: &str) -> bool {
        let dialect = Dialect::text(wildcards, Version::V2012);
        let context = [("aws:username", "a*b")].into_iter().collect();
        Pattern::compile(pattern, dialect).matches(text, &context) == Truth::Yes
    }

    #[test]
    fn a_variables_value_is_literal() {
        assert!(matches("${aws:UserName}/x", Wildcards::Glob, "a*b/x"));
        assert!(!matches("${aws:UserName}/x", Wildcards::Glob, "aXb/x"));
    }

    #[test]
    fn a_missing_variable_matches_nothing_unless_it_has_a_default() {
        assert!(!matches("*${aws:userid}", Wildcards::Glob, "x"));
        assert!(matches(
            "t/${aws:PrincipalTag/team, 'all'}",
            Wildcards::Glob,
            "t/all"
        ));
    }

    #[test]
    fn escapes_are_literal_characters() {
        assert!(matches("a${*}${?}${$}", Wildcards::Glob, "a*?$"));
        assert!(!matches("a${*}", Wildcards::Glob, "ab"));
        assert!(matches("a${b", Wildcards::Glob, "a${b"));
    }

    #[test]
    fn a_resource_star_crosses_colons_only_at_the_end_of_its_field() {
        let table = "arn:aws:dynamodb:us-east-1:1111:table/prod-x";
        assert!(matches(
            "arn:aws:dynamodb:*:table/prod-*",
            Wildcards::Resource,
            table
        ));
        assert!(!matches(
            "arn:aws:dynamodb:*:table/prod-*",
            Wildcards::ArnFields,
            table
        ));
        assert!(!matches(
            "arn:aws:dynamodb:u*1111:table/prod-x",
            Wildcards::Resource,
            table
        ));
        assert!(matches(
            "arn:aws:dynamodb:u*1:*:table/*",
            Wildcards::ArnFields,
            table
        ));
    }

    #[test]
    fn hostile_patterns_end() {
        let pattern = "a*".repeat(40) + "b";
        assert!(!matches(&pattern, Wildcards::Glob, &"a".repeat(2000)));
    }

    /// The definition of matching, without any thought of speed.
    fn naive(pattern: &[char], text: &[char], wildcards: Wildcards, colons: usize) -> bool {
        let Some((&first, rest)) = pattern.split_first() else {
            return text.is_empty();
        };
        let in_field = |ends: bool| match wildcards {
            Wildcards::ArnFields => colons < 5,
            Wildcards::Resource => colons < 5 && !ends,
            Wildcards::Glob | Wildcards::Literal => false,
        };
        match first {
            '*' => {
                let bound = in_field(rest.first().is_none_or(|next| *next == ':'));
                (0..=text.len())
                    .take_while(|taken| !(bound && text[..*taken].contains(&':')))
                    .any(|taken| naive(rest, &text[taken..], wildcards, colons))
            }
            '?' => {
                let allowed = |c: &char| !(in_field(false) && *c == ':');
                text.first().is_some_and(allowed) && naive(rest, &text[1..], wildcards, colons)
            }
            c => {
                let colons = colons + usize::from(c == ':');
                text.first() == Some(&c) && naive(rest, &text[1..], wildcards, colons)
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn matching_agrees_with_its_definition(pattern in "[ab:*?]{0,12}", text in "[ab:]{0,14}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            for wildcards in [Wildcards::Glob, Wildcards::ArnFields, Wildcards::Resource] {
                let expected = naive(&chars(&pattern), &chars(&text), wildcards, 0);
                proptest::prop_assert_eq!(matches(&pattern, wildcards, &text), expected, "{:?}", wildcards);
            }
        }
    }
}

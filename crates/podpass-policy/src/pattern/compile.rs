//! Reading a text as a pattern.

use super::{Pattern, Reach, Token, Variable};
use crate::{Version, key::Key};

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
        while let Some(at) = rest.find(['*', '?', '$']) {
            builder.push_text(&rest[..at]);
            rest = &rest[at..];
            if dialect.variables
                && let Some((piece, behind)) = variable(rest)
            {
                let is_early = dialect.wildcards == Wildcards::Resource && builder.colons < 5;
                builder.misplaced |= is_early && matches!(piece, Piece::Token(_));
                builder.push(piece);
                rest = behind;
                continue;
            }
            let (special, behind) = rest.split_at(1);
            let ends_field = behind.is_empty() || behind.starts_with(':');
            match (special, dialect.wildcards) {
                ("*", wildcards) if wildcards != Wildcards::Literal => {
                    let reach = builder.reach(wildcards, ends_field);
                    builder.push(Piece::Token(Token::Any(reach)));
                }
                ("?", wildcards) if wildcards != Wildcards::Literal => {
                    let reach = builder.reach(wildcards, false);
                    builder.push(Piece::Token(Token::One(reach)));
                }
                _ => builder.text.push_str(special),
            }
            rest = behind;
        }
        builder.push_text(rest);
        builder.flush();
        Self {
            has_variables: builder
                .tokens
                .iter()
                .any(|t| matches!(t, Token::Variable(_))),
            tokens: builder.tokens,
            folds: dialect.folds,
            misplaced: builder.misplaced,
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

/// The keys of the variables in a text, as written, and whether they have a default.
pub(crate) fn variables(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let closed = text
        .split("${")
        .skip(1)
        .filter_map(|part| Some(part.split_once('}')?.0));
    closed
        .filter(|inside| !matches!(*inside, "*" | "?" | "$"))
        .map(|inside| match inside.split_once(',') {
            Some((key, _)) => (key.trim(), true),
            None => (inside.trim(), false),
        })
}

#[derive(Default)]
struct Builder {
    tokens: Vec<Token>,
    text: String,
    colons: usize,
    misplaced: bool,
}

impl Builder {
    fn reach(&self, wildcards: Wildcards, ends_field: bool) -> Reach {
        match wildcards {
            Wildcards::ArnFields if self.colons < 5 => Reach::Field,
            Wildcards::Resource if self.colons < 5 && !ends_field => Reach::Field,
            _ => Reach::Far,
        }
    }

    fn push_text(&mut self, text: &str) {
        self.colons += text.bytes().filter(|b| *b == b':').count();
        self.text.push_str(text);
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

//! Patterns: text with wildcards and policy variables, compiled (`compile`) and matched (here) without
//! allocation, in time that no pattern can make exponential.

mod compile;

pub(crate) use compile::{Dialect, Wildcards, variables};

use crate::{Context, context::ContextValue, key::Key, truth::Truth};

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    tokens: Vec<Token>,
    /// Whether ASCII case is ignored.
    folds: bool,
    has_variables: bool,
    /// Whether a variable stands where IAM takes none: before the fifth colon of a resource.
    misplaced: bool,
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

impl Pattern {
    /// Whether the pattern has variables.
    pub(crate) fn has_variables(&self) -> bool {
        self.has_variables
    }

    /// Whether the whole text matches. A variable without value matches nothing; one that would have
    /// to choose among the values of a list is not understood.
    pub(crate) fn matches(&self, text: &str, context: &Context) -> Truth {
        // What nearly all patterns are, first.
        match self.tokens.as_slice() {
            [Token::Text(wanted)] => {
                let rest = strip(text, wanted, self.folds);
                return rest.is_some_and(str::is_empty).into();
            }
            [Token::Text(front), Token::Any(Reach::Far)] => {
                return strip(text, front, self.folds).is_some().into();
            }
            [Token::Any(Reach::Far)] => return Truth::Yes,
            _ => {}
        }
        if self.misplaced {
            return Truth::Unsure;
        }
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
    /// gives up an earlier one could only skip: no number of `*` makes the work exponential.
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
    let front = text.as_bytes().get(..wanted.len())?;
    front
        .eq_ignore_ascii_case(wanted.as_bytes())
        .then(|| text.get(wanted.len()..))?
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

#[cfg(test)]
mod tests;

//! Places in a policy's text.

use serde::Serialize;

/// A place in a text: line and column, both from 1; a column counts characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// A stretch of text, as `SimulatePrincipalPolicy` reports it: from the opening `{` of a statement
/// to the place just behind its closing `}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// Where it begins.
    pub start: Position,
    /// The place just behind its end.
    pub end: Position,
}

/// Turns byte offsets into positions; cheap when they are asked for in ascending order.
pub(crate) struct Locator<'t> {
    text: &'t str,
    offset: usize,
    at: Position,
}

impl<'t> Locator<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            offset: 0,
            at: Position { line: 1, column: 1 },
        }
    }

    pub(crate) fn position(&mut self, offset: usize) -> Position {
        if offset < self.offset {
            *self = Self::new(self.text);
        }
        let passed = &self.text[self.offset..offset];
        let characters = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        match passed.rsplit_once('\n') {
            None => self.at.column += characters(passed),
            Some((lines, line)) => {
                let breaks = lines.bytes().filter(|byte| *byte == b'\n').count();
                self.at.line += 1 + u32::try_from(breaks).unwrap_or(u32::MAX);
                self.at.column = 1 + characters(line);
            }
        }
        self.offset = offset;
        self.at
    }
}

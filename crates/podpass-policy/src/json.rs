//! JSON with the place of every value, which serde_json does not tell. Structure is read here;
//! escapes and the grammar of numbers are left to serde_json.

use std::{borrow::Cow, collections::HashSet};

use crate::{
    error::{Flaw, ParseError},
    position::Locator,
};

/// The most characters that IAM takes in any document parameter.
pub const MAX_DOCUMENT_LENGTH: usize = 131_072;

/// Deeper nesting than any policy needs: a condition's value stands at depth 6.
const MAX_DEPTH: usize = 32;

/// A JSON value and where it stands in the text.
pub(crate) struct Node<'t> {
    pub(crate) value: Value<'t>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

pub(crate) enum Value<'t> {
    Null,
    Bool(bool),
    /// The number as it was written.
    Number(&'t str),
    String(Cow<'t, str>),
    Array(Vec<Node<'t>>),
    Object(Vec<Member<'t>>),
}

pub(crate) struct Member<'t> {
    pub(crate) key: Cow<'t, str>,
    pub(crate) at: usize,
    pub(crate) node: Node<'t>,
}

impl Value<'_> {
    /// What the value is, for messages.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// Reads one JSON value that fills the whole text.
pub(crate) fn read(text: &str) -> Result<Node<'_>, ParseError> {
    let mut reader = Reader { text, at: 0 };
    if text.len() > MAX_DOCUMENT_LENGTH && text.chars().count() > MAX_DOCUMENT_LENGTH {
        return Err(reader
            .error(0, "the document is too long")
            .with_hint(format!(
                "IAM takes at most {MAX_DOCUMENT_LENGTH} characters"
            )));
    }
    let node = reader.value(0)?;
    reader.space();
    if reader.at < text.len() {
        return Err(reader.error(reader.at, "unexpected text behind the document"));
    }
    Ok(node)
}

/// Bytes as text; an error tells the place of the first byte that is none.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, ParseError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let sound = bytes[..error.valid_up_to()]
            .utf8_chunks()
            .map(|chunk| chunk.valid());
        let at = Locator::new(&sound.collect::<String>()).position(error.valid_up_to());
        ParseError::new(Flaw::Json, "", at, "the document is not UTF-8")
    })
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn error(&self, at: usize, message: impl Into<String>) -> ParseError {
        let at = Locator::new(self.text).position(at.min(self.text.len()));
        ParseError::new(Flaw::Json, "", at, message)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), ParseError> {
        self.space();
        if self.peek() != Some(byte) {
            return Err(self.unexpected(what));
        }
        self.at += 1;
        Ok(())
    }

    fn unexpected(&self, wanted: &str) -> ParseError {
        match self.text[self.at..].chars().next() {
            None => self.error(self.at, format!("the text ends where {wanted} should be")),
            Some(found) => self.error(self.at, format!("found `{found}` where {wanted} should be")),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node<'t>, ParseError> {
        if depth > MAX_DEPTH {
            return Err(self.error(self.at, "the document is nested too deeply"));
        }
        self.space();
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node {
            value,
            start,
            end: self.at,
        })
    }

    fn object(&mut self, depth: usize) -> Result<Value<'t>, ParseError> {
        self.at += 1;
        let mut members: Vec<Member<'t>> = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            let at = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            let key = self.string()?;
            self.expect(b':', "`:`")?;
            let node = self.value(depth + 1)?;
            members.push(Member { key, at, node });
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.unexpected("`,` or `}`")),
            }
        }
        self.at += 1;
        self.refuse_duplicates(&members)?;
        Ok(Value::Object(members))
    }

    fn refuse_duplicates(&self, members: &[Member<'t>]) -> Result<(), ParseError> {
        let duplicate = if members.len() <= 8 {
            let seen_before = |(index, member): &(usize, &Member<'t>)| {
                members[..*index].iter().any(|m| m.key == member.key)
            };
            members.iter().enumerate().find(seen_before).map(|(_, m)| m)
        } else {
            let mut seen = HashSet::with_capacity(members.len());
            members.iter().find(|member| !seen.insert(&member.key))
        };
        match duplicate {
            None => Ok(()),
            Some(member) => Err(self
                .error(member.at, format!("the key `{}` stands twice", member.key))
                .with_hint("merge the two: IAM refuses documents with duplicate keys")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value<'t>, ParseError> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.unexpected("`,` or `]`")),
            }
        }
        self.at += 1;
        Ok(Value::Array(items))
    }

    fn string(&mut self) -> Result<Cow<'t, str>, ParseError> {
        let start = self.at;
        let mut escaped = false;
        loop {
            self.at += 1;
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            let Some(run) = rest.iter().position(ends) else {
                return Err(self.error(start, "a string without its closing `\"`"));
            };
            self.at += run;
            match rest[run] {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.at += 1;
                }
                _ => return Err(self.error(self.at, "a control character inside a string")),
            }
        }
        self.at += 1;
        let quoted = &self.text[start..self.at];
        if !escaped {
            return Ok(Cow::Borrowed(&quoted[1..quoted.len() - 1]));
        }
        serde_json::from_str(quoted)
            .map(Cow::Owned)
            .map_err(|_| self.error(start, "a string with an invalid escape"))
    }

    fn number(&mut self) -> Result<Value<'t>, ParseError> {
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
        ) {
            self.at += 1;
        }
        let written = &self.text[start..self.at];
        match serde_json::from_str::<serde_json::Number>(written) {
            Ok(_) => Ok(Value::Number(written)),
            Err(_) => Err(self.error(start, format!("`{written}` is not a number"))),
        }
    }

    fn word(&mut self) -> Result<Value<'t>, ParseError> {
        for (word, value) in [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
        ] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.unexpected("a value"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serde_json_refuses_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\" 1}",
            "{\"a\":1,}",
            "01",
            "1.",
            "\"\\x\"",
            "\"",
            "tru",
            "1 2",
            "\"a\nb\"",
            "{a:1}",
            "\"\\",
            "-",
            "1e",
        ] {
            assert!(read(text).is_err(), "{text}");
            assert!(
                serde_json::from_str::<serde_json::Value>(text).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn duplicate_keys_are_refused_in_small_and_in_large_objects() {
        let many: Vec<_> = (0..20).map(|n| format!("\"k{}\":1", n % 19)).collect();
        for text in [
            "{\"a\":1,\"a\":2}".to_owned(),
            format!("{{{}}}", many.join(",")),
        ] {
            let error = read(&text).err().unwrap();
            assert!(error.message.ends_with("stands twice"), "{error}");
        }
    }

    #[test]
    fn deep_nesting_and_megabytes_are_errors() {
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&format!("\"{}\"", "x".repeat(1_000_000))).is_err());
    }

    #[test]
    fn bytes_that_are_no_text_are_found_where_they_are() {
        let error = utf8(b"{\n \"\xff\"").err().unwrap();
        assert_eq!((error.line, error.column), (2, 3));
    }

    proptest::proptest! {
        #[test]
        fn what_is_read_is_what_serde_json_reads(text in r#"[{}\[\]",:\\a-fnrtu0-9.eE+ -]{0,24}"#) {
            let ours = read(&text).is_ok();
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            let has_duplicates = read(&text).is_err_and(|error| error.message.ends_with("stands twice"));
            proptest::prop_assert_eq!(ours || has_duplicates, theirs.is_ok());
        }
    }
}

//! Walks over JSON text without recursion and without building values.
//!
//! serde_json recurses, so a deep tree would overflow the stack; it is still used for text with escapes and
//! for small parts. Checks the grammar of what it passes over, but lets control characters in texts and
//! numbers such as `01` pass.

use std::borrow::Cow;

use super::TreeError;

/// A place in JSON text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Closing brackets owed by [`Scanner::skip`].
    owed: Vec<u8>,
}

impl<'a> Scanner<'a> {
    /// At byte `at` of `text`.
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, owed: Vec::new() }
    }

    /// A scanner of the same text at another byte.
    pub(super) fn elsewhere(&self, at: usize) -> Self {
        Self::new(self.text, at)
    }

    /// The byte it stands at.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// An error at this byte.
    pub(super) fn fail(&self, problem: impl Into<String>) -> TreeError {
        TreeError::Json { byte: self.at, problem: problem.into() }
    }

    /// The next byte that is not blank, without passing it.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Passes `byte` if it is next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Passes `byte`, which must be next.
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), TreeError> {
        if self.eat(byte) { Ok(()) } else { Err(self.fail(format!("'{}' is missing", char::from(byte)))) }
    }

    /// Passes `null` if it is next.
    pub(super) fn eat_null(&mut self) -> bool {
        let found = self.peek() == Some(b'n') && self.text[self.at..].starts_with("null");
        self.at += if found { 4 } else { 0 };
        found
    }

    /// Inside an object: the next key, its colon passed; `None` past the closing brace.
    pub(super) fn next_key(&mut self, first: bool) -> Result<Option<Cow<'a, str>>, TreeError> {
        if self.eat(b'}') {
            return Ok(None);
        }
        if !first {
            self.expect(b',')?;
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Inside a list: whether another item comes; the comma or closing bracket is passed.
    pub(super) fn next_item(&mut self, first: bool) -> Result<bool, TreeError> {
        if self.eat(b']') {
            return Ok(false);
        }
        if !first {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// A text.
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, TreeError> {
        let quote = self.peek().map(|_| self.at);
        let escaped = self.skip_string()?;
        let begin = quote.unwrap_or(self.at);
        let raw = &self.text[begin..self.at];
        if escaped {
            return serde_json::from_str(raw).map(Cow::Owned).map_err(|error| TreeError::Json {
                byte: begin,
                problem: format!("the text cannot be read ({error})"),
            });
        }
        Ok(Cow::Borrowed(&raw[1..raw.len() - 1]))
    }

    /// Passes a text; whether it has escapes.
    fn skip_string(&mut self) -> Result<bool, TreeError> {
        if self.peek() != Some(b'"') {
            return Err(self.fail("a text in quotes should stand here"));
        }
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        let mut at = self.at + 1;
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at += 2;
                }
                Some(_) => at += 1,
                None => return Err(self.fail("the text that begins here has no end")),
            }
        }
        self.at = at + 1;
        Ok(escaped)
    }

    /// A number.
    pub(super) fn number(&mut self) -> Result<f64, TreeError> {
        let raw = self.number_text()?;
        match raw.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(self.fail(format!("'{raw}' is no number that can be used"))),
        }
    }

    /// A number as written.
    pub(super) fn number_text(&mut self) -> Result<&'a str, TreeError> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.fail("a number should stand here"));
        }
        let begin = self.at;
        let is_part = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        self.at += self.text.as_bytes()[begin..].iter().take_while(|byte| is_part(byte)).count();
        Ok(&self.text[begin..self.at])
    }

    /// Passes any value that nests at most `nesting` deep, and gives its text.
    pub(super) fn skip(&mut self, nesting: usize) -> Result<&'a str, TreeError> {
        self.peek();
        let begin = self.at;
        self.owed.clear();
        loop {
            if self.owed.len() > nesting {
                return Err(self.fail(format!("lists and objects nest deeper than {nesting} levels")));
            }
            if self.begin_value()? && self.end_values()? {
                return Ok(&self.text[begin..self.at]);
            }
        }
    }

    /// Passes a value, or the opening of one that is not empty; whether the value is complete.
    fn begin_value(&mut self) -> Result<bool, TreeError> {
        match self.peek() {
            Some(b'{') => {
                self.at += 1;
                if self.eat(b'}') {
                    return Ok(true);
                }
                self.owed.push(b'}');
                self.skip_key()?;
                Ok(false)
            }
            Some(b'[') => {
                self.at += 1;
                if self.eat(b']') {
                    return Ok(true);
                }
                self.owed.push(b']');
                Ok(false)
            }
            Some(b'"') => self.skip_string().map(|_| true),
            Some(b't' | b'f' | b'n') => self.literal().map(|()| true),
            _ => self.number_text().map(|_| true),
        }
    }

    /// After a complete value: passes brackets that close and one comma; whether nothing is owed any more.
    fn end_values(&mut self) -> Result<bool, TreeError> {
        while let Some(&close) = self.owed.last() {
            if self.eat(close) {
                self.owed.pop();
                continue;
            }
            self.expect(b',')?;
            if close == b'}' {
                self.skip_key()?;
            }
            return Ok(false);
        }
        Ok(true)
    }

    fn skip_key(&mut self) -> Result<(), TreeError> {
        self.skip_string()?;
        self.expect(b':')
    }

    fn literal(&mut self) -> Result<(), TreeError> {
        let rest = &self.text[self.at..];
        match ["true", "false", "null"].iter().find(|word| rest.starts_with(**word)) {
            Some(word) => {
                self.at += word.len();
                Ok(())
            }
            None => Err(self.fail("a value should stand here")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_passed_over_whole() {
        let check = |json: &str| {
            let text = format!(" {json} ,");
            assert_eq!(Scanner::new(&text, 0).skip(9).unwrap(), json);
        };
        check("{}");
        check(r#"{"a": [1, -2.5e3, {"b": null}], "c\"}": "\\"}"#);
        check("[[], {}, [true, false]]");
        check("\"é\"");
        check("12");
    }

    #[test]
    fn broken_values_are_refused_where_they_break() {
        let check = |text: &str, expected: usize| match Scanner::new(text, 0).skip(3) {
            Err(TreeError::Json { byte, .. }) => assert_eq!(byte, expected, "{text}"),
            other => panic!("{text}: {other:?}"),
        };
        check("", 0);
        check("{\"a\" 1}", 5);
        check("{\"a\": 1,}", 8);
        check("[1 2]", 3);
        check("[1}", 2);
        check("\"abc", 0);
        check("\"abc\\", 0);
        check("nul", 0);
        check("[[[[1]]]]", 4);
    }

    #[test]
    fn texts_are_borrowed_unless_they_have_escapes() {
        let check = |json: &str, expected: &str, borrowed: bool| {
            let text = Scanner::new(json, 0).string().unwrap();
            assert_eq!(text, expected);
            assert_eq!(matches!(text, Cow::Borrowed(_)), borrowed);
        };
        check("\"B.1.1.7\"", "B.1.1.7", true);
        check(" \"C\\u00f4te\"", "Côte", false);
        check("\"\"", "", true);
        assert!(Scanner::new("\"\\ud800\"", 0).string().is_err());
    }
}

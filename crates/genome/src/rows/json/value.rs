//! Pieces of JSON (RFC 8259) appended to a byte buffer: no tree of values is built.

use super::super::text::{self, Buffer};
use crate::coordinate::{Position, Span};
use std::io::Write;

/// An object being written. Fields come in the order of the calls; [`Object::end`] closes it.
pub(super) struct Object<'a> {
    out: &'a mut Buffer,
    is_empty: bool,
}

impl<'a> Object<'a> {
    /// Opens an object.
    pub fn begin(out: &'a mut Buffer) -> Self {
        out.push(b'{');
        Self { out, is_empty: true }
    }

    /// Begins a field; the value is for the caller to write. `key` must need no escaping.
    pub fn field(&mut self, key: &'static str) -> &mut Buffer {
        self.separate();
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// Begins a field with any key.
    pub fn field_named(&mut self, key: &str) -> &mut Buffer {
        self.separate();
        string(self.out, key);
        self.out.push(b':');
        self.out
    }

    /// Begins a field whose key was written before, in quotes.
    pub fn field_as_written(&mut self, key: &[u8]) -> &mut Buffer {
        self.separate();
        self.out.extend_from_slice(key);
        self.out.push(b':');
        self.out
    }

    /// Fields that were written before, with commas between but not around them.
    pub fn fields_as_written(&mut self, fields: &[u8]) {
        self.separate();
        self.out.extend_from_slice(fields);
    }

    /// A field with text.
    pub fn text(&mut self, key: &'static str, value: &str) {
        string(self.field(key), value);
    }

    /// A field with text, if there is any.
    pub fn text_if_any(&mut self, key: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// A field with a whole number.
    pub fn count(&mut self, key: &'static str, value: impl TryInto<u64>) {
        text::integer(self.field(key), value.try_into().unwrap_or(u64::MAX));
    }

    /// A field with a fraction.
    pub fn number(&mut self, key: &'static str, value: f64) {
        number(self.field(key), value);
    }

    /// A field with true or false.
    pub fn flag(&mut self, key: &'static str, value: bool) {
        self.field(key).extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// A field with one letter of a sequence.
    pub fn letter(&mut self, key: &'static str, letter: u8) {
        self.field(key).extend_from_slice(&[b'"', letter, b'"']);
    }

    /// A field with a span.
    pub fn span<P: Position>(&mut self, key: &'static str, value: Span<P>) {
        span(self.field(key), value);
    }

    /// A field with a list.
    pub fn list<T>(
        &mut self,
        key: &'static str,
        items: impl IntoIterator<Item = T>,
        write: impl FnMut(&mut Buffer, T),
    ) {
        list(self.field(key), items, write);
    }

    /// A field with an object, or null.
    pub fn object_or_null<T>(
        &mut self,
        key: &'static str,
        value: Option<T>,
        write: impl FnOnce(&mut Object, T),
    ) {
        let out = self.field(key);
        match value {
            Some(value) => object(out, |object| write(object, value)),
            None => out.extend_from_slice(b"null"),
        }
    }

    /// Closes the object.
    pub fn end(self) {
        self.out.push(b'}');
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
    }
}

/// A whole object.
pub(super) fn object(out: &mut Buffer, write: impl FnOnce(&mut Object)) {
    let mut object = Object::begin(out);
    write(&mut object);
    object.end();
}

/// A whole list.
pub(super) fn list<T>(
    out: &mut Buffer,
    items: impl IntoIterator<Item = T>,
    write: impl FnMut(&mut Buffer, T),
) {
    out.push(b'[');
    text::list(out, b',', items, write);
    out.push(b']');
}

/// Text in quotes.
pub(super) fn string(out: &mut Buffer, value: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let mut rest = value.as_bytes();
    let needs_escape = |&byte: &u8| byte < 0x20 || matches!(byte, b'"' | b'\\');
    while let Some(at) = rest.iter().position(needs_escape) {
        out.extend_from_slice(&rest[..at]);
        let byte = rest[at];
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize]]);
            }
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Letters of a sequence in quotes; they need no escaping.
pub(super) fn letters(out: &mut Buffer, letters: impl IntoIterator<Item = u8>) {
    out.push(b'"');
    out.extend(letters);
    out.push(b'"');
}

/// A fraction with a point even where it is whole, as typed readers expect; null for what is no number.
pub(super) fn number(out: &mut Buffer, value: f64) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
    } else if value.fract() == 0.0 && value.abs() < 1e15 {
        text::float(out, value);
        out.extend_from_slice(b".0");
    } else {
        // Writing to memory cannot fail.
        let _ = write!(out, "{value:?}");
    }
}

/// `{"begin":0,"end":9}`, 0-based and half-open.
pub(super) fn span<P: Position>(out: &mut Buffer, span: Span<P>) {
    out.extend_from_slice(b"{\"begin\":");
    text::integer(out, u64::from(span.begin.get()));
    out.extend_from_slice(b",\"end\":");
    text::integer(out, u64::from(span.end.get()));
    out.push(b'}');
}

/// A place before which `after` letters stand, as the 0-based position of the last of them; -1 for none.
pub(super) fn position_before(out: &mut Buffer, after: u32) {
    match after.checked_sub(1) {
        Some(position) => text::integer(out, u64::from(position)),
        None => out.extend_from_slice(b"-1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_back() {
        let check = |value: &str| {
            let mut out = Buffer::new();
            string(&mut out, value);
            assert_eq!(serde_json::from_slice::<String>(&out).ok().as_deref(), Some(value));
        };
        check("");
        check("plain");
        check("\"quoted\" \\ back");
        check("\u{0}\u{1}\u{8}\u{c}\n\r\t\u{1f}\u{7f}");
        check("Ünïcode \u{2028} \u{1f9ec}");
    }

    #[test]
    fn fractions_keep_their_point() {
        let check = |value: f64, expected: &str| {
            let mut out = Buffer::new();
            number(&mut out, value);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        };
        check(0.0, "0.0");
        check(-8.0, "-8.0");
        check(3000.0, "3000.0");
        check(0.1736111111111111, "0.1736111111111111");
        check(f64::NAN, "null");
    }

    #[test]
    fn objects_and_lists_nest() {
        let mut out = Buffer::new();
        object(&mut out, |outer| {
            outer.count("n", 3u32);
            outer.list("empty", [0u8; 0], |_, _| {});
            outer.list("spans", [(0, 1), (2, 9)], |out, (a, b)| {
                span(out, Span::<crate::coordinate::RefPos>::new(a, b));
            });
            outer.object_or_null("none", None::<u8>, |_, _| {});
            outer.object_or_null("some", Some(true), |inner, yes| inner.flag("yes", yes));
            string(outer.field_named("a\"b"), "c");
        });
        let expected = r#"{"n":3,"empty":[],"spans":[{"begin":0,"end":1},{"begin":2,"end":9}],"none":null,"some":{"yes":true},"a\"b":"c"}"#;
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}

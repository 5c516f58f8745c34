//! The fields of a form that was sent, in its order.
//!
//! The guard reads them before it lets a request pass, since the proof that it comes from our own page is among them. A
//! handler takes [`Fields`]. Refuses to know files: those come as multipart. Start at [`Fields::text`].

use crate::app::Problem;
use axum::extract::FromRequestParts;
use http::request::Parts;
use percent_encoding::percent_decode;
use std::borrow::Cow;
use std::sync::Arc;

/// Fields of one form.
const FIELDS_MAX: usize = 2_000;

/// The fields of a form.
#[derive(Clone, Debug, Default)]
pub struct Fields(Arc<Vec<(String, String)>>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), strictly as UTF-8.
    ///
    /// # Errors
    /// When it is not UTF-8, or has too many fields.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let unreadable = |text: &str| Problem::Unreadable(text.to_owned());
        let decoded = |part: &[u8]| {
            let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            let text = percent_decode(&spaced).decode_utf8().map(Cow::into_owned);
            text.map_err(|_| unreadable("the form is not written in UTF-8"))
        };
        let mut fields = Vec::new();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if fields.len() == FIELDS_MAX {
                return Err(unreadable("the form has more than 2000 fields"));
            }
            let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let value = pair.get(equals + 1..).unwrap_or_default();
            fields.push((decoded(&pair[..equals])?, decoded(value)?));
        }
        Ok(Self(Arc::new(fields)))
    }

    /// The first field of a name; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every field of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Every field with its name.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.text(name).trim().parse().ok()
    }
}

impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let wrong = || Problem::Unreadable("this address takes a form".to_owned());
        parts.extensions.get::<Self>().cloned().ok_or_else(wrong)
    }
}

/// The fields of a query, after `?`. What cannot be read is not there.
pub fn of_query(query: Option<&str>) -> Fields {
    Fields::read(query.unwrap_or_default().as_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_write_them() {
        let fields = Fields::read(b"a=1+2&b=%C3%A9&a=3&c&=x&&d=%3D=").expect("a form");
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1 2", "3"]);
        assert_eq!((fields.text("b"), fields.text("c"), fields.text("d")), ("é", "", "=="));
        assert_eq!((fields.text("none"), fields.number("a")), ("", None));
        assert!(Fields::read(b"a=%FF").is_err());
        assert!(Fields::read("a&".repeat(2001).as_bytes()).is_err());
    }
}

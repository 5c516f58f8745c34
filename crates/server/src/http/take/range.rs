//! Which part of a file is asked for, and under which condition (RFC 9110, sections 13 and 14).
//!
//! One range is answered; several are answered by the whole file, as the section allows. Start at [`Range::asked`].

use http::HeaderMap;
use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE};

/// A range of bytes that somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// From a byte on, up to another one where one is named, both counted.
    From(u64, Option<u64>),
    /// So many at the end.
    Last(u64),
}

impl Range {
    /// The range that is asked for of the file with a tag; none where the whole file is the answer.
    pub fn asked(headers: &HeaderMap, tag: &str) -> Option<Self> {
        let is_same = text(headers, &IF_RANGE).is_none_or(|own| own == tag);
        Self::read(text(headers, &RANGE)?).filter(|_| is_same)
    }

    /// Reads one range; what is none, or several, is passed over.
    fn read(text: &str) -> Option<Self> {
        let (unit, set) = text.split_once('=')?;
        let (first, last) = set.trim().split_once('-')?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return None;
        }
        match (first.trim(), last.trim()) {
            ("", last) => Some(Self::Last(number(last)?)),
            (first, "") => Some(Self::From(number(first)?, None)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::From(first, Some(last)))
            }
        }
    }

    /// The bytes of a file of a length, from and until; nothing where it has none of them.
    pub fn of(self, length: u64) -> Option<(u64, u64)> {
        let (from, until) = match self {
            Self::From(first, last) => {
                (first, last.map_or(length, |last| last.saturating_add(1).min(length)))
            }
            Self::Last(count) => (length.saturating_sub(count), length),
        };
        (from < until).then_some((from, until))
    }
}

/// Whether a file with a tag is had already.
pub fn is_had(headers: &HeaderMap, tag: &str) -> bool {
    text(headers, &IF_NONE_MATCH).is_some_and(|list| names(list, tag))
}

/// Whether a file with another tag is wanted, and no other.
pub fn is_another(headers: &HeaderMap, tag: &str) -> bool {
    text(headers, &IF_MATCH).is_some_and(|list| !names(list, tag))
}

fn names(list: &str, tag: &str) -> bool {
    list.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == "*" || one == tag)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Digits alone, and not too many.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn ranges_are_read() {
        let check = |text: &str, length: u64, expected: Option<(u64, u64)>| {
            assert_eq!(Range::read(text).and_then(|range| range.of(length)), expected, "{text}");
        };
        check("bytes=0-9", 100, Some((0, 10)));
        check("Bytes = 5-", 100, Some((5, 100)));
        check("bytes=90-1000", 100, Some((90, 100)));
        check("bytes=-7", 100, Some((93, 100)));
        check("bytes=-700", 100, Some((0, 100)));
        check("bytes=0-18446744073709551615", 100, Some((0, 100)));
        for none in
            ["bytes=100-", "bytes=-0", "bytes=9-8", "bytes=0-1,5-6", "bytes=+1-", "lines=0-1", "bytes"]
        {
            check(none, 100, None);
        }
        check("bytes=0-", 0, None);
    }

    #[test]
    fn conditions_name_tags() {
        let with = |name: HeaderName, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, HeaderValue::from_static("bytes=1-"));
            headers.insert(name, HeaderValue::from_static(value));
            headers
        };
        assert!(Range::asked(&with(IF_RANGE, "\"a\""), "\"a\"").is_some());
        assert!(Range::asked(&with(IF_RANGE, "\"b\""), "\"a\"").is_none());
        assert!(Range::asked(&with(IF_RANGE, "Wed, 21 Oct 2015 07:28:00 GMT"), "\"a\"").is_none());
        assert!(is_had(&with(IF_NONE_MATCH, "\"b\", W/\"a\""), "\"a\""));
        assert!(!is_had(&with(IF_NONE_MATCH, "\"b\""), "\"a\"") && !is_had(&HeaderMap::new(), "\"a\""));
        assert!(is_another(&with(IF_MATCH, "\"b\""), "\"a\"") && !is_another(&with(IF_MATCH, "*"), "\"a\""));
    }
}

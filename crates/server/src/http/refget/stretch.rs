//! Which part of a sequence is asked for: `start` and `end` of an address, or the header Range, and how each is wrong.
//!
//! Positions are from 0 and the end is not in it, but in the header, where the last byte is. Beyond the end of a circle it
//! goes on with its beginning. Start at [`Stretch::of`].

use http::StatusCode;
use http::header::{HeaderMap, RANGE};

/// A part of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub start: usize,
    /// Less than the start where it goes on with the beginning of a circle.
    pub end: usize,
    pub sort: Sort,
}

/// How it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Whole,
    Positions,
    Bytes,
}

/// A status and a sentence.
type Wrong = (StatusCode, String);

impl Stretch {
    /// Reads it, for a sequence of so many letters.
    ///
    /// # Errors
    /// When it is no part of the sequence.
    pub fn of(query: &str, headers: &HeaderMap, length: usize, is_circular: bool) -> Result<Self, Wrong> {
        let given = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
        };
        let range = headers.get(RANGE);
        match (given("start"), given("end"), range) {
            (None, None, None) => Ok(Self { start: 0, end: length, sort: Sort::Whole }),
            (start, end, None) => positions(start, end, length, is_circular),
            (None, None, Some(range)) => bytes(range.to_str().unwrap_or_default(), length),
            _ => Err(bad("start and end are not given together with the header Range")),
        }
    }

    /// The letters of it.
    pub fn cut(&self, letters: &[u8]) -> Vec<u8> {
        if self.start <= self.end {
            return letters.get(self.start..self.end).unwrap_or_default().to_vec();
        }
        let (behind, before) = (letters.get(self.start..), letters.get(..self.end));
        [behind.unwrap_or_default(), before.unwrap_or_default()].concat()
    }
}

fn bad(text: &str) -> Wrong {
    (StatusCode::BAD_REQUEST, text.to_owned())
}

fn outside(length: usize) -> Wrong {
    let text = format!("this is no part of the sequence, which has {length} letters");
    (StatusCode::RANGE_NOT_SATISFIABLE, text)
}

fn number(text: &str) -> Result<usize, Wrong> {
    let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    // What is too large for a number is beyond every sequence.
    if is_number {
        Ok(text.parse().unwrap_or(usize::MAX))
    } else {
        Err(bad("positions are whole numbers from 0 on"))
    }
}

fn positions(
    start: Option<&str>,
    end: Option<&str>,
    length: usize,
    is_circular: bool,
) -> Result<Stretch, Wrong> {
    let (start, end) = (start.map(number).transpose()?, end.map(number).transpose()?);
    let is_outside = start.is_some_and(|start| start >= length) || end.is_some_and(|end| end > length);
    let (start, end) = (start.unwrap_or(0), end.unwrap_or(length));
    if is_outside || (start > end && !is_circular) {
        return Err(outside(length));
    }
    Ok(Stretch { start, end, sort: Sort::Positions })
}

fn bytes(range: &str, length: usize) -> Result<Stretch, Wrong> {
    let form = || bad("write the header as Range: bytes=10-19, one range alone");
    let (first, last) =
        range.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(form)?;
    let first = number(first).map_err(|_| form())?;
    let last = if last.is_empty() { usize::MAX } else { number(last).map_err(|_| form())? };
    if first >= length || last < first {
        return Err(outside(length));
    }
    Ok(Stretch { start: first, end: last.saturating_add(1).min(length), sort: Sort::Bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::HeaderValue;

    const LETTERS: &[u8] = b"ABCDEFGHIJ";

    fn cut(query: &str, range: Option<&str>, is_circular: bool) -> Result<String, u16> {
        let mut headers = HeaderMap::new();
        if let Some(range) = range {
            headers.insert(RANGE, HeaderValue::from_str(range).expect("a header"));
        }
        let stretch = Stretch::of(query, &headers, LETTERS.len(), is_circular);
        let found = stretch.map(|stretch| stretch.cut(LETTERS)).map_err(|(status, _)| status.as_u16())?;
        Ok(String::from_utf8(found).expect("letters"))
    }

    #[test]
    fn parts_are_cut_by_positions() {
        let check = |query: &str, expected: Result<&str, u16>| {
            assert_eq!(cut(query, None, false), expected.map(str::to_owned), "{query}");
        };
        check("", Ok("ABCDEFGHIJ"));
        check("start=3&end=3", Ok(""));
        check("start=3&end=5", Ok("DE"));
        check("start=8", Ok("IJ"));
        check("end=2", Ok("AB"));
        check("end=0", Ok(""));
        check("start=9&end=10", Ok("J"));
        for wrong in
            ["start=10", "start=10&end=10", "end=11", "start=5&end=2", "start=99999999999999999999999"]
        {
            check(wrong, Err(416));
        }
        for wrong in ["start=x", "start=-1", "end=+1", "start=", "start=1.5"] {
            check(wrong, Err(400));
        }
        assert_eq!(cut("start=8&end=2", None, true), Ok("IJAB".to_owned()));
        assert_eq!(cut("start=8&end=0", None, true), Ok("IJ".to_owned()));
        assert_eq!(cut("start=10&end=2", None, true), Err(416));
    }

    #[test]
    fn parts_are_cut_by_bytes() {
        let check = |range: &str, expected: Result<&str, u16>| {
            assert_eq!(cut("", Some(range), true), expected.map(str::to_owned), "{range}");
        };
        check("bytes=0-0", Ok("A"));
        check("bytes=8-99", Ok("IJ"));
        check("bytes=8-", Ok("IJ"));
        for wrong in ["bytes=5-2", "bytes=10-11", "bytes=99-100"] {
            check(wrong, Err(416));
        }
        for wrong in
            ["units=1-2", "bytes=a-2", "bytes=-2", "bytes=1--2", "bytes==1-2", "bytes=1-2,4-5", "bytes", ""]
        {
            check(wrong, Err(400));
        }
        assert_eq!(cut("start=1", Some("bytes=1-2"), false), Err(400));
    }
}

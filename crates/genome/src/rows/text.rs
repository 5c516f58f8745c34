//! Small pieces of text appended to a byte buffer without allocation.

use crate::coordinate::{Position, Span};
use std::io::Write;

/// A growing row of bytes.
pub type Buffer = Vec<u8>;

/// Pairs of decimal digits, 00 to 99.
static DIGITS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// A whole number.
pub fn integer(out: &mut Buffer, mut value: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    while value >= 10 {
        at -= 2;
        digits[at..at + 2].copy_from_slice(&DIGITS[(value % 100) as usize]);
        value /= 100;
    }
    if value > 0 || at == digits.len() {
        at -= 1;
        digits[at] = b'0' + value as u8;
    } else if digits[at] == b'0' {
        at += 1;
    }
    out.extend_from_slice(&digits[at..]);
}

/// Puts the cell that begins at `begin` into quotes if it holds the delimiter, a quote or a line end (RFC 4180).
pub fn quote(out: &mut Buffer, begin: usize, delimiter: u8) {
    let is_special = |&byte: &u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if out[begin..].iter().any(is_special) {
        let cell = out.split_off(begin);
        out.push(b'"');
        for byte in cell {
            out.extend(std::iter::repeat_n(byte, if byte == b'"' { 2 } else { 1 }));
        }
        out.push(b'"');
    }
}

/// A fraction in the shortest way that reads back the same.
pub fn float(out: &mut Buffer, value: f64) {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        if value < 0.0 {
            out.push(b'-');
        }
        integer(out, value.abs() as u64);
    } else {
        // Writing to memory cannot fail.
        let _ = write!(out, "{value}");
    }
}

/// A quality score: whole, or with six digits after the point.
pub fn score(out: &mut Buffer, value: f64) {
    if value.fract() == 0.0 {
        float(out, value);
    } else {
        let _ = write!(out, "{value:.6}");
    }
}

/// A 0-based position, written 1-based.
pub fn position<P: Position>(out: &mut Buffer, position: P) {
    integer(out, u64::from(position.get()) + 1);
}

/// A span as `first-last`, 1-based and closed; one number for one position.
pub fn span<P: Position>(out: &mut Buffer, span: Span<P>) {
    if span.is_empty() {
        out.extend_from_slice(b"empty range");
        return;
    }
    position(out, span.begin);
    if span.len() > 1 {
        out.push(b'-');
        integer(out, u64::from(span.end.get()));
    }
}

/// Items with `separator` between them.
pub fn list<T>(
    out: &mut Buffer,
    separator: u8,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Buffer, T),
) {
    let begin = out.len();
    for item in items {
        if out.len() > begin {
            out.push(separator);
        }
        write(out, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_usual() {
        let check = |value: u64| {
            let mut out = Buffer::new();
            integer(&mut out, value);
            assert_eq!(String::from_utf8_lossy(&out), value.to_string());
        };
        (0..1200).for_each(check);
        [9_999, 10_000, 29_903, 100_000, 1_000_000, u64::MAX].into_iter().for_each(check);
    }

    #[test]
    fn fractions_are_short_and_scores_have_six_digits() {
        let check = |value: f64, short: &str, six: &str| {
            let (mut a, mut b) = (Buffer::new(), Buffer::new());
            float(&mut a, value);
            score(&mut b, value);
            assert_eq!((&*String::from_utf8_lossy(&a), &*String::from_utf8_lossy(&b)), (short, six));
        };
        check(0.0, "0", "0");
        check(3000.0, "3000", "3000");
        check(-8.0, "-8", "-8");
        check(0.9966558539277006, "0.9966558539277006", "0.996656");
        check(-0.5, "-0.5", "-0.500000");
    }
}

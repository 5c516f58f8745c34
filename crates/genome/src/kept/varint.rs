//! Numbers of one to five bytes, and reading bytes from the front.
//!
//! A number is written in groups of seven bits, the lowest first; the high bit of a byte says that another one
//! follows (LEB128, as in DWARF 5 section 7.6). Nothing above 32 bits is a number. Refuses to know what the
//! numbers mean. Start at [`put`] and [`Cursor`].

use super::DecodeError;

/// Appends a number.
pub fn put(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Bytes not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    /// Whether everything is read.
    pub fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, DecodeError> {
        let (&first, rest) = self.0.split_first().ok_or(DecodeError::CutShort)?;
        self.0 = rest;
        Ok(first)
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(DecodeError::CutShort)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next number.
    pub fn number(&mut self) -> Result<u32, DecodeError> {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(value).map_err(|_| DecodeError::Damaged);
            }
        }
        Err(DecodeError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let check = |value: u32, expected: &[u8]| {
            let mut out = Vec::new();
            put(&mut out, value);
            assert_eq!(out, expected, "{value}");
            let mut cursor = Cursor(&out);
            assert_eq!((cursor.number(), cursor.is_at_end()), (Ok(value), true));
        };
        check(0, &[0]);
        check(127, &[0x7f]);
        check(128, &[0x80, 1]);
        check(29_903, &[0xcf, 0xe9, 1]);
        check(u32::MAX, &[0xff, 0xff, 0xff, 0xff, 0x0f]);
    }

    #[test]
    fn what_is_no_number_is_said() {
        assert_eq!(Cursor(&[0x80]).number(), Err(DecodeError::CutShort));
        assert_eq!(Cursor(&[0xff, 0xff, 0xff, 0xff, 0x10]).number(), Err(DecodeError::Damaged));
        assert_eq!(Cursor(&[0xff; 9]).number(), Err(DecodeError::Damaged));
        assert_eq!(Cursor(&[1, 2]).take(3), Err(DecodeError::CutShort));
    }
}

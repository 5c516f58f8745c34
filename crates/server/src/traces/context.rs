//! Which trace a request belongs to: W3C Trace Context, level 1, section 3.2 (the header `traceparent`).
//!
//! Start at [`Context::read`].

/// A place in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The trace.
    pub trace: [u8; 16],
    /// The span in it.
    pub span: [u8; 8],
}

impl Context {
    /// Reads the header: version, trace, span, flags. What is malformed is nothing, as the recommendation says.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let (version, trace) = (parts.next()?, parts.next()?);
        let (span, flags) = (parts.next()?, parts.next()?);
        let version: [u8; 1] = bytes(version)?;
        let _: [u8; 1] = bytes(flags)?;
        let is_whole = version != [0xff] && (version != [0] || parts.next().is_none());
        let context = Self { trace: bytes(trace)?, span: bytes(span)? };
        (is_whole && context.trace != [0; 16] && context.span != [0; 8]).then_some(context)
    }
}

/// Bytes written as lower-case hexadecimal digits.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_hex = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != 2 * N || !text.as_bytes().iter().all(is_hex) {
        return None;
    }
    let mut out = [0; N];
    for (byte, digits) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_the_recommendation_says() {
        let check =
            |text: &str, expected: bool| assert_eq!(Context::read(text).is_some(), expected, "{text}");
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        let context = Context::read(&format!("00-{trace}-{span}-01")).expect("the recommendation's example");
        assert_eq!((context.trace[0], context.span[7]), (0x4b, 0xb7));
        check(&format!("cc-{trace}-{span}-01-what-comes-later"), true);
        check(&format!("00-{trace}-{span}-01-more"), false);
        check(&format!("ff-{trace}-{span}-01"), false);
        check(&format!("00-{}-{span}-01", "0".repeat(32)), false);
        check(&format!("00-{trace}-{}-01", "0".repeat(16)), false);
        check(&format!("00-{}-{span}-01", trace.to_uppercase()), false);
        check(&format!("00-{trace}-{span}"), false);
        check("", false);
        check("é".repeat(28).as_str(), false);
    }
}

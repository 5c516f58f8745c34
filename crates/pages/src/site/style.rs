//! The style sheet of all pages, and its address.
//!
//! The address changes with the sheet, so that browsers may keep it for ever. Start at [`address`].

/// The style sheet.
pub const SHEET: &str =
    concat!(include_str!("../../static/family.css"), include_str!("../../static/hearth.css"));

/// The path that it is served at, whatever follows the `?`.
pub const PATH: &str = "/static/hearth.css";

/// Digest of the sheet.
pub const DIGEST: u64 = digest(SHEET.as_bytes());

/// The address that pages fetch the sheet from: its path and its digest.
pub fn address() -> String {
    format!("{PATH}?v={DIGEST:016x}")
}

/// FNV-1a with 64 bits (draft-eastlake-fnv, section 2). It tells sheets apart and protects nothing.
const fn digest(bytes: &[u8]) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        digest = (digest ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_follows_the_sheet() {
        // Values of the draft's appendix C.
        assert_eq!(digest(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(digest(b"foobar"), 0x8594_4171_f739_67e8);
        assert!(address().starts_with("/static/hearth.css?v="));
    }

    #[test]
    fn the_sheet_fetches_nothing() {
        for word in ["url(", "@import", "http:", "https:"] {
            assert!(!SHEET.contains(word), "{word}");
        }
    }
}

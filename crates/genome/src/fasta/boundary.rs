//! Where records begin: a `>` at the start of a line.
//!
//! Lines end with LF, CR LF or CR alone. This file refuses to look inside records.

/// The UTF-8 byte order mark that some editors put before the first letter of a file.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Appends to `starts` the offset of every `>` in `text[from..]` that begins a line.
///
/// The first byte of `text` counts as the beginning of a line. A byte order mark at the beginning of a line
/// is passed over, so that files glued together (`cat a.fasta b.fasta`) keep their records apart.
/// `from` lets a caller that has already searched the front of a growing buffer go on from there.
///
/// ```
/// # use hearth_genome::fasta::find_record_starts;
/// let mut starts = Vec::new();
/// find_record_starts(b">a x>y\nACGT\n>b\nAC\n", 0, &mut starts);
/// assert_eq!(starts, [0, 12]);
/// ```
pub fn find_record_starts(text: &[u8], from: usize, starts: &mut Vec<usize>) {
    let Some(unread) = text.get(from..) else { return };
    starts.extend(memchr::memchr_iter(b'>', unread).map(|at| from + at).filter(|&at| begins_line(text, at)));
}

fn begins_line(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let before = before.strip_suffix(BYTE_ORDER_MARK).unwrap_or(before);
    matches!(before.last(), None | Some(b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_record_begins_at_a_greater_than_sign_that_begins_a_line() {
        let check = |text: &str, expected: &[usize]| {
            let mut starts = Vec::new();
            find_record_starts(text.as_bytes(), 0, &mut starts);
            assert_eq!(starts, expected, "{text:?}");
        };
        check("", &[]);
        check("ACGT\n", &[]);
        check(">a\nAC\n>b\nGT\n", &[0, 6]);
        check(">a\r\nAC\r\n>b\r\nGT", &[0, 8]);
        check(">a\rAC\r>b\rGT", &[0, 6]);
        check(">a > b >c\nA>C\n >d\n", &[0]);
        check(">\n>\n>", &[0, 2, 4]);
        check("\u{FEFF}>a\nAC\n\u{FEFF}>b\n", &[3, 12]);
        check(">a\nAC\u{FEFF}>b\n", &[0]);
    }

    proptest! {
        #[test]
        fn searching_a_growing_buffer_in_two_steps_changes_nothing(
            text in proptest::collection::vec(proptest::sample::select(b">\n\rA\xEF\xBB\xBF".to_vec()), 0..60),
            cut in 0usize..60,
        ) {
            let cut = cut.min(text.len());
            let (mut whole, mut stepwise) = (Vec::new(), Vec::new());
            find_record_starts(&text, 0, &mut whole);
            find_record_starts(&text[..cut], 0, &mut stepwise);
            find_record_starts(&text, cut, &mut stepwise);
            prop_assert_eq!(whole, stepwise);
        }
    }
}

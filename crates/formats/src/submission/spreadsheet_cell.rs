//! Cells that a spreadsheet program will open: no text of ours becomes a formula.
//!
//! A program that opens TSV or CSV runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return
//! (OWASP, "CSV Injection"), and in some languages one with the full-width form of these signs. Such a cell gets
//! an apostrophe in front, which the programs take for "this is text". Numbers stay numbers: `-1.28` runs
//! nothing. Refuses to quote separators and line ends: that is the writer's. Start at [`cell_for_spreadsheet`].

use std::borrow::Cow;

/// The text as a cell of a table that people open: every TSV and CSV written for people goes through here.
pub fn cell_for_spreadsheet(text: &str) -> Cow<'_, str> {
    if is_dangerous(text) || text.strip_prefix('\'').is_some_and(is_guarded) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

/// The text that was given to [`cell_for_spreadsheet`].
pub fn cell_from_spreadsheet(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_guarded(text)).unwrap_or(cell)
}

/// Whether a text has, or looks as if it had, the apostrophe in front.
fn is_guarded(text: &str) -> bool {
    is_dangerous(text) || text.strip_prefix('\'').is_some_and(is_guarded)
}

fn is_dangerous(text: &str) -> bool {
    let first = text.chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
        && !is_number(text)
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    digits.len() + 1 >= text.len()
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        let check = |text: &str, expected: &str| assert_eq!(cell_for_spreadsheet(text), expected);
        check("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")");
        check("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0");
        check("-2+3", "'-2+3");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("＝1", "'＝1");
        check("-1.2921", "-1.2921");
        check("+254700123456", "+254700123456");
        check("--1", "'--1");
        check("Kenya", "Kenya");
        check("'quoted'", "'quoted'");
        check("'=1", "''=1");
        check("", "");
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(text in "['=+@\\-\t1.a]{0,8}") {
            let cell = cell_for_spreadsheet(&text);
            prop_assert!(!is_dangerous(&cell));
            prop_assert_eq!(cell_from_spreadsheet(&cell), text.as_str());
        }
    }
}

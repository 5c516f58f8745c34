//! What was odd about a record, as sentences for its warnings.
//!
//! Each says what was met, how often and what was done. Refuses to judge: what is wrong enough to fail is
//! decided elsewhere.

use hearth_genome::fasta::{MAX_NAME_BYTES, Record, Sighting, Tally};
use hearth_genome::rows::Warning;

/// What a record's warnings are made from.
#[derive(Clone, Copy, Debug)]
pub struct Noted<'a> {
    /// The record.
    pub record: &'a Record,
    /// Whether letters that are no nucleotides were replaced by N.
    pub replaced_unknown: bool,
    /// Number (from 0) of an earlier record with the same name.
    pub first_use: Option<u64>,
}

impl Noted<'_> {
    /// The sentences; nothing is allocated where there are none.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut say = |sentence: String| warnings.push(Warning { cds: None, sentence });
        let notes = &self.record.notes;
        if self.record.name.is_empty() {
            say("the record has no name".to_owned());
        }
        if let Some(first) = self.first_use {
            say(format!("the name was already used by the record with index {first}"));
        }
        if notes.name_is_latin1 {
            say("the name is not UTF-8 and was read as Latin-1".to_owned());
        }
        if let Some(bytes) = notes.name_cut_from_bytes {
            say(format!("the name of {bytes} bytes was cut to {MAX_NAME_BYTES}"));
        }
        if notes.uracil_count > 0 {
            say(format!("RNA: {} U read as T", notes.uracil_count));
        }
        if notes.gap_count > 0 {
            say(format!("gaps left out: {}", notes.gap_count));
        }
        if let Tally { count, first: Some(first) } = notes.dropped {
            let (shown, position) = (Shown(first), first.position);
            say(format!(
                "characters left out that are no letters: {count}, the first ({shown}) before position {position}"
            ));
        }
        if let Tally { count, first: Some(first) } = notes.unknown
            && self.replaced_unknown
        {
            let (shown, position) = (Shown(first), first.position);
            say(format!(
                "letters read as N because they are no nucleotides: {count}, the first ({shown}) at position {position}"
            ));
        }
        warnings
    }
}

/// Writes sentences into one cell, `;` between them, after emptying it.
pub fn join(warnings: &[Warning], cell: &mut String) {
    cell.clear();
    for warning in warnings {
        if !cell.is_empty() {
            cell.push(';');
        }
        cell.extend(warning.sentence.chars().map(|c| if c == ';' { ',' } else { c }));
    }
}

/// A byte of the input in a form that no terminal or table trips over.
struct Shown(Sighting);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.byte {
            byte if byte.is_ascii_graphic() => write!(f, "'{}'", char::from(byte)),
            byte => write!(f, "byte 0x{byte:02X}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_genome::fasta::parse_record;

    fn check(raw: &[u8], replaced_unknown: bool, first_use: Option<u64>, expected: &str) {
        let mut record = Record::default();
        parse_record(raw, &mut record);
        let mut cell = "left over".to_owned();
        join(&Noted { record: &record, replaced_unknown, first_use }.warnings(), &mut cell);
        assert_eq!(cell, expected);
    }

    #[test]
    fn each_oddity_is_a_sentence() {
        check(b">a\nACGT\n", false, None, "");
        check(b">\nACGT\n", false, None, "the record has no name");
        check(
            b">a\nACGU\n",
            false,
            Some(3),
            "the name was already used by the record with index 3;RNA: 1 U read as T",
        );
        check(
            b">a\xE9\nAC--GT\n",
            false,
            None,
            "the name is not UTF-8 and was read as Latin-1;gaps left out: 2",
        );
        check(
            b">a\nAC?GT!\n",
            false,
            None,
            "characters left out that are no letters: 2, the first ('?') before position 3",
        );
        check(
            b">a\nAC\x01GT\n",
            false,
            None,
            "characters left out that are no letters: 1, the first (byte 0x01) before position 3",
        );
        check(
            b">a\nACXGT\n",
            true,
            None,
            "letters read as N because they are no nucleotides: 1, the first ('X') at position 3",
        );
        check(b">a\nACXGT\n", false, None, "");
        check(
            b">a\nAC;GT\n",
            false,
            None,
            "characters left out that are no letters: 1, the first (',') before position 3",
        );
    }
}

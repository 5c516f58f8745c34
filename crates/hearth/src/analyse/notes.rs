//! What was odd about a record, as sentences for the `warnings` cell.
//!
//! Each says what was met, how often and what was done; `;` stands between them. Refuses to judge: what is
//! wrong enough to fail is decided elsewhere.

use hearth_genome::analysis::Analysis;
use hearth_genome::fasta::{MAX_NAME_BYTES, Record, Sighting, Tally};
use hearth_genome::pack::Pack;
use std::fmt::Write;

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
    /// Writes the sentences of an analysed record into `out`, which is emptied first, and says where those
    /// about single coding sequences begin.
    pub fn write(&self, analysis: &Analysis, pack: &Pack, out: &mut String) -> usize {
        self.write_reading(out);
        if analysis.is_reverse_complement {
            sentence(out, format_args!("the sequence came on the opposite strand and was turned"));
        }
        let length = out.len();
        for (cds, reading) in pack.annotation().cdses.iter().zip(&analysis.readings) {
            if reading.is_none() {
                sentence(out, format_args!("{} was not translated: nothing of it was sequenced", cds.name));
            }
        }
        length
    }

    /// Writes what is known before the analysis into `out`, which is emptied first.
    pub fn write_reading(&self, out: &mut String) {
        out.clear();
        let notes = &self.record.notes;
        if self.record.name.is_empty() {
            sentence(out, format_args!("the record has no name"));
        }
        if let Some(first) = self.first_use {
            sentence(out, format_args!("the name was already used by the record with index {first}"));
        }
        if notes.name_is_latin1 {
            sentence(out, format_args!("the name is not UTF-8 and was read as Latin-1"));
        }
        if let Some(bytes) = notes.name_cut_from_bytes {
            sentence(out, format_args!("the name of {bytes} bytes was cut to {MAX_NAME_BYTES}"));
        }
        if notes.uracil_count > 0 {
            sentence(out, format_args!("RNA: {} U read as T", notes.uracil_count));
        }
        if notes.gap_count > 0 {
            sentence(out, format_args!("gaps left out: {}", notes.gap_count));
        }
        if let Tally { count, first: Some(first) } = notes.dropped {
            let (shown, position) = (Shown(first), first.position);
            sentence(
                out,
                format_args!(
                    "characters left out that are no letters: {count}, the first ({shown}) before position {position}"
                ),
            );
        }
        if let Tally { count, first: Some(first) } = notes.unknown
            && self.replaced_unknown
        {
            let (shown, position) = (Shown(first), first.position);
            sentence(
                out,
                format_args!(
                    "letters read as N because they are no nucleotides: {count}, the first ({shown}) at position {position}"
                ),
            );
        }
    }
}

fn sentence(out: &mut String, text: std::fmt::Arguments) {
    if !out.is_empty() {
        out.push(';');
    }
    // Writing to memory cannot fail.
    let _ = out.write_fmt(text);
}

/// A byte of the input in a form that no terminal or table trips over.
struct Shown(Sighting);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.byte {
            b'"' | b'\'' | b';' => write!(f, "{}", char::from(self.0.byte)),
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
        let mut out = "left over".to_owned();
        Noted { record: &record, replaced_unknown, first_use }.write_reading(&mut out);
        assert_eq!(out, expected);
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
    }
}

//! One record: its name, its letters, and what was odd about either.
//!
//! This file reads the header line and hands the rest to `sequence.rs`.

use super::boundary::BYTE_ORDER_MARK;
use super::sequence::{SequenceTallies, Tally, gather, is_nucleotide_letter, normalise};

/// Longest name kept, in bytes of the input; what is longer is cut.
pub const MAX_NAME_BYTES: usize = 64 * 1024;

/// One FASTA record, held in buffers that are used again for the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The text after `>`, without white space around it; may be empty.
    pub name: String,
    /// Upper-case letters and `*` only; U is written as T.
    pub sequence: Vec<u8>,
    /// What the record said that `name` and `sequence` do not show.
    pub notes: RecordNotes,
}

/// What was odd about a record. Nothing here is an error: the caller decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordNotes {
    /// The name is no valid UTF-8 and was read as Latin-1.
    pub name_is_latin1: bool,
    /// The name was longer than [`MAX_NAME_BYTES`] and was cut: its full length in bytes.
    pub name_cut_from_bytes: Option<usize>,
    /// `-` and `.` that were left out: the record comes from an alignment.
    pub gap_count: u32,
    /// U that were read as T: the record is written as RNA.
    pub uracil_count: u32,
    /// Bytes left out that are no letter, `*`, gap or white space. A character outside ASCII counts once for
    /// each of its bytes.
    pub dropped: Tally,
    /// Letters (and `*`) that were kept although they stand for no nucleotide.
    pub unknown: Tally,
}

impl Record {
    /// Puts N in the place of every letter that stands for no nucleotide; the notes stay as they are.
    pub fn replace_unknown_by_n(&mut self) {
        if self.notes.unknown.count == 0 {
            return;
        }
        for letter in self.sequence.iter_mut().filter(|letter| !is_nucleotide_letter(**letter)) {
            *letter = b'N';
        }
    }

    fn clear(&mut self) {
        self.name.clear();
        self.sequence.clear();
        self.notes = RecordNotes::default();
    }
}

/// Reads one raw record (`>name`, line end, lines of letters) into `out`, whose buffers are used again.
///
/// `raw` reaches from its `>` to the next record's (see [`find_record_starts`](super::find_record_starts)).
/// Any bytes are accepted; without a `>` in front everything is sequence and the name is empty.
///
/// ```
/// # use hearth_genome::fasta::{Record, parse_record};
/// let mut record = Record::default();
/// parse_record(b">hCoV-19/Kenya/1/2021 \r\nacgu-\r\nNNxA\r\n", &mut record);
/// assert_eq!(record.name, "hCoV-19/Kenya/1/2021");
/// assert_eq!(record.sequence, b"ACGTNNXA");
/// assert_eq!((record.notes.gap_count, record.notes.uracil_count), (1, 1));
/// assert_eq!(record.notes.unknown.first.map(|found| (found.byte, found.position)), Some((b'X', 7)));
/// ```
pub fn parse_record(raw: &[u8], out: &mut Record) {
    out.clear();
    // A byte order mark at the end belongs to the file that was glued on behind this one.
    let raw = raw.strip_suffix(BYTE_ORDER_MARK).unwrap_or(raw);
    let body = match raw.strip_prefix(b">") {
        None => raw,
        Some(text) => {
            let (name, body) = text.split_at(memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len()));
            read_name(name, out);
            body
        }
    };
    gather(body, &mut out.sequence);
    let SequenceTallies { gap_count, uracil_count, dropped, unknown } = normalise(&mut out.sequence);
    out.notes = RecordNotes { gap_count, uracil_count, dropped, unknown, ..out.notes };
}

fn read_name(raw: &[u8], out: &mut Record) {
    let raw = raw.trim_ascii();
    let kept = raw.get(..MAX_NAME_BYTES).unwrap_or(raw);
    let was_cut = kept.len() < raw.len();
    out.notes.name_cut_from_bytes = was_cut.then_some(raw.len());
    match str::from_utf8(kept) {
        Ok(text) => out.name.push_str(text.trim()),
        // The cut went through the middle of a character.
        Err(error) if was_cut && error.error_len().is_none() => {
            let text = str::from_utf8(&kept[..error.valid_up_to()]).unwrap_or_default();
            out.name.push_str(text.trim());
        }
        Err(_) => {
            out.notes.name_is_latin1 = true;
            out.name.extend(kept.iter().map(|&byte| char::from(byte)));
            trim_in_place(&mut out.name);
        }
    }
}

fn trim_in_place(text: &mut String) {
    text.truncate(text.trim_end().len());
    let indent = text.len() - text.trim_start().len();
    text.drain(..indent);
}

#[cfg(test)]
mod tests {
    use super::super::twin;
    use super::*;
    use proptest::prelude::*;

    fn parse(raw: &[u8]) -> Record {
        let mut record = Record::default();
        parse_record(raw, &mut record);
        record
    }

    #[test]
    fn the_name_is_the_header_line_without_space_around_it() {
        let check = |raw: &[u8], name: &str, sequence: &str| {
            let record = parse(raw);
            assert_eq!((record.name.as_str(), record.sequence.as_slice()), (name, sequence.as_bytes()));
        };
        check(b">a\nACGT\n", "a", "ACGT");
        check(b"> a b|c \t\r\nAC\r\nGT", "a b|c", "ACGT");
        check(b">a\rAC\rGT\r", "a", "ACGT");
        check(b">\nACGT\n", "", "ACGT");
        check(b">", "", "");
        check(b">name only", "name only", "");
        check(b"", "", "");
        check(b"ACGT", "", "ACGT");
        check("\u{3E}Côte d’Ivoire\u{A0}\nAC\n".as_bytes(), "Côte d’Ivoire", "AC");
        check(b">a\nACGT\n\xEF\xBB\xBF", "a", "ACGT");
    }

    #[test]
    fn a_name_that_is_not_utf8_is_read_as_latin1_and_noted() {
        let record = parse(b">\xA0C\xF4te\xA0\nAC\n");
        assert_eq!(record.name, "Côte");
        assert!(record.notes.name_is_latin1);
        assert!(!parse("\u{3E}Côte\nAC\n".as_bytes()).notes.name_is_latin1);
    }

    #[test]
    fn a_name_without_end_is_cut_between_characters_and_noted() {
        let long = format!(">{}é{}\nACGT\n", "a".repeat(MAX_NAME_BYTES - 1), "b".repeat(10));
        let record = parse(long.as_bytes());
        assert_eq!(record.name, "a".repeat(MAX_NAME_BYTES - 1));
        assert_eq!(record.notes.name_cut_from_bytes, Some(MAX_NAME_BYTES + 11));
        assert!(!record.notes.name_is_latin1);
        assert_eq!(record.sequence, b"ACGT");
    }

    #[test]
    fn a_dirty_record_leaves_nothing_behind_in_the_next() {
        let mut record = parse(b">dirty\xE9\nAC-?XU\n");
        parse_record(b">clean\nACGT\n", &mut record);
        assert_eq!(record, parse(b">clean\nACGT\n"));
        assert_eq!(record.notes, RecordNotes::default());
    }

    #[test]
    fn unknown_letters_become_n_when_asked() {
        let mut record = parse(b">a\nACXRT*\n");
        record.replace_unknown_by_n();
        assert_eq!(record.sequence, b"ACNRTN");
        assert_eq!(record.notes.unknown.count, 2);
    }

    proptest! {
        #[test]
        fn the_fast_way_and_the_plain_way_agree_on_any_record(
            header in proptest::collection::vec(any::<u8>(), 0..40),
            body in proptest::collection::vec(proptest::sample::select(b"ACGTNacgtnUXR-.?*\n\r\xEF\xBB\xBF".to_vec()), 0..400),
        ) {
            let raw = [b">".as_slice(), &header, b"\n", &body].concat();
            prop_assert_eq!(parse(&raw), twin::read_record(&raw));
            prop_assert_eq!(parse(&header), twin::read_record(&header));
        }
    }
}

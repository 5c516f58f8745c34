//! The same reading as `record.rs` and `sequence.rs`, one letter at a time and plain to see.
//!
//! Tests and fuzzing hold the fast way against this one. It is never part of a build that runs.

use super::record::{MAX_NAME_BYTES, Record, RecordNotes};
use super::sequence::{SequenceTallies, Sighting, Tally};

/// Reads what [`parse_record`](super::parse_record) reads.
pub fn read_record(raw: &[u8]) -> Record {
    let raw = if raw.ends_with(b"\xEF\xBB\xBF") { &raw[..raw.len() - 3] } else { raw };
    let mut record = Record::default();
    let mut body = raw;
    if raw.first() == Some(&b'>') {
        let line_end = raw.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(raw.len());
        body = &raw[line_end..];
        (record.name, record.notes) = read_name(&raw[1..line_end]);
    }
    let (sequence, tallies) = read_sequence(body);
    record.sequence = sequence;
    record.notes.gap_count = tallies.gap_count;
    record.notes.uracil_count = tallies.uracil_count;
    record.notes.dropped = tallies.dropped;
    record.notes.unknown = tallies.unknown;
    record
}

fn read_name(raw: &[u8]) -> (String, RecordNotes) {
    let mut notes = RecordNotes::default();
    let mut raw = raw.trim_ascii().to_vec();
    if raw.len() > MAX_NAME_BYTES {
        notes.name_cut_from_bytes = Some(raw.len());
        raw.truncate(MAX_NAME_BYTES);
        for cut in 0..4 {
            if let Ok(name) = str::from_utf8(&raw[..MAX_NAME_BYTES - cut]) {
                return (name.trim().to_owned(), notes);
            }
        }
    }
    let name = String::from_utf8(raw).unwrap_or_else(|error| {
        notes.name_is_latin1 = true;
        error.into_bytes().into_iter().map(char::from).collect()
    });
    (name.trim().to_owned(), notes)
}

/// Reads what `gather` and `normalise` read together.
pub(super) fn read_sequence(body: &[u8]) -> (Vec<u8>, SequenceTallies) {
    let mut sequence = Vec::new();
    let mut tallies = SequenceTallies::default();
    for &byte in body {
        match byte.to_ascii_uppercase() {
            letter @ (b'A' | b'C' | b'G' | b'T' | b'N') => sequence.push(letter),
            letter @ (b'R' | b'Y' | b'S' | b'W' | b'K' | b'M' | b'B' | b'D' | b'H' | b'V') => {
                sequence.push(letter)
            }
            b'U' => {
                tallies.uracil_count += 1;
                sequence.push(b'T');
            }
            letter @ (b'A'..=b'Z' | b'*') => {
                note(&mut tallies.unknown, letter, sequence.len());
                sequence.push(letter);
            }
            b'-' | b'.' => tallies.gap_count += 1,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C => {}
            other => note(&mut tallies.dropped, other, sequence.len()),
        }
    }
    (sequence, tallies)
}

fn note(tally: &mut Tally, byte: u8, letters_before: usize) {
    tally.count += 1;
    if tally.first.is_none() {
        tally.first = Some(Sighting { byte, position: letters_before as u32 + 1 });
    }
}

//! FASTA text: where its records begin, and what one record says.
//!
//! [`find_record_starts`] finds the records in a stretch of bytes and [`parse_record`] reads one of them
//! into a [`Record`] that is used again for the next, so that a running analysis allocates nothing per
//! genome. Both accept any bytes at all: what is odd about a record is told in its [`RecordNotes`], and
//! whoever called decides what is too odd. This module refuses to know of files, compression or sizes of
//! batches. Start reading at [`parse_record`]; the part that must be fast is `sequence.rs`.

mod boundary;
mod record;
mod sequence;
#[cfg(any(test, fuzzing))]
pub mod twin;

pub use boundary::{BYTE_ORDER_MARK, find_record_starts};
pub use record::{MAX_NAME_BYTES, Record, RecordNotes, parse_record};
pub use sequence::{Sighting, Tally, is_nucleotide_letter};

//! Cuts one source into runs of whole records.
//!
//! A buffer is filled, the record starts in it are found, and everything up to the last start is handed
//! out; what begins there is carried into the next buffer. So no record is ever cut and memory stays at a
//! few buffers, unless one record alone is larger. This file refuses to look inside records.

use std::io::{self, Read};
use std::sync::Arc;

use hearth_genome::fasta::find_record_starts;

use super::batch::InputLimits;
use super::compression::{Compression, MAGIC_BYTES, MAX_UNPACKING_MIB};
use super::error::InputError;
use super::format::{Preamble, excerpt, first_line, looks_like_sequence, read_preamble, recognise};
use super::watch::{Progress, Signs, Watched};

/// Bytes looked at to recognise other formats.
const FORMAT_HEAD_BYTES: usize = 1024;
/// The first record begins within so many bytes, behind blank lines and comments.
const PREAMBLE_BYTES: usize = 64 * 1024;
/// Bytes kept while a record is passed over: a line end and a byte order mark before the next `>`.
const LOOK_BACK_BYTES: usize = 4;

/// A buffer of record text and the places where its records begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    pub bytes: Vec<u8>,
    pub record_starts: Vec<usize>,
}

/// One source, opened.
pub(super) struct Splitter {
    reader: Box<dyn Read + Send>,
    input: Arc<str>,
    limits: InputLimits,
    compression: Option<Compression>,
    signs: Signs,
    stage: Stage,
    /// Text read already that belongs to the next piece; begins with a record in [`Stage::InRecords`].
    carry: Vec<u8>,
    /// Nothing more can be read.
    ended: bool,
    /// Why, if not because the source ended; told when all whole records before are handed out.
    failure: Option<io::Error>,
    /// Records handed out so far.
    records: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Unopened,
    InRecords,
    /// In the middle of a record that is too long.
    Skipping,
}

impl Splitter {
    /// Looks at the first bytes of `stored` and sets up unpacking.
    pub(super) fn open(
        stored: impl Read + Send + 'static,
        input: Arc<str>,
        limits: InputLimits,
        progress: Progress,
    ) -> Result<Self, InputError> {
        let signs = Signs::default();
        let mut stored = Watched::new(stored, progress, signs.clone());
        let mut head = Vec::with_capacity(MAGIC_BYTES);
        if let Err(cause) = stored.by_ref().take(MAGIC_BYTES as u64).read_to_end(&mut head) {
            return Err(InputError::Read { input, records: 0, cause });
        }
        signs.forget_end();
        let compression = Compression::recognise(&head);
        let stored = io::Cursor::new(head).chain(stored);
        let reader = match compression {
            Some(compression) => compression.unpack(stored),
            None => Box::new(stored),
        };
        Ok(Self {
            reader,
            input,
            limits,
            compression,
            signs,
            stage: Stage::Unopened,
            carry: Vec::new(),
            ended: false,
            failure: None,
            records: 0,
        })
    }

    /// Fills `piece` with the next whole records; false when there are no more.
    ///
    /// After an error the next call goes on behind it, or says false when nothing can be read any more.
    /// `first_index` is the index over the whole run of the next record, for messages.
    pub(super) fn next(&mut self, piece: &mut Piece, first_index: u64) -> Result<bool, InputError> {
        match self.stage {
            Stage::Unopened => {
                self.stage = Stage::InRecords;
                self.open_text().inspect_err(|_| self.close())?;
            }
            Stage::Skipping => self.skip_to_next_record(),
            Stage::InRecords => {}
        }
        if self.carry.is_empty() && self.ended {
            return self.failure.take().map_or(Ok(false), |cause| Err(self.explain(cause)));
        }
        self.next_records(piece, first_index)
    }

    fn close(&mut self) {
        self.ended = true;
        self.failure = None;
        self.carry.clear();
    }

    /// Reads the first bytes of the text, refuses what is not FASTA, and passes over the preamble.
    fn open_text(&mut self) -> Result<(), InputError> {
        self.grow_carry(FORMAT_HEAD_BYTES);
        if let Some(format) = recognise(&self.carry) {
            let input = Arc::clone(&self.input);
            return Err(InputError::WrongFormat { input, what: format.what, advice: format.advice });
        }
        if read_preamble(&self.carry) == Preamble::Nothing {
            self.grow_carry(PREAMBLE_BYTES);
        }
        let preamble = read_preamble(&self.carry);
        if let Preamble::Record(offset) = preamble {
            self.carry.drain(..offset);
            return Ok(());
        }
        if let Some(cause) = self.failure.take() {
            return Err(self.explain(cause));
        }
        let input = Arc::clone(&self.input);
        Err(match preamble {
            Preamble::Text { line, offset } => {
                let text = first_line(self.carry.get(offset..).unwrap_or_default());
                match looks_like_sequence(text) {
                    true => InputError::LettersWithoutHeader { input },
                    false => InputError::TextBeforeHeader { input, line, excerpt: excerpt(text) },
                }
            }
            _ if self.ended => InputError::Empty { input },
            _ => InputError::HeaderTooFar { input, searched_bytes: PREAMBLE_BYTES },
        })
    }

    /// Grows `carry` to `length` bytes, or to the end of the source.
    fn grow_carry(&mut self, length: usize) {
        let mut carry = std::mem::take(&mut self.carry);
        let mut filled = carry.len();
        carry.resize(length.max(filled), 0);
        self.fill(&mut carry, &mut filled);
        carry.truncate(filled);
        self.carry = carry;
    }

    /// Reads until `buffer` is full or the source has no more; keeps why.
    fn fill(&mut self, buffer: &mut [u8], filled: &mut usize) {
        while *filled < buffer.len() && !self.ended {
            match self.reader.read(&mut buffer[*filled..]) {
                Ok(0) => self.ended = true,
                Ok(count) => *filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error);
                    self.ended = true;
                }
            }
        }
    }

    /// Hands out the records that begin with `carry`.
    fn next_records(&mut self, piece: &mut Piece, first_index: u64) -> Result<bool, InputError> {
        let Piece { bytes, record_starts } = piece;
        record_starts.clear();
        let mut filled = self.carry.len();
        let mut searched = 0;
        // A buffer used before keeps its length, so that only what it lacks is set to zero.
        bytes.resize(filled + self.limits.batch_bytes, 0);
        bytes[..filled].copy_from_slice(&self.carry);
        self.carry.clear();
        loop {
            self.fill(bytes, &mut filled);
            find_record_starts(&bytes[..filled], searched, record_starts);
            searched = filled;
            let second_start = record_starts.get(1).copied();
            if second_start.unwrap_or(filled) > self.limits.max_record_bytes {
                return Err(self.pass_over(&bytes[..filled], second_start, first_index));
            }
            // What was read of a record when reading failed is not a whole record.
            let end = match self.ended && self.failure.is_none() {
                true => filled,
                false => record_starts.last().copied().unwrap_or(0),
            };
            if end > 0 {
                if !self.ended {
                    self.carry.extend_from_slice(&bytes[end..filled]);
                }
                bytes.truncate(end);
                record_starts.truncate(record_starts.partition_point(|start| *start < end));
                self.records += record_starts.len() as u64;
                return Ok(true);
            }
            if let Some(cause) = self.failure.take() {
                return Err(self.explain(cause));
            }
            bytes.resize(filled + self.limits.batch_bytes, 0);
        }
    }

    /// Leaves out the record that `text` begins with, up to `next_start` or as far as it may reach.
    fn pass_over(&mut self, text: &[u8], next_start: Option<usize>, index: u64) -> InputError {
        match next_start {
            Some(start) => self.carry.extend_from_slice(&text[start..]),
            None => {
                self.carry.extend_from_slice(&text[text.len().saturating_sub(LOOK_BACK_BYTES)..]);
                self.stage = Stage::Skipping;
            }
        }
        let header = first_line(text);
        InputError::RecordTooLong {
            input: Arc::clone(&self.input),
            index,
            name: excerpt(header.strip_prefix(b">").unwrap_or(header).trim_ascii()),
            limit_bytes: self.limits.max_record_bytes,
        }
    }

    /// Reads on to where the next record begins, without keeping what is before.
    fn skip_to_next_record(&mut self) {
        let mut starts = Vec::new();
        self.stage = Stage::InRecords;
        loop {
            let kept = self.carry.len();
            self.grow_carry(kept + self.limits.batch_bytes);
            find_record_starts(&self.carry, kept, &mut starts);
            if let Some(start) = starts.first() {
                self.carry.drain(..*start);
                return;
            }
            if self.ended {
                self.carry.clear();
                return;
            }
            self.carry.drain(..self.carry.len().saturating_sub(LOOK_BACK_BYTES));
        }
    }

    fn explain(&self, cause: io::Error) -> InputError {
        let (input, records) = (Arc::clone(&self.input), self.records);
        match self.compression {
            Some(compression) if !self.signs.failed() => {
                if cause.kind() == io::ErrorKind::OutOfMemory {
                    InputError::UnpackingTooLarge { input, compression, limit_mib: MAX_UNPACKING_MIB }
                } else if self.signs.ended() {
                    InputError::Truncated { input, compression, records }
                } else {
                    InputError::Damaged { input, compression, records, cause }
                }
            }
            _ => InputError::Read { input, records, cause },
        }
    }
}

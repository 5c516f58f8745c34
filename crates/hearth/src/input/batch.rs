//! Batches of raw records, read from one source after the other.
//!
//! [`BatchReader`] is an iterator: it belongs to one thread, batches may go to others and their buffers
//! come back through a [`BatchPool`]. This file refuses to look inside records.

use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::InputError;
use super::source::Source;
use super::split::{Piece, Splitter};
use super::watch::Progress;

/// Sizes that keep memory bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputLimits {
    /// Text read for one batch, in bytes; a batch is about as long, or as long as one record.
    pub batch_bytes: usize,
    /// Longest record with its header line, in bytes; at least `batch_bytes`.
    pub max_record_bytes: usize,
}

impl Default for InputLimits {
    /// 512 KiB, which stays in a core's cache while it is worked on, and 1 GiB.
    fn default() -> Self {
        Self { batch_bytes: 512 << 10, max_record_bytes: 1 << 30 }
    }
}

impl InputLimits {
    fn sound(self) -> Self {
        let batch_bytes = self.batch_bytes.max(1);
        Self { batch_bytes, max_record_bytes: self.max_record_bytes.max(batch_bytes) }
    }
}

/// Whole records of one source, as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Index of the first record over the whole run, counting from 0.
    pub first_index: u64,
    /// Name of the source, for messages.
    pub source: Arc<str>,
    /// The text; begins with the first record.
    pub bytes: Vec<u8>,
    /// Where each record begins in `bytes`, at its `>`; a record ends where the next begins.
    pub record_starts: Vec<usize>,
}

impl Batch {
    /// Number of records.
    pub fn len(&self) -> usize {
        self.record_starts.len()
    }

    /// Whether there is no record; a [`BatchReader`] gives no such batch.
    pub fn is_empty(&self) -> bool {
        self.record_starts.is_empty()
    }

    /// The records with their indices over the whole run, each for `parse_record`.
    pub fn records(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let ends = self.record_starts.iter().skip(1).copied().chain([self.bytes.len()]);
        let ranges = self.record_starts.iter().zip(ends);
        (self.first_index..).zip(ranges.map(|(start, end)| self.bytes.get(*start..end).unwrap_or_default()))
    }
}

/// Buffers of batches that are done with, to be used again; clones share them.
#[derive(Clone, Debug, Default)]
pub struct BatchPool(Arc<Mutex<Vec<Piece>>>);

impl BatchPool {
    /// Buffers kept at most: beyond that they are freed.
    const MAX_SPARE: usize = 64;

    /// Takes a batch back whose records are no longer needed. Not to do so costs time, nothing else.
    pub fn give_back(&self, batch: Batch) {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < Self::MAX_SPARE {
            spare.push(Piece { bytes: batch.bytes, record_starts: batch.record_starts });
        }
    }

    fn take(&self, limits: InputLimits) -> Piece {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let piece = spare.pop().unwrap_or_default();
        // One enormous record must not leave an enormous buffer behind.
        if piece.bytes.capacity() > limits.batch_bytes.saturating_mul(8) { Piece::default() } else { piece }
    }
}

/// Reads sources one after the other, as batches of whole records.
///
/// Yields `Ok` for each batch and `Err` for what is wrong with a source; after an error it goes on with
/// what can still be read, the next source at the latest, so the caller decides whether to stop. Errors
/// that are not [fatal](InputError::is_fatal) lose nothing but what they name.
pub struct BatchReader {
    sources: std::vec::IntoIter<Source>,
    current: Option<(Arc<str>, Splitter)>,
    limits: InputLimits,
    next_index: u64,
    pool: BatchPool,
    progress: Progress,
}

impl BatchReader {
    /// A reader of `sources`, in their order; opens nothing yet.
    pub fn new(sources: Vec<Source>, limits: InputLimits) -> Self {
        Self {
            sources: sources.into_iter(),
            current: None,
            limits: limits.sound(),
            next_index: 0,
            pool: BatchPool::default(),
            progress: Progress::default(),
        }
    }

    /// Where to give batches back to.
    pub fn pool(&self) -> BatchPool {
        self.pool.clone()
    }

    /// How far reading has come.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn open(&self, source: Source) -> Result<(Arc<str>, Splitter), InputError> {
        let (name, limits, progress) = (source.name(), self.limits, self.progress.clone());
        let input = Arc::clone(&name);
        let splitter = match source {
            Source::StandardInput => Splitter::open(io::stdin(), input, limits, progress),
            Source::BuiltIn { bytes, .. } => Splitter::open(bytes, input, limits, progress),
            Source::File(path) => match File::open(path) {
                Ok(file) => Splitter::open(file, input, limits, progress),
                Err(cause) => Err(InputError::Open { input, cause }),
            },
        }?;
        Ok((name, splitter))
    }
}

impl Iterator for BatchReader {
    type Item = Result<Batch, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some((source, splitter)) = &mut self.current else {
                let source = self.sources.next()?;
                match self.open(source) {
                    Ok(opened) => self.current = Some(opened),
                    Err(error) => return Some(Err(error)),
                }
                continue;
            };
            let mut piece = self.pool.take(self.limits);
            let first_index = self.next_index;
            match splitter.next(&mut piece, first_index) {
                Ok(true) => {
                    let Piece { bytes, record_starts } = piece;
                    self.next_index += record_starts.len() as u64;
                    return Some(Ok(Batch { first_index, source: Arc::clone(source), bytes, record_starts }));
                }
                Ok(false) => self.current = None,
                Err(error) => {
                    if matches!(error, InputError::RecordTooLong { .. }) {
                        self.next_index += 1;
                    }
                    return Some(Err(error));
                }
            }
        }
    }
}

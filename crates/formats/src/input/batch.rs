//! Batches of raw records, read from one source after the other.
//!
//! [`BatchReader`] is an iterator: it belongs to one thread, batches may go to others and their buffers
//! come back through a [`BatchPool`]. This file refuses to look inside records.

use std::fs::File;
use std::io::{self, Read};
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
    /// Buffers for the next batch.
    piece: Piece,
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
            piece: Piece::default(),
            pool: BatchPool::default(),
            progress: Progress::default(),
        }
    }

    /// A reader of what comes from elsewhere, under a name for messages.
    ///
    /// # Errors
    /// When its beginning is no FASTA text, packed or not.
    pub fn of_stream(
        name: &str,
        stream: impl Read + Send + 'static,
        limits: InputLimits,
    ) -> Result<Self, InputError> {
        let mut reader = Self::new(Vec::new(), limits);
        let name: Arc<str> = name.into();
        let splitter = Splitter::open(stream, Arc::clone(&name), reader.limits, reader.progress.clone())?;
        reader.current = Some((name, splitter));
        Ok(reader)
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
            if self.piece.bytes.capacity() == 0 {
                self.piece = self.pool.take(self.limits);
            }
            let first_index = self.next_index;
            match splitter.next(&mut self.piece, first_index) {
                Ok(true) => {
                    let Piece { bytes, record_starts } = std::mem::take(&mut self.piece);
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn describe(reader: impl Iterator<Item = Result<Batch, InputError>>, folder: &Path) -> Vec<String> {
        let mut lines = Vec::new();
        for item in reader {
            match item {
                Err(error) => lines.push(error.to_string()),
                Ok(batch) => {
                    assert_eq!(batch.records().count(), batch.len());
                    lines.extend(batch.records().map(|(index, raw)| {
                        format!("{index} {} {}", batch.source, String::from_utf8_lossy(raw).escape_debug())
                    }));
                }
            }
        }
        let prefix = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
        lines.into_iter().map(|line| line.replace(&prefix, "")).collect()
    }

    #[test]
    fn indices_run_on_over_sources_and_one_bad_source_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).unwrap();
            Source::File(folder.path().join(name))
        };
        let sources = vec![
            write("a.fa", ">1\nAC\n>2\nGT"),
            write("b.fa", ""),
            write("c.fa", "not a sequence"),
            Source::File(folder.path().join("gone.fa")),
            Source::BuiltIn { name: "built in", bytes: b">3\nAC\n" },
        ];
        let lines = describe(BatchReader::new(sources, InputLimits::default()), folder.path());
        assert_eq!(lines[0], r"0 a.fa >1\nAC\n");
        assert_eq!(lines[1], r"1 a.fa >2\nGT");
        assert_eq!(lines[2], "b.fa: is empty: it holds no sequence.");
        assert!(lines[3].starts_with("c.fa: line 1 (`not a sequence`) stands before"), "{lines:?}");
        assert!(lines[4].starts_with("gone.fa: cannot be opened ("), "{lines:?}");
        assert_eq!(lines[5], r"2 built in >3\nAC\n");
        assert_eq!(lines.len(), 6);
    }

    #[test]
    fn a_record_passed_over_keeps_its_index_to_itself() {
        let limits = InputLimits { batch_bytes: 1024, max_record_bytes: 1024 };
        let text: &'static str = format!(">1\nAC\n>2\n{}\n>3\nGT\n", "A".repeat(5000)).leak();
        let reader = BatchReader::new(vec![Source::BuiltIn { name: "a", bytes: text.as_bytes() }], limits);
        let lines = describe(reader, Path::new(""));
        assert_eq!(lines[0], r"0 a >1\nAC\n");
        assert!(lines[1].starts_with("a: record number 2 (`2`) is longer than 1024 bytes"), "{lines:?}");
        assert_eq!(lines[2], r"2 a >3\nGT\n");
    }

    #[test]
    fn buffers_that_come_back_are_used_again_and_leave_nothing_behind() {
        let record = ">r\nACGT\n";
        let text: &'static str = record.repeat(100_000).leak();
        let source = Source::BuiltIn { name: "a", bytes: text.as_bytes() };
        let reader = BatchReader::new(vec![source], InputLimits::default());
        let (pool, progress) = (reader.pool(), reader.progress());
        let (mut records, mut buffers) = (0, std::collections::HashSet::new());
        for batch in reader {
            let batch = batch.unwrap();
            assert!(batch.records().all(|(_, raw)| raw == record.as_bytes()));
            assert!(batch.bytes.len() <= 2 * InputLimits::default().batch_bytes);
            records += batch.len();
            if batch.bytes.len() > InputLimits::default().batch_bytes / 2 {
                buffers.insert(batch.bytes.as_ptr());
            }
            pool.give_back(batch);
        }
        assert_eq!(records, 100_000);
        assert_eq!(buffers.len(), 1);
        assert_eq!(progress.bytes_read(), text.len() as u64);
    }

    #[test]
    fn the_reader_can_move_to_a_thread_of_its_own() {
        fn sent<T: Send>(_: &T) {}
        sent(&BatchReader::new(Vec::new(), InputLimits::default()));
    }
}

//! One JSON document for a whole run, written as rows come.
//!
//! Results stand before errors in the document, so lines of records that failed wait in a [`Document`]'s
//! spool. In a worker's stream a letter before each line tells the two apart. Start at [`Document::write`].

use super::sink::{Sink, WriteError};
use hearth_genome::pack::Pack;
use hearth_genome::rows::json::document;
use std::io::{self, Read, Seek, Write};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::SpooledTempFile;

/// Before the line of a record that was analysed.
const RESULT: u8 = b'R';
/// Before the line of a record that failed.
const FAILURE: u8 = b'F';
/// In the spool, before the line of a record that belongs to no pack.
const FOREIGN: u8 = b'N';
/// Error lines kept in memory.
const IN_MEMORY_BYTES: usize = 1 << 20;

/// Appends a result to a stream; `write` appends its line.
pub fn write_item(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(RESULT);
    write(out);
}

/// Appends the line of a record that failed to a stream; `write` appends the line.
pub fn write_error(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(FAILURE);
    write(out);
}

/// Writes what stands before the first result.
pub fn begin(pack: &Pack, out: &mut Vec<u8>) {
    document::begin(pack, &now(), out);
}

/// A document being written.
pub struct Document {
    sink: Sink,
    errors: SpooledTempFile,
    is_first: bool,
    /// Used again and again.
    text: Vec<u8>,
}

impl Document {
    /// A document whose beginning was written to `sink`.
    pub fn new(sink: Sink) -> Self {
        let errors = SpooledTempFile::new(IN_MEMORY_BYTES);
        Self { sink, errors, is_first: true, text: Vec::new() }
    }

    /// Adds the lines of a stream.
    ///
    /// # Errors
    /// What the system says, with the target's name.
    pub fn write(&mut self, stream: &[u8]) -> Result<(), WriteError> {
        self.text.clear();
        for line in lines(stream) {
            match line.split_first() {
                Some((&RESULT, item)) => {
                    document::item(item, self.is_first, &mut self.text);
                    self.is_first = false;
                }
                _ => self.keep(line)?,
            }
        }
        self.sink.write(&self.text)
    }

    /// Adds lines of records that belong to no pack.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_foreign(&mut self, stream: &[u8]) -> Result<(), WriteError> {
        for line in lines(stream).filter_map(|line| line.get(1..)) {
            self.keep(&[&[FOREIGN], line].concat())?;
        }
        Ok(())
    }

    fn keep(&mut self, line: &[u8]) -> Result<(), WriteError> {
        self.errors.write_all(line).map_err(|cause| self.sink.failure(cause))
    }

    /// Takes the lines of records that belong to no pack out again.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn remove_foreign(mut self) -> Result<Self, WriteError> {
        let kept = self.take_errors()?;
        for line in lines(&kept).filter(|line| line.first() == Some(&FAILURE)) {
            self.keep(line)?;
        }
        Ok(self)
    }

    /// Writes errors and end, and gives the output back to be completed.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn close(mut self) -> Result<Sink, WriteError> {
        let errors = self.take_errors()?;
        self.text.clear();
        document::end(lines(&errors).filter_map(|line| line.get(1..)), &mut self.text);
        self.sink.write(&self.text)?;
        Ok(self.sink)
    }

    fn take_errors(&mut self) -> Result<Vec<u8>, WriteError> {
        let mut errors = std::mem::replace(&mut self.errors, SpooledTempFile::new(IN_MEMORY_BYTES));
        let mut text = Vec::new();
        let read = errors.rewind().and_then(|()| errors.read_to_end(&mut text));
        read.map_err(|cause: io::Error| self.sink.failure(cause))?;
        Ok(text)
    }
}

/// Lines with their ends; JSON lines have no line end inside.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|&byte| byte == b'\n')
}

/// The present time as ISO 8601, or the one that `SOURCE_DATE_EPOCH` says, so that a run can be repeated byte
/// for byte (reproducible-builds.org).
pub fn now() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let passed = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    iso_8601(fixed.unwrap_or_else(passed))
}

/// Seconds since 1970 as date and time; days to date as in Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`.
fn iso_8601(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::super::sink::Target;
    use super::*;

    #[test]
    fn times_are_written_as_iso_8601() {
        let check = |seconds, expected: &str| assert_eq!(iso_8601(seconds), expected);
        check(0, "1970-01-01T00:00:00Z");
        check(951_782_399, "2000-02-28T23:59:59Z");
        check(951_782_400, "2000-02-29T00:00:00Z");
        check(1_577_836_800, "2020-01-01T00:00:00Z");
        check(4_107_542_400, "2100-03-01T00:00:00Z");
    }

    #[test]
    fn results_come_before_errors_and_foreign_lines_can_be_taken_out() {
        let folder = tempfile::tempdir().unwrap();
        let check = |is_split: bool, expected: &str| {
            let path = folder.path().join("a.json");
            let target = Target::File(path.clone());
            let mut sink = Sink::open(&target).unwrap();
            sink.write(b"[\n").unwrap();
            let mut document = Document::new(sink);
            document.write(b"R{1}\nF{e2}\n").unwrap();
            document.write_foreign(b"F{n3}\n").unwrap();
            if is_split {
                document = document.remove_foreign().unwrap();
            }
            document.write(b"F{e4}\nR{5}\nR{6}\n").unwrap();
            document.close().unwrap().finish(&target).unwrap();
            assert_eq!(std::fs::read_to_string(path).unwrap(), expected);
        };
        check(false, "[\n{1},\n{5},\n{6}\n],\"errors\":[{e2},{n3},{e4}]}\n");
        check(true, "[\n{1},\n{5},\n{6}\n],\"errors\":[{e2},{e4}]}\n");
    }
}

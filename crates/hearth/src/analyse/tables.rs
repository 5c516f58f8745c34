//! Who gets which rows: one set of outputs for each pack that was seen, names given at the end.
//!
//! As long as one pack was seen, records that belong to no pack have their rows in its tables, in input
//! order. When a second pack turns up, each pack gets outputs of its own and such rows move to tables named
//! `unmatched`. Start at [`Tables::take`].

use super::background::Background;
use super::destination::{Destination, Opened};
use super::finished::{Finished, Part, Streams, Unmatched};
use super::plan::PackRows;
use super::shelf::Shelf;
use super::sink::{Target, WriteError};
use super::spool::Spool;
use hearth_genome::rows::RecordName;

/// Label of the tables of records that belong to no pack.
pub const UNMATCHED: &str = "unmatched";

/// All outputs that hold rows.
pub struct Tables<'a> {
    shelf: &'a Shelf,
    /// One for each format of the plan.
    destinations: Vec<Destination>,
    /// In the order in which packs were seen.
    seen: Vec<Outputs<'a>>,
    /// As the first pack's, once there are several.
    unmatched: Vec<Opened>,
    /// Records of no pack so far.
    spool: Spool,
    left_out: Vec<LeftOut>,
}

/// Outputs of one pack.
struct Outputs<'a> {
    pack: usize,
    rows: &'a PackRows,
    /// One for each of `rows.outputs()`.
    opened: Vec<Opened>,
}

/// Rows that an output had no place for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The pack whose rows they are.
    pub pack: String,
    /// The output.
    pub target: Target,
}

/// Why rows were not written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// An output failed.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The pack whose columns were needed cannot be used.
    #[error("{0}")]
    Pack(String),
    /// The list of records that belong to no pack could not be kept.
    #[error(
        "the temporary list of records without a pack cannot be kept ({0}); check the space for temporary files"
    )]
    Spool(#[from] std::io::Error),
}

impl<'a> Tables<'a> {
    /// Outputs at `destinations`, one for each format of the shelf's plan, in that order.
    ///
    /// # Errors
    /// If an output cannot be made.
    pub fn new(shelf: &'a Shelf, destinations: Vec<Destination>) -> Result<Self, TableError> {
        let (seen, unmatched, left_out) = (Vec::new(), Vec::new(), Vec::new());
        let mut tables = Self { shelf, destinations, seen, unmatched, spool: Spool::default(), left_out };
        if shelf.len() == 1 {
            tables.open(0)?;
        } else {
            // Better told now than after an hour.
            tables.destinations.iter().try_for_each(Destination::probe)?;
        }
        Ok(tables)
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// If an output fails.
    pub fn take(&mut self, finished: &Finished) -> Result<(), TableError> {
        let mut begins: Vec<usize> = Vec::new();
        for part in &finished.parts {
            match part {
                Part::Unmatched(records) => self.take_unmatched(records)?,
                Part::Pack { pack, from, count } => {
                    let ends = &finished.ends[*from..from + count];
                    begins.resize(begins.len().max(ends.len()), 0);
                    let at = self.outputs_of(*pack)?;
                    for (output, (begin, end)) in begins.iter_mut().zip(ends).enumerate() {
                        self.write(at, output, &finished.streams.bytes(output)[*begin..*end])?;
                        *begin = *end;
                    }
                }
            }
        }
        Ok(())
    }

    /// Writes rows of the pack that is number `at` of those seen.
    fn write(&mut self, at: usize, number: usize, bytes: &[u8]) -> Result<(), WriteError> {
        let outputs = &mut self.seen[at];
        let Some(output) = outputs.rows.outputs().get(number).filter(|_| !bytes.is_empty()) else {
            return Ok(());
        };
        if output.format.is_shared() {
            let wanted = output.wanted;
            let first = &mut self.seen[0];
            let number = first.rows.outputs().iter().position(|output| output.wanted == wanted);
            return number.map_or(Ok(()), |number| first.opened[number].write(bytes));
        }
        if let Some(target) = outputs.opened[number].missing() {
            let left_out = LeftOut { pack: self.shelf.name(outputs.pack).to_owned(), target: target.clone() };
            if !self.left_out.contains(&left_out) {
                self.left_out.push(left_out);
            }
            return Ok(());
        }
        outputs.opened[number].write(bytes)
    }

    /// Writes rows of records that belong to no pack.
    ///
    /// # Errors
    /// If an output fails.
    pub fn take_unmatched(&mut self, records: &[Unmatched]) -> Result<(), TableError> {
        for record in records {
            self.spool.push(record)?;
        }
        let Some(first) = self.seen.first_mut() else { return Ok(()) };
        let streams = error_rows(first.rows, records);
        for (number, opened) in first.opened.iter_mut().enumerate() {
            match self.unmatched.get_mut(number) {
                Some(own) if own.missing().is_none() => own.write(streams.bytes(number))?,
                _ => opened.write_foreign(streams.bytes(number))?,
            }
        }
        Ok(())
    }

    /// Where the pack stands among those seen.
    fn outputs_of(&mut self, pack: usize) -> Result<usize, TableError> {
        match self.seen.iter().position(|outputs| outputs.pack == pack) {
            Some(at) => Ok(at),
            None => self.open(pack),
        }
    }

    fn open(&mut self, pack: usize) -> Result<usize, TableError> {
        let rows = self.shelf.rows(pack).map_err(|problem| TableError::Pack(problem.to_owned()))?;
        let at = self.seen.len();
        let label = (at > 0).then(|| self.shelf.name(pack));
        let mut opened = Vec::with_capacity(rows.outputs().len());
        for output in rows.outputs() {
            opened.push(self.destinations[output.wanted].open(rows, *output, label)?);
        }
        if at == 0 {
            for records in self.spool.records()? {
                let streams = error_rows(rows, &records?);
                for (number, opened) in opened.iter_mut().enumerate() {
                    opened.write_foreign(streams.bytes(number))?;
                }
            }
        }
        self.seen.push(Outputs { pack, rows, opened });
        if at == 1 {
            self.split()?;
        }
        Ok(at)
    }

    /// Moves the rows of records that belong to no pack from the first pack's tables to their own.
    fn split(&mut self) -> Result<(), TableError> {
        let first = &mut self.seen[0];
        let opened = std::mem::take(&mut first.opened);
        first.opened = opened.into_iter().map(Opened::remove_foreign).collect::<Result<_, _>>()?;
        for output in first.rows.outputs() {
            self.unmatched.push(if output.format.holds_failures() && !output.format.is_shared() {
                self.destinations[output.wanted].open(first.rows, *output, Some(UNMATCHED))?
            } else {
                Opened::Missing(self.destinations[output.wanted].target.clone())
            });
        }
        for records in self.spool.records()? {
            let streams = error_rows(first.rows, &records?);
            for (number, opened) in self.unmatched.iter_mut().enumerate() {
                opened.write(streams.bytes(number))?;
            }
        }
        Ok(())
    }

    /// Gives all outputs their names and returns them.
    ///
    /// # Errors
    /// If an output cannot be completed; those after it are not written.
    pub fn finish(mut self, background: &Background) -> Result<Written, TableError> {
        if self.seen.is_empty() {
            let usable = (0..self.shelf.len()).find(|&pack| self.shelf.rows(pack).is_ok());
            self.open(usable.unwrap_or(0))?;
        }
        let is_one = self.seen.len() == 1;
        let mut written = Written { left_out: self.left_out, ..Written::default() };
        let outputs_of_unmatched = self.seen[0].rows.outputs();
        for Outputs { pack, rows, opened } in self.seen {
            let label = (!is_one).then(|| self.shelf.name(pack));
            written.told.extend(rows.assay_problems.iter().cloned());
            for (mut opened, output) in opened.into_iter().zip(rows.outputs()) {
                if let Some(genomes) = background.of(pack) {
                    opened.take_background(genomes);
                }
                let destination = &self.destinations[output.wanted];
                let is_written =
                    opened.finish(destination.target_of(rows, *output, label), &mut written.told)?.is_some();
                written.push(destination, label, is_written);
            }
        }
        if !self.spool.is_empty() {
            for (opened, output) in self.unmatched.into_iter().zip(outputs_of_unmatched) {
                let destination = &self.destinations[output.wanted];
                let is_written =
                    opened.finish(destination.named(Some(UNMATCHED)), &mut written.told)?.is_some();
                written.push(destination, Some(UNMATCHED), is_written);
            }
        }
        Ok(written)
    }
}

/// What was written, and what had no place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// What people should know of the outputs, as sentences.
    pub told: Vec<String>,
    /// Complete outputs; one for all files made after one pattern.
    pub targets: Vec<Target>,
    /// Rows without a place.
    pub left_out: Vec<LeftOut>,
}

impl Written {
    fn push(&mut self, destination: &Destination, label: Option<&str>, is_written: bool) {
        let target = destination.named(label);
        if is_written && self.targets.last() != Some(&target) {
            self.targets.push(target);
        }
    }
}

fn error_rows(rows: &PackRows, records: &[Unmatched]) -> Streams {
    let mut streams = Streams::with_count(rows.outputs().len());
    for record in records {
        let name = RecordName { index: record.index, name: &record.name };
        rows.write_error(name, &record.error, &mut streams);
    }
    streams
}

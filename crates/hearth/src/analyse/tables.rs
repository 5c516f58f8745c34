//! Who gets which rows: one set of outputs for each pack that was seen, names given at the end.
//!
//! As long as one pack was seen, records that belong to no pack have their rows in its tables, in input
//! order. When a second pack turns up, each pack gets tables of its own and such rows move to tables named
//! `unmatched`. Start at [`Tables::take`].

use super::finished::{Finished, Part, Streams, Unmatched};
use super::plan::{Format, PackRows};
use super::shelf::Shelf;
use super::sink::{Sink, Target, WriteError};
use super::spool::Spool;
use hearth_genome::rows::RecordName;

/// Label of the tables of records that belong to no pack.
const UNMATCHED: &str = "unmatched";

/// All outputs that hold rows.
pub struct Tables<'a> {
    shelf: &'a Shelf,
    /// One for each format of the plan.
    targets: Vec<Target>,
    /// In the order in which packs were seen.
    seen: Vec<Outputs<'a>>,
    unmatched: Option<Vec<Sink>>,
    /// Records of no pack so far.
    spool: Spool,
    left_out: Vec<LeftOut>,
}

/// Outputs of one pack.
struct Outputs<'a> {
    pack: usize,
    rows: &'a PackRows,
    sinks: Vec<Sink>,
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
    /// Outputs at `targets`, one for each format of the shelf's plan, in that order.
    ///
    /// # Errors
    /// If an output cannot be made.
    pub fn new(shelf: &'a Shelf, targets: Vec<Target>) -> Result<Self, TableError> {
        let mut tables = Self {
            shelf,
            targets,
            seen: Vec::new(),
            unmatched: None,
            spool: Spool::default(),
            left_out: Vec::new(),
        };
        if shelf.len() == 1 {
            tables.open(0)?;
        } else {
            // Better told now than after an hour.
            for target in tables.targets.iter().filter(|target| !target.is_single()) {
                drop(Sink::open(target)?);
            }
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

    /// Writes rows of pack number `at` of those seen.
    fn write(&mut self, at: usize, output: usize, bytes: &[u8]) -> Result<(), WriteError> {
        let Some(outputs) = self.seen.get(at) else { return Ok(()) };
        let Some(format) = outputs.rows.outputs().get(output) else { return Ok(()) };
        let target = &self.targets[output];
        if at > 0 && target.is_single() {
            if *format == Format::Summary {
                return self.seen[0].sinks[output].write(bytes);
            }
            let left_out = LeftOut { pack: self.shelf.name(outputs.pack).to_owned(), target: target.clone() };
            if !self.left_out.contains(&left_out) {
                self.left_out.push(left_out);
            }
            return Ok(());
        }
        self.seen[at].sinks[output].write(bytes)
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
        match &mut self.unmatched {
            None => write_foreign(&mut first.sinks, &streams)?,
            Some(sinks) => {
                for (output, sink) in sinks.iter_mut().enumerate() {
                    if self.targets[output].is_single() {
                        first.sinks[output].write_foreign(streams.bytes(output))?;
                    } else {
                        sink.write(streams.bytes(output))?;
                    }
                }
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
        let label = self.shelf.name(pack);
        let mut sinks = Vec::with_capacity(self.targets.len());
        for (target, format) in self.targets.iter().zip(rows.outputs()) {
            sinks.push(match at {
                0 => open_with_header(target, *format, rows)?,
                _ if target.is_single() => Sink::nowhere(target),
                _ => open_with_header(&target.labeled(label), *format, rows)?,
            });
        }
        if at == 0 {
            for records in self.spool.records()? {
                write_foreign(&mut sinks, &error_rows(rows, &records?))?;
            }
        }
        self.seen.push(Outputs { pack, rows, sinks });
        if at == 1 {
            self.split()?;
        }
        Ok(at)
    }

    /// Moves the rows of records that belong to no pack from the first pack's tables to their own.
    fn split(&mut self) -> Result<(), TableError> {
        let first = &mut self.seen[0];
        let mut kept = Vec::with_capacity(first.sinks.len());
        for sink in first.sinks.drain(..) {
            kept.push(sink.remove_foreign()?);
        }
        first.sinks = kept;
        let mut sinks = Vec::with_capacity(self.targets.len());
        for (target, format) in self.targets.iter().zip(first.rows.outputs()) {
            sinks.push(if target.is_single() {
                Sink::nowhere(target)
            } else {
                open_with_header(&target.labeled(UNMATCHED), *format, first.rows)?
            });
        }
        for records in self.spool.records()? {
            let streams = error_rows(first.rows, &records?);
            for (output, sink) in sinks.iter_mut().enumerate() {
                sink.write(streams.bytes(output))?;
            }
        }
        self.unmatched = Some(sinks);
        Ok(())
    }

    /// Gives all outputs their names and returns them.
    ///
    /// # Errors
    /// If an output cannot be completed; those after it are not written.
    pub fn finish(mut self) -> Result<Written, TableError> {
        if self.seen.is_empty() {
            self.open(0)?;
        }
        let is_one = self.seen.len() == 1;
        let mut written = Written { targets: Vec::new(), left_out: self.left_out };
        let unmatched = if self.spool.is_empty() { None } else { self.unmatched };
        let packs = self.seen.into_iter().map(|outputs| (self.shelf.name(outputs.pack), outputs.sinks));
        for (at, (label, sinks)) in packs.chain(unmatched.map(|sinks| (UNMATCHED, sinks))).enumerate() {
            for (target, sink) in self.targets.iter().zip(sinks) {
                let is_beside = at > 0 && target.is_single();
                let target = if is_one { target.clone() } else { target.labeled(label) };
                sink.finish(&target)?;
                if !is_beside {
                    written.targets.push(target);
                }
            }
        }
        Ok(written)
    }
}

/// What was written, and what had no place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Complete outputs.
    pub targets: Vec<Target>,
    /// Rows without a place.
    pub left_out: Vec<LeftOut>,
}

fn open_with_header(target: &Target, format: Format, rows: &PackRows) -> Result<Sink, WriteError> {
    let mut sink = Sink::open(target)?;
    let mut header = Vec::new();
    rows.write_header(format, &mut header);
    sink.write(&header)?;
    Ok(sink)
}

fn error_rows(rows: &PackRows, records: &[Unmatched]) -> Streams {
    let mut streams = Streams::with_count(rows.outputs().len());
    for record in records {
        let name = RecordName { index: record.index, name: &record.name };
        rows.write_error(name, &record.error, &mut streams);
    }
    streams
}

fn write_foreign(sinks: &mut [Sink], streams: &Streams) -> Result<(), WriteError> {
    for (output, sink) in sinks.iter_mut().enumerate() {
        sink.write_foreign(streams.bytes(output))?;
    }
    Ok(())
}

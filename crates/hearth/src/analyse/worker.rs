//! One batch of records in, bytes for every output out.
//!
//! A worker belongs to one thread and keeps its memory from record to record. A fault inside the analysis
//! of one record becomes that record's row and never ends a run. Start at [`Worker::analyse`].

use super::fault;
use super::finished::{Finished, Marks, Unmatched};
use super::notes::{self, Noted};
use super::plan::{Analysed, PackRows};
use super::reasons::Reason;
use super::shelf::Shelf;
use hearth_formats::input::Batch;
use hearth_genome::analysis::{Analysis, Memory, Rejection};
use hearth_genome::fasta::{Record, parse_record};
use hearth_genome::rows::json::Json;
use hearth_genome::rows::{RecordName, Warning};

/// How records are treated.
#[derive(Clone, Copy, Debug)]
pub struct Treatment {
    /// Read letters that are no nucleotides as N.
    pub replace_unknown: bool,
    /// Turn sequences that fit only on the opposite strand.
    pub turn_reverse_complements: bool,
    /// Keep the original text of records that fail.
    pub keep_failed: bool,
    /// Write only what is kept of a background.
    pub is_background: bool,
}

/// A record of a batch whose name was used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// Its number over the whole run.
    pub index: u64,
    /// The number of the record that used the name first.
    pub first_use: u64,
}

/// Analyses batches on one thread.
pub struct Worker<'a> {
    shelf: &'a Shelf,
    treatment: Treatment,
    record: Record,
    warnings_cell: String,
    marks: Marks,
    /// One for each pack.
    desks: Vec<Desk<'a>>,
}

/// What a thread keeps for one pack.
#[derive(Default)]
struct Desk<'a> {
    memory: Memory,
    json: Option<Json<'a>>,
    is_laid: bool,
}

/// Why a record has no row of values.
struct Failure {
    reason: Reason,
    error: String,
}

impl<'a> Worker<'a> {
    /// A worker with empty memory.
    pub fn new(shelf: &'a Shelf, treatment: Treatment) -> Self {
        let desks = (0..shelf.len()).map(|_| Desk::default()).collect();
        let (record, warnings_cell, marks) = (Record::default(), String::new(), Marks::default());
        Self { shelf, treatment, record, warnings_cell, marks, desks }
    }

    /// Analyses a batch; `repeats` are its records whose names were used before, in order.
    pub fn analyse(&mut self, batch: &Batch, repeats: &[Repeat], out: &mut Finished) {
        let mut repeats = repeats.iter().peekable();
        let mut open: Option<(usize, &PackRows)> = None;
        for (index, raw) in batch.records() {
            let repeat = repeats.next_if(|repeat| repeat.index == index);
            let failed_before = out.tally.failed();
            match self.read(raw) {
                Err(failure) => {
                    close(&mut open, out);
                    let name = self.record.name.clone();
                    out.push_unmatched(Unmatched { index, name, error: failure.error }, failure.reason);
                }
                Ok((pack, rows)) => {
                    if open.is_some_and(|(other, _)| other != pack) {
                        close(&mut open, out);
                    }
                    open = Some((pack, rows));
                    self.write(pack, rows, index, repeat.map(|repeat| repeat.first_use), out);
                }
            }
            if self.treatment.keep_failed && out.tally.failed() > failed_before {
                keep(raw, &mut out.failed);
            }
        }
        close(&mut open, out);
    }

    /// Reads a record and finds its pack.
    fn read(&mut self, raw: &[u8]) -> Result<(usize, &'a PackRows), Failure> {
        let outcome = fault::caught(|| {
            parse_record(raw, &mut self.record);
            if self.treatment.replace_unknown {
                self.record.replace_unknown_by_n();
            }
            self.choose()
        });
        outcome.unwrap_or_else(|error| Err(Failure { reason: Reason::Internal, error }))
    }

    /// The pack of the present record.
    fn choose(&self) -> Result<(usize, &'a PackRows), Failure> {
        let sequence = &self.record.sequence;
        let Some(pack) = self.shelf.choose(sequence) else {
            let failure = if sequence.is_empty() {
                Failure { reason: Reason::Empty, error: Rejection::Empty.to_string() }
            } else {
                Failure { reason: Reason::NoPack, error: self.unlike_all() }
            };
            return Err(failure);
        };
        match self.shelf.rows(pack) {
            Ok(rows) => Ok((pack, rows)),
            Err(problem) => Err(Failure { reason: Reason::PackFault, error: problem.to_owned() }),
        }
    }

    fn unlike_all(&self) -> String {
        let names: Vec<&str> = self.shelf.names().collect();
        format!(
            "this sequence ({} letters) resembles none of the packs known here ({}); if it is a genome of another \
             pathogen, add its pack with 'hearth pack add', or name one with --pack",
            self.record.sequence.len(),
            names.join(", ")
        )
    }

    fn write(
        &mut self,
        pack: usize,
        rows: &'a PackRows,
        index: u64,
        first_use: Option<u64>,
        out: &mut Finished,
    ) {
        out.streams.ensure(rows.outputs().len());
        out.streams.mark(&mut self.marks);
        let outcome = fault::caught(|| {
            let analysis = self.examine(pack, rows)?;
            let record = RecordName { index, name: &self.record.name };
            if self.treatment.is_background {
                rows.write_background(record, &analysis, &mut out.streams);
                return Ok(());
            }
            let desk = &mut self.desks[pack];
            if !std::mem::replace(&mut desk.is_laid, true) {
                desk.json = rows.json();
            }
            let replaced_unknown = self.treatment.replace_unknown;
            let mut warnings = Noted { record: &self.record, replaced_unknown, first_use }.warnings();
            warnings.extend(Warning::of(&analysis, &rows.pack));
            notes::join(&warnings, &mut self.warnings_cell);
            let warnings_cell = &self.warnings_cell;
            let analysed = Analysed { record, analysis: &analysis, warnings: &warnings, warnings_cell };
            rows.write_row(&analysed, self.desks[pack].json.as_ref(), &mut out.streams);
            Ok(())
        });
        let failure = match outcome {
            Ok(Ok(())) => {
                out.tally.analysed += 1;
                return;
            }
            Ok(Err(failure)) => failure,
            Err(error) => {
                out.streams.back_to(&self.marks);
                self.desks[pack].memory = Memory::default();
                Failure { reason: Reason::Internal, error }
            }
        };
        out.tally.fail(failure.reason);
        if self.treatment.is_background {
            return;
        }
        let record = RecordName { index, name: &self.record.name };
        rows.write_error(record, &failure.error, &mut out.streams);
    }

    fn examine(&mut self, pack: usize, rows: &PackRows) -> Result<Analysis, Failure> {
        let analysis = rows.pack.analyse(&self.record.sequence, &mut self.desks[pack].memory);
        let analysis = analysis
            .map_err(|rejection| Failure { reason: Reason::of(&rejection), error: rejection.to_string() })?;
        if analysis.is_reverse_complement && !self.treatment.turn_reverse_complements {
            let error = "the sequence fits the reference only on the opposite strand; turn it, or leave out \
                         '--retry-reverse-complement false' to have it turned"
                .to_owned();
            return Err(Failure { reason: Reason::OtherStrand, error });
        }
        Ok(analysis)
    }
}

fn close(open: &mut Option<(usize, &PackRows)>, out: &mut Finished) {
    if let Some((pack, rows)) = open.take() {
        out.close_part(pack, rows.outputs().len());
    }
}

/// Appends the original text of a record, on lines of its own.
fn keep(raw: &[u8], failed: &mut Vec<u8>) {
    failed.extend_from_slice(raw);
    if !matches!(raw.last(), Some(b'\n' | b'\r')) {
        failed.push(b'\n');
    }
}

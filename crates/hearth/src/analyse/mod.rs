//! `hearth analyse`: from FASTA to a table of calls, clades and quality.
//!
//! Raw flags (`flags.rs`) become an order (`order.rs`), and the order is carried out here: packs are put on a
//! shelf (`shelf.rs`), a pipeline (`pipeline.rs`) of reader, workers (`worker.rs`) and one writer
//! (`tables.rs`) takes batches through in input order, and what was done is told (`report.rs`). Start at
//! [`run`]. What is found in a genome is not known here: that is `hearth_genome::analysis`.

mod assay_summary;
mod background;
mod batch_report;
mod destination;
mod document;
mod exit;
mod fault;
mod finished;
mod flags;
mod gathered;
mod metadata;
mod names;
mod neighbour_table;
mod notes;
mod order;
mod pipeline;
mod plan;
mod progress;
mod reasons;
mod report;
mod shelf;
mod sink;
mod spool;
mod summary;
mod tables;
mod temporary;
mod vcf_folder;
mod worker;

pub use flags::AnalyseFlags;
pub use order::{Order, OrderError, Terminals};

use crate::pack::assays::BroughtTable;
use background::Background;
use finished::{Finished, Unmatched};
use hearth_formats::input::{BatchReader, InputError};
use metadata::Metadata;
use progress::ProgressLine;
use reasons::{Reason, Tally};
use shelf::Shelf;
use sink::Sink;
use std::process::ExitCode;
use std::sync::Arc;
use tables::{TableError, Tables, Written};

/// Carries out the command and says what is to be said on standard error.
pub fn run(flags: AnalyseFlags) -> ExitCode {
    let code = match Order::new(flags, Terminals::of_process()) {
        Ok(order) => carry_out(&order),
        Err(error) => {
            report::say(&error);
            match error {
                OrderError::Input(_) => exit::NOT_READ,
                _ => exit::NOT_WRITTEN,
            }
        }
    };
    code.into()
}

fn carry_out(order: &Order) -> u8 {
    let mut plan = order.plan.clone();
    for path in &order.assays {
        match BroughtTable::read(path) {
            Ok(table) => plan.assays.push(table),
            Err(error) => {
                report::say(&error);
                return exit::NOT_READ;
            }
        }
    }
    if let Some(path) = &order.metadata {
        match Metadata::read(path) {
            Ok(metadata) => {
                report::say_some(&metadata.problems);
                plan.metadata = Some(Arc::new(metadata));
            }
            Err(sentence) => {
                report::say(&sentence);
                return exit::NOT_READ;
            }
        }
    }
    let found = shelf::find(order.pack.as_deref(), order.packs_dir.as_deref(), plan);
    let (shelf, left_out) = match found {
        Ok(found) => found,
        Err(error) => return refuse(&error),
    };
    for (name, problem) in left_out {
        report::say(&format_args!(
            "the installed pack '{name}' is left out: {problem}; 'hearth pack check {name}' says more"
        ));
    }
    if let Err(error) = temporary::remove_when_interrupted() {
        report::say(&format_args!("Ctrl-C will leave temporary files behind ({error})"));
    }
    let reader = BatchReader::new(order.sources.clone(), order.limits);
    let total_bytes = order.sources.iter().map(hearth_formats::input::Source::length_bytes).sum();
    let line = ProgressLine::new(reader.progress(), total_bytes, order.shows_progress);
    let mut writer = match Writer::open(order, &shelf, line) {
        Ok(writer) => writer,
        Err(error) => return refuse_unless_unheard(&error),
    };
    writer.background = background::read(order, &shelf);
    pipeline::run(reader, order.workers, &shelf, order.treatment, &mut writer);
    writer.close(order)
}

fn refuse(error: &dyn std::fmt::Display) -> u8 {
    report::say(&error);
    exit::NOT_WRITTEN
}

/// A reader of our output that went away, as `head` does, is no error.
fn refuse_unless_unheard(error: &TableError) -> u8 {
    match error {
        TableError::Write(error) if error.is_broken_pipe() => exit::ALL_RIGHT,
        _ => refuse(error),
    }
}

/// The writing end of a run.
struct Writer<'a> {
    tables: Tables<'a>,
    background: Background<'a>,
    failed: Option<Sink>,
    tally: Tally,
    line: ProgressLine,
    /// Why writing ended early.
    stopped: Option<TableError>,
    /// Whether some input was not read completely.
    is_input_lost: bool,
}

impl<'a> Writer<'a> {
    fn open(order: &Order, shelf: &'a Shelf, line: ProgressLine) -> Result<Self, TableError> {
        let failed = order.failed.as_ref().map(Sink::open).transpose()?;
        let tables = Tables::new(shelf, order.destinations.clone())?;
        let (background, tally) = (Background::none(shelf), Tally::default());
        Ok(Self { tables, background, failed, tally, line, stopped: None, is_input_lost: false })
    }

    fn take(&mut self, finished: &Finished) -> Result<(), TableError> {
        self.tally.add(&finished.tally);
        if let Some(failed) = &mut self.failed {
            failed.write(&finished.failed)?;
        }
        self.tables.take(finished)?;
        self.line.update(self.tally.records());
        Ok(())
    }

    fn take_problem(&mut self, problem: InputError) -> Result<(), TableError> {
        self.line.clear();
        report::say(&problem);
        self.is_input_lost |= problem.is_fatal();
        if let InputError::RecordTooLong { index, name, .. } = &problem {
            self.tally.fail(Reason::RecordTooLong);
            let record = Unmatched { index: *index, name: name.clone(), error: problem.to_string() };
            self.tables.take_unmatched(&[record])?;
        }
        Ok(())
    }

    fn note(&mut self, outcome: Result<(), TableError>) -> bool {
        self.stopped = outcome.err();
        self.stopped.is_none()
    }

    /// Completes the outputs, says what was done, and gives the exit code.
    fn close(mut self, order: &Order) -> u8 {
        self.line.clear();
        if let Some(error) = &self.stopped {
            return refuse_unless_unheard(error);
        }
        let time = self.line.elapsed();
        let written = match self.complete(order) {
            Ok(written) => written,
            Err(error) => return refuse_unless_unheard(&error),
        };
        let (tally, is_input_lost, written) = written;
        report::say_some(&written.told);
        if !order.is_quiet {
            let time = order.shows_progress.then_some(time);
            report::tell(&report::closing(order, &tally, &written, time));
        }
        if let Some(sentence) = report::left_out(&written) {
            return refuse(&sentence);
        }
        match () {
            () if is_input_lost => exit::NOT_READ,
            () if order.strict && tally.failed() > 0 => exit::RECORDS_FAILED,
            () => exit::ALL_RIGHT,
        }
    }

    fn complete(self, order: &Order) -> Result<(Tally, bool, Written), TableError> {
        if let Some((sink, target)) = self.failed.zip(order.failed.as_ref()) {
            sink.finish(target)?;
        }
        let written = self.tables.finish(&self.background)?;
        Ok((self.tally, self.is_input_lost || self.background.is_lost, written))
    }
}

impl pipeline::Receive for Writer<'_> {
    fn batch(&mut self, finished: &Finished) -> bool {
        let outcome = self.take(finished);
        self.note(outcome)
    }

    fn problem(&mut self, problem: InputError) -> bool {
        let outcome = self.take_problem(problem);
        self.note(outcome)
    }
}

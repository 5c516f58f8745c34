//! Genomes of a file as an index, analysed with all processors while they are read.
//!
//! Refuses to know questions. Start at [`read`].

use super::QueryFlags;
use crate::pack;
use crate::serve::packs;
use anyhow::{Context as _, Result, bail};
use hearth_formats::input::{BatchReader, InputLimits, find_sources};
use hearth_formats::submission::{self, Corrections, Limits, Reading, SampleRow};
use hearth_genome::fasta::{Record, parse_record};
use hearth_server::app::index::Shelf;
use hearth_server::app::index::loose::Brought;
use hearth_server::app::packs::Packs;
use hearth_server::http::lapis::loose::Loose;
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Genomes that are analysed and appended at once.
const CHUNK: usize = 2_000;
/// Names that are told.
const NAMED_MAX: usize = 3;

/// The genomes of the source of a question.
///
/// # Errors
/// When a file or the pack cannot be read, or nothing is in it.
pub fn read(flags: &QueryFlags) -> Result<Loose> {
    let files = match &flags.pack {
        Some(pack) => pack::load(pack, &pack::packs_dir(None)?)?,
        None => pack::built_in()?,
    };
    let shelf = Shelf::of_files(Arc::new(Packs::new(vec![packs::one(&files)?])?), 0);
    let mut samples = Samples::read(flags.metadata.as_deref())?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let found = find_sources(&[PathBuf::from(&flags.source)])?;
    let (mut record, mut waiting, mut all, mut unread) = (Record::default(), Vec::new(), 0, 0);
    for batch in BatchReader::new(found.sources, InputLimits::default()) {
        let batch = batch?;
        for (_, raw) in batch.records() {
            parse_record(raw, &mut record);
            let (name, letters) = (record.name.clone(), record.sequence.clone());
            waiting.push(Brought { sample: samples.take(&name), name, letters });
            if waiting.len() == CHUNK {
                all += waiting.len();
                unread += shelf.bring(&waiting, threads)?;
                waiting.clear();
            }
        }
    }
    all += waiting.len();
    unread += shelf.bring(&waiting, threads)?;
    if all == 0 {
        bail!("{} has no genomes", flags.source);
    }
    tell(all, unread, &files.name, &samples)?;
    Ok(Loose::new(shelf))
}

/// What was not as it should be.
fn tell(all: usize, unread: usize, pack: &str, samples: &Samples) -> io::Result<()> {
    let mut out = io::stderr().lock();
    if unread > 0 {
        writeln!(
            out,
            "{unread} of {all} genomes could not be aligned with {pack}: nothing is known of their letters"
        )?;
    }
    if samples.is_given && samples.missing > 0 {
        writeln!(out, "{} of {all} genomes have no row in the metadata", samples.missing)?;
    }
    let left: Vec<&str> = samples.rows.keys().take(NAMED_MAX).map(String::as_str).collect();
    if !left.is_empty() {
        let count = samples.rows.len();
        writeln!(out, "{count} rows of the metadata have no genome, as {}", left.join(", "))?;
    }
    Ok(())
}

/// Rows of metadata that wait for their genomes.
#[derive(Default)]
struct Samples {
    rows: HashMap<String, SampleRow>,
    is_given: bool,
    missing: usize,
}

impl Samples {
    fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let name = path.display();
        let bytes = std::fs::read(path).with_context(|| format!("{name} cannot be read"))?;
        let today = hearth_server::app::system_clock()().date();
        let (limits, corrections) = (Limits::default(), Corrections::default());
        let sheet = submission::read(&bytes, &Reading { today, limits: &limits, corrections: &corrections });
        let sheet = sheet.with_context(|| format!("{name} cannot be read as metadata"))?;
        let rows = sheet.rows.into_iter().map(|row| {
            let record = row.records.first().map(|record| record.name.clone());
            (record.unwrap_or_else(|| row.sample.clone()), row)
        });
        Ok(Self { rows: rows.collect(), is_given: true, missing: 0 })
    }

    /// The row of a genome: of its header, of the part before the first `|`, or of its first word.
    fn take(&mut self, header: &str) -> Option<SampleRow> {
        let before = header.split('|').next().unwrap_or_default().trim();
        let word = header.split_whitespace().next().unwrap_or_default();
        let row = [header, before, word].iter().find_map(|name| self.rows.remove(*name));
        self.missing += usize::from(row.is_none());
        row
    }
}

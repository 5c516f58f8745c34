//! What a batch says of its assays, written when all genomes are in: shares by group, mutations to blame, pairs.
//!
//! Workers write a line for each genome ([`write_outcome`]); the writing end reads and counts them. Start at
//! [`AssaySummary::write`].

use super::metadata::Metadata;
use super::sink::{Sink, Target, WriteError};
use hearth_genome::assay::batch::{Batch, Counts, Outcome, Share};
use hearth_genome::assay::{AssayFinding, PanelOnReference, Verdict};
use hearth_genome::calls::Calls;
use std::fmt::Write;
use std::sync::Arc;

/// The columns.
pub const HEADER: &str =
    "about\tassay\tgrouping\tvalue\tgenomes\tassessable\tnoPredictedEffect\tshare\tlow95\thigh95\tsince\n";

/// Separates what a worker writes.
const FIELD: char = '\t';
const PART: char = '\u{1f}';

/// Behind the letter of an assay whose amplicon dropped out.
const DROPPED_OUT: &str = "!";

/// Appends what one genome adds.
pub fn write_outcome(
    name: &str,
    [clade, lineage]: [&str; 2],
    panel: &PanelOnReference,
    changed: &[(usize, AssayFinding)],
    calls: &Calls,
    out: &mut Vec<u8>,
) {
    let mut line = format!("{name}{FIELD}{clade}{FIELD}{lineage}");
    for (number, finding) in changed {
        let letter = finding.verdict.letter();
        let placed = &panel.assays()[*number];
        let dropped_out = if placed.has_dropped_out(finding) { DROPPED_OUT } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(line, "{FIELD}{number}{PART}{letter}{dropped_out}");
        for (oligo, mutation) in placed.blamed(finding, calls) {
            let _ = write!(line, "{PART}{oligo}{PART}{mutation}");
        }
    }
    line.push('\n');
    out.extend_from_slice(line.as_bytes());
}

/// The summary of one pack's assays.
pub struct AssaySummary {
    sink: Sink,
    batch: Batch,
    /// Names of the assays, and of their oligos.
    names: Vec<(String, Vec<String>)>,
    metadata: Option<Arc<Metadata>>,
    found: usize,
    missing: usize,
}

impl AssaySummary {
    /// An empty summary that will be written to `sink`.
    pub fn new(sink: Sink, panel: &PanelOnReference, metadata: Option<Arc<Metadata>>) -> Self {
        let numbers = 0..panel.assays().len();
        let names = panel.assays().iter().map(|placed| {
            let oligos = placed.assay.oligos.iter().map(|oligo| oligo.name.clone());
            (placed.assay.name.clone(), oligos.collect())
        });
        Self {
            sink,
            batch: Batch::new(numbers.map(|number| panel.usual(number).verdict).collect()),
            names: names.collect(),
            metadata,
            found: 0,
            missing: 0,
        }
    }

    /// Counts the genomes of a buffer of lines.
    pub fn write(&mut self, bytes: &[u8]) {
        for line in String::from_utf8_lossy(bytes).lines() {
            self.count(line);
        }
    }

    fn count(&mut self, line: &str) {
        let mut fields = line.split(FIELD);
        let name = fields.next().unwrap_or_default();
        let (clade, lineage) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let mut outcome = Outcome { clade, lineage, ..Outcome::default() };
        for field in fields {
            let mut parts = field.split(PART);
            let number = parts.next().and_then(|number| number.parse().ok());
            let word = parts.next().unwrap_or_default();
            let Some((number, letter)) = number.zip(word.chars().next()) else { continue };
            if word.ends_with(DROPPED_OUT) {
                outcome.dropped_out.push(number);
            }
            outcome.verdicts.extend(Verdict::of_letter(letter).map(|verdict| (number, verdict)));
            while let Some((oligo, mutation)) = parts.next().zip(parts.next()) {
                outcome.blamed.extend(oligo.parse().ok().map(|oligo| (number, oligo, mutation)));
            }
        }
        let metadata = self.metadata.clone();
        if let Some(metadata) = &metadata {
            match metadata.of(name) {
                Some(collected) => {
                    self.found += 1;
                    (outcome.month, outcome.place) = (collected.month.as_deref(), collected.place.as_deref());
                }
                None => self.missing += 1,
            }
        }
        self.batch.add(&outcome);
    }

    /// Writes the summary under the name of `target`; what the metadata lacked comes back.
    ///
    /// # Errors
    /// What the system says, with the target's name.
    pub fn finish(mut self, target: &Target) -> Result<Option<String>, WriteError> {
        let table = self.table();
        self.sink.write(table.as_bytes())?;
        self.sink.finish(target)?;
        Ok(self.metadata.and_then(|metadata| metadata.lacking(self.found, self.missing)))
    }

    fn table(&self) -> String {
        let mut table = String::new();
        for (grouping, value, counts) in self.batch.groups() {
            for ((assay, _), counts) in self.names.iter().zip(counts) {
                let genomes: u64 = Verdict::ALL.iter().map(|verdict| counts.of(*verdict)).sum();
                let _ = write!(table, "share\t{assay}\t{}\t{value}\t{genomes}\t", grouping.word());
                let _ = writeln!(table, "{}\t", share_cells(counts));
            }
        }
        for (assay, oligo, mutation, blame) in self.batch.blamed() {
            let (assay, oligos) = &self.names[assay];
            let since = blame.since.as_deref().unwrap_or_default();
            let oligo = oligos.get(oligo).map_or("", String::as_str);
            let _ = writeln!(
                table,
                "mutation\t{assay}\t{oligo}\t{mutation}\t{}\t\t\t\t\t\t{since}",
                blame.genomes
            );
        }
        for (assay, mutations, genomes) in self.batch.dropped_out() {
            let assay = &self.names[assay].0;
            let _ = writeln!(table, "dropout\t{assay}\t\t{mutations}\t{genomes}\t\t\t\t\t\t");
        }
        for (first, second, pair) in self.batch.pairs() {
            let (one, other) = (&self.names[first].0, &self.names[second].0);
            let found = pair.assessable - pair.missed;
            let cells = cells(pair.assessable, found, Share::of(found, pair.assessable));
            let _ = writeln!(table, "pair\t{one} + {other}\tall\t\t{}\t{cells}\t", pair.assessable);
        }
        table
    }
}

fn share_cells(counts: &Counts) -> String {
    cells(counts.assessable(), counts.of(Verdict::NoPredictedEffect), counts.share())
}

fn cells(assessable: u64, unaffected: u64, share: Option<Share>) -> String {
    let share = share.map_or("\t\t".to_owned(), |s| format!("{:.4}\t{:.4}\t{:.4}", s.value, s.low, s.high));
    format!("{assessable}\t{unaffected}\t{share}")
}

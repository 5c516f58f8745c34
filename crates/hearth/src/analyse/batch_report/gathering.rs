//! The writing end of a report: takes lines, counts, and makes the page when all genomes are in.
//!
//! Start at [`Gathering::write`].

use super::kept::{Kept, failed};
use super::line::{Line, Seen, What};
use super::mutations::Mutations;
use super::relatives::Relatives;
use super::{assays, known};
use crate::analyse::gathered::Genomes;
use crate::analyse::metadata::Metadata;
use crate::analyse::plan::PackRows;
use crate::analyse::sink::{Sink, Target, WriteError};
use hearth_genome::annotation::Annotation;
use hearth_genome::assay::batch::{Batch, Outcome};
use hearth_pages::report::{BatchReport, GenomeLine, Lineage, Status};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A report being gathered.
pub struct Gathering {
    sink: Sink,
    report: BatchReport,
    kept: Kept,
    mutations: Mutations,
    batch: Batch,
    clades: HashMap<String, u64>,
    finer: HashMap<String, u64>,
    months: BTreeMap<(String, String), u64>,
    metadata: Option<Arc<Metadata>>,
    found: usize,
    missing: usize,
    relatives: Option<Relatives>,
    /// Records that belong to no pack, as long as they are told here.
    foreign: Kept,
    foreign_count: u64,
}

impl Gathering {
    /// An empty report that will be written to `sink`; without a pack one of records that belong to none.
    pub fn new(sink: Sink, rows: Option<&PackRows>) -> Self {
        let annotation = rows.map_or_else(Annotation::default, |rows| rows.pack.annotation().clone());
        let length_nt = rows.map_or(0, |rows| rows.pack.reference().length_nt());
        let panel = rows.map(PackRows::panel);
        let usual = panel.map_or_else(Vec::new, |panel| {
            (0..panel.assays().len()).map(|number| panel.usual(number).verdict).collect()
        });
        Self {
            sink,
            report: known::report_of(rows),
            kept: Kept::default(),
            mutations: Mutations::new(annotation, length_nt),
            batch: Batch::new(usual),
            clades: HashMap::new(),
            finer: HashMap::new(),
            months: BTreeMap::new(),
            metadata: rows.and_then(|rows| rows.metadata.clone()),
            found: 0,
            missing: 0,
            relatives: rows.map(|rows| Relatives::new(rows.gathered())),
            foreign: Kept::default(),
            foreign_count: 0,
        }
    }

    /// Takes the lines of a buffer.
    pub fn write(&mut self, bytes: &[u8]) {
        for line in lines(bytes) {
            match line.what {
                What::Failed(sentence) => {
                    self.report.statuses.add(Status::Failed);
                    self.kept.add(failed(line.index, line.name, sentence), Vec::new());
                }
                What::Seen(seen) => self.count(line.index, line.name, *seen),
            }
        }
    }

    /// Takes lines of records that belong to no pack.
    pub fn write_foreign(&mut self, bytes: &[u8]) {
        for line in lines(bytes) {
            if let What::Failed(sentence) = line.what {
                self.foreign_count += 1;
                self.foreign.add(failed(line.index, line.name, sentence), Vec::new());
            }
        }
    }

    /// Takes them out again.
    pub fn remove_foreign(&mut self) {
        self.foreign = Kept::default();
        self.foreign_count = 0;
    }

    fn count(&mut self, index: u64, name: String, seen: Seen) {
        self.report.statuses.add(seen.status);
        self.mutations.add(&seen);
        if let Some(relatives) = &mut self.relatives {
            relatives.add(index, &name, &seen);
        }
        let metadata = self.metadata.clone();
        let collected = metadata.as_ref().and_then(|metadata| metadata.of(&name));
        match collected {
            Some(_) => self.found += 1,
            None => self.missing += usize::from(metadata.is_some()),
        }
        let month = collected.and_then(|collected| collected.month.as_deref());
        let losses = self.count_assays(&seen, month);
        match month {
            Some(month) => *self.months.entry((month.to_owned(), seen.clade.clone())).or_default() += 1,
            None => self.report.months.without += 1,
        }
        for (name, counts) in [(&seen.clade, &mut self.clades), (&seen.finer, &mut self.finer)] {
            if !name.is_empty() {
                *counts.entry(name.clone()).or_default() += 1;
            }
        }
        let clade = match seen.finer.is_empty() {
            true => seen.clade,
            false => format!("{} {}", seen.clade, seen.finer),
        };
        let (status, coverage, findings) = (seen.status, Some(seen.coverage), seen.findings);
        self.kept.add(GenomeLine { index, name, clade, status, coverage, findings }, losses);
    }

    /// Counts the assays of a genome and gives those that lose on it.
    fn count_assays(&mut self, seen: &Seen, month: Option<&str>) -> Vec<usize> {
        let verdicts: Vec<_> = seen.assays.iter().map(|assay| (assay.number, assay.verdict())).collect();
        let blamed = seen.assays.iter().flat_map(|assay| {
            assay.blamed.iter().map(|(oligo, mutation)| (assay.number, *oligo, mutation.as_str()))
        });
        let dropped_out = seen.assays.iter().filter(|assay| assay.dropped_out).map(|assay| assay.number);
        let losses =
            verdicts.iter().filter(|(_, verdict)| verdict.is_loss()).map(|(number, _)| *number).collect();
        self.batch.add(&Outcome {
            clade: &seen.clade,
            lineage: "",
            month,
            place: None,
            blamed: blamed.collect(),
            dropped_out: dropped_out.collect(),
            verdicts,
        });
        losses
    }

    /// Takes the background of its pack, when the whole batch is in.
    pub fn take_background(&mut self, background: Arc<Genomes>) {
        if let Some(relatives) = &mut self.relatives {
            relatives.take_background(background);
        }
    }

    /// Writes the page under the name of `target`; what people should know comes back.
    ///
    /// # Errors
    /// What the system says, with the target's name.
    pub fn finish(mut self, target: &Target) -> Result<Vec<String>, WriteError> {
        let lacking = self.metadata.as_ref().and_then(|metadata| metadata.lacking(self.found, self.missing));
        let mut told = Vec::from_iter(lacking);
        let mut sink = self.sink;
        let report = &mut self.report;
        report.statuses.failed += self.foreign_count;
        self.kept.extend(self.foreign);
        report.clades = by_frequency(self.clades);
        if let Some((_, lineages)) = &mut report.finer {
            *lineages = by_frequency(self.finer);
        }
        let months = self.months.into_iter();
        report.months.counts = months.map(|((month, clade), count)| (month, clade, count)).collect();
        assays::fill(&self.batch, &report.clades, &mut report.assays);
        self.mutations.tell(&assays::to_blame(&report.assays), &mut report.genome);
        let names: Vec<String> = report.assays.assays.iter().map(|assay| assay.name.clone()).collect();
        let everywhere = assays::lost_by_many(&report.assays);
        (report.lines, report.attention) = self.kept.finish(&everywhere, &names);
        if let Some(relatives) = self.relatives {
            let (neighbours, sentences) = relatives.finish(&report.lines);
            report.neighbours = neighbours;
            told.extend(sentences);
        }
        report.left_out = report.statuses.all() - report.lines.len() as u64;
        sink.write(report.to_html().as_bytes())?;
        sink.finish(target)?;
        Ok(told)
    }
}

/// The lines of a buffer; workers write no others.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Line> {
    bytes.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok())
}

/// The most frequent first, then by name.
fn by_frequency(counts: HashMap<String, u64>) -> Vec<Lineage> {
    let mut all: Vec<Lineage> = counts.into_iter().map(|(name, genomes)| Lineage { name, genomes }).collect();
    all.sort_by(|a, b| (Reverse(a.genomes), &a.name).cmp(&(Reverse(b.genomes), &b.name)));
    all
}

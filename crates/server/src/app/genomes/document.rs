//! What is kept of a draft between the analysis and the handing in: plain values as JSON.
//!
//! Refuses to know how they came about ([`super::draft_job`]). Start at [`DraftDocument`].

use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_base::time::UtcTime;
use hearth_formats::submission::{Finding, SampleRow, Severity};
use serde::{Deserialize, Serialize};

/// What was chosen with a draft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftSettings {
    /// The pathogen, where the submitter named it.
    pub pathogen: Option<String>,
    /// The code of the terms.
    pub terms: String,
    /// The partners that may see it.
    pub audience: Audience,
    /// When an embargo ends.
    pub open_from: Option<UtcTime>,
    /// Suggestions that were accepted: column, given, right.
    pub corrections: Vec<(String, String, String)>,
    /// Whether it is made up.
    pub simulated: bool,
}

/// A genome of a draft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftDocument {
    /// What is known of the sample.
    pub sample: SampleRow,
    /// Its sequences, one for each segment.
    pub sequences: Vec<AnalysedSequence>,
    /// Why it is not handed in, where it is not: it failed, or is a control.
    pub left_out: Option<String>,
    /// The place of the sequence that names it among those of several segments; beyond them where it is missing.
    #[serde(default)]
    pub lead: Option<usize>,
    /// The share of all segments that was read, where there are several.
    #[serde(default)]
    pub coverage: Option<f64>,
}

/// How good a sequence is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// The pack has no rules.
    #[default]
    Unjudged,
    /// As it should be.
    Good,
    /// Some remarks.
    Mediocre,
    /// Not fit for use without a look.
    Bad,
    /// It could not be analysed.
    Failed,
}

/// What the analysis said of a sequence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnalysedSequence {
    /// The name of its record.
    pub record: String,
    /// The segment, where the genome has several.
    pub segment: String,
    /// SHA-256 of its letters, where it is kept.
    pub digest: Option<Digest>,
    /// Its letters.
    pub length_nt: u32,
    /// Its letters that are A, C, G or T.
    pub known_nt: u32,
    /// The pack it belongs to.
    pub pathogen: String,
    /// Its clade.
    pub clade: String,
    /// Its finest lineage.
    pub lineage: String,
    /// How good it is.
    pub judgement: Judgement,
    /// The quality's score; the larger the worse.
    pub score: f64,
    /// Share of the reference that was read.
    pub coverage: f64,
    /// SHA-256 of its row of results.
    pub results: Option<Digest>,
    /// What a reader should know, in sentences.
    pub remarks: Vec<String>,
    /// Why it could not be analysed.
    pub failure: Option<String>,
}

/// What was found in the metadata of a draft, and in its controls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftReport {
    /// Whose columns the file of metadata has; empty without one.
    pub template: String,
    /// What was found, the gravest first.
    pub findings: Vec<ReportedFinding>,
    /// What each control says.
    pub controls: Vec<ReportedControl>,
    /// What they say together, in words; empty without any.
    pub controls_told: String,
    /// Genomes that will be handed in.
    pub genomes: u64,
    /// Records that will not.
    pub left_out: u64,
    /// The packs that they belong to.
    pub pathogens: Vec<String>,
    /// How many records have each verdict, the gravest first.
    pub verdicts: Vec<(i64, u64)>,
}

/// What a control says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportedControl {
    /// Its name.
    pub name: String,
    /// Whether nothing should have been in it.
    pub is_negative: bool,
    /// 0 is as it should be, 1 traces, 2 failed.
    pub gravity: u8,
    /// The share of the reference that it has.
    pub share: f64,
}

/// A finding as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportedFinding {
    /// 3 stops everything, 2 stops the row, 1 warns, 0 notes.
    pub gravity: u8,
    /// The first row it is in.
    pub row: Option<u32>,
    /// In how many rows it is.
    pub rows: u32,
    /// The column's header.
    pub column: String,
    /// The text in the cell.
    pub given: String,
    /// What is wrong and what to do.
    pub message: String,
    /// What would be right.
    pub suggestions: Vec<String>,
}

impl From<Finding> for ReportedFinding {
    fn from(finding: Finding) -> Self {
        let gravity = match finding.severity {
            Severity::Note => 0,
            Severity::Warning => 1,
            Severity::Error => 2,
            Severity::Stopped => 3,
        };
        Self {
            gravity,
            row: finding.row,
            rows: finding.rows,
            column: finding.column.unwrap_or_default(),
            given: finding.given,
            message: finding.message,
            suggestions: finding.suggestions,
        }
    }
}

impl DraftReport {
    /// Whether something stops the draft from being handed in.
    pub fn is_stopped(&self) -> bool {
        self.findings.iter().any(|finding| finding.gravity >= 2)
    }
}

impl DraftDocument {
    /// The sequence whose clade and lineage are the genome's: of most genomes, the only one.
    pub fn named_by(&self) -> Option<&AnalysedSequence> {
        self.sequences.get(self.lead.unwrap_or(0))
    }

    /// The share of the reference that was read, of all segments.
    pub fn share(&self) -> f64 {
        let first = || self.sequences.first().map_or(0.0, |sequence| sequence.coverage);
        self.coverage.unwrap_or_else(first)
    }

    /// The worst judgement of its sequences.
    pub fn judgement(&self) -> Judgement {
        self.sequences.iter().map(|sequence| sequence.judgement).max().unwrap_or(Judgement::Failed)
    }
}

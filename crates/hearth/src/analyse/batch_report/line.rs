//! What a worker tells the writing end of one genome: a line of JSON.
//!
//! Start at [`Line`].

use super::findings;
use crate::analyse::plan::{Analysed, PackRows};
use hearth_genome::assay::{AssayFinding, Verdict};
use hearth_genome::calls::Calls;
use hearth_genome::rows::RecordName;
use hearth_pages::number::shortened;
use hearth_pages::report::{Finding, MOST_CHARS, Status};
use serde::{Deserialize, Serialize};

/// One record.
#[derive(Serialize, Deserialize)]
pub struct Line {
    /// How many records came before it.
    pub index: u64,
    /// Its name, in full: metadata are looked up by it.
    pub name: String,
    /// What was found.
    pub what: What,
}

/// Whether a record was analysed.
#[derive(Serialize, Deserialize)]
pub enum What {
    /// No: why, as a sentence.
    Failed(String),
    /// Yes.
    Seen(Box<Seen>),
}

/// What was found in a genome.
#[derive(Default, Serialize, Deserialize)]
pub struct Seen {
    /// Its clade, empty if there is none.
    pub clade: String,
    /// The finer classification, empty if there is none.
    pub finer: String,
    /// Its quality.
    pub status: Status,
    /// Share of the reference that was read.
    pub coverage: f64,
    /// Stretches of the reference that were not read, by position.
    pub unread: Vec<(u32, u32)>,
    /// Position and both letters.
    pub substitutions: Vec<(u32, u8, u8)>,
    /// Stretches that are deleted.
    pub deletions: Vec<(u32, u32)>,
    /// Changes of amino acids: coding sequence, codon, both letters.
    pub amino_acids: Vec<(usize, u32, u8, u8)>,
    /// What was found that a reader should know.
    pub findings: Vec<Finding>,
    /// Assays whose verdict is not the usual one.
    pub assays: Vec<SeenAssay>,
}

/// An assay on a genome.
#[derive(Serialize, Deserialize)]
pub struct SeenAssay {
    /// Its number in the panel.
    pub number: usize,
    /// A letter for the verdict.
    pub verdict: char,
    /// Whether its amplicon was not read.
    pub dropped_out: bool,
    /// Mutations to blame: number of the oligo, mutation.
    pub blamed: Vec<(usize, String)>,
}

impl SeenAssay {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        Verdict::of_letter(self.verdict).unwrap_or(Verdict::NotAssessable)
    }
}

/// Appends the line of a genome.
pub fn write_genome(
    analysed: &Analysed,
    rows: &PackRows,
    changed: &[(usize, AssayFinding)],
    out: &mut Vec<u8>,
) {
    let Analysed { record, analysis, warnings, .. } = *analysed;
    let calls = &analysis.calls;
    let [clade, lineage] = rows.lineages(analysis);
    let amino_acids = analysis.aa_substitutions.iter().chain(&analysis.aa_deletions);
    let seen = Seen {
        clade: shortened(clade, MOST_CHARS),
        finer: shortened(findings::finer(clade, lineage), MOST_CHARS),
        status: findings::status(analysis, &rows.pack),
        coverage: analysis.coverage(&rows.pack),
        unread: unread(calls, rows.pack.reference().length_nt()),
        substitutions: calls.substitutions.iter().map(|sub| (sub.position.0, sub.from, sub.to)).collect(),
        deletions: calls.deletions.iter().map(|span| (span.begin.0, span.end.0)).collect(),
        amino_acids: amino_acids.map(|aa| (aa.cds, aa.position.0, aa.from, aa.to)).collect(),
        findings: findings::of(analysis, warnings, &rows.pack),
        assays: changed.iter().map(|(number, finding)| seen_assay(*number, finding, rows, calls)).collect(),
    };
    write(&Line { index: record.index, name: record.name.to_owned(), what: What::Seen(Box::new(seen)) }, out);
}

/// Appends the line of a record that failed.
pub fn write_failure(record: RecordName, sentence: &str, out: &mut Vec<u8>) {
    let what = What::Failed(shortened(sentence, MOST_CHARS * 2));
    write(&Line { index: record.index, name: record.name.to_owned(), what }, out);
}

fn write(line: &Line, out: &mut Vec<u8>) {
    let begin = out.len();
    if serde_json::to_writer(&mut *out, line).is_err() {
        // Values like ours can always be written; if not, half a line is worse than none.
        out.truncate(begin);
        return;
    }
    out.push(b'\n');
}

fn seen_assay(number: usize, finding: &AssayFinding, rows: &PackRows, calls: &Calls) -> SeenAssay {
    let placed = &rows.panel().assays()[number];
    SeenAssay {
        number,
        verdict: finding.verdict.letter(),
        dropped_out: placed.has_dropped_out(finding),
        blamed: placed.blamed(finding, calls),
    }
}

/// What of the reference was not read: beyond the ends, N, and letters that stand for several.
fn unread(calls: &Calls, length_nt: u32) -> Vec<(u32, u32)> {
    let (begin, end) = (calls.aligned.begin.0, calls.aligned.end.0);
    let inside = calls.missing.iter().copied().chain(calls.ambiguous.iter().map(|run| run.span));
    let inside = inside.map(|span| (span.begin.0, span.end.0));
    let mut unread: Vec<(u32, u32)> =
        inside.chain([(0, begin), (end, length_nt)]).filter(|(begin, end)| begin < end).collect();
    unread.sort_unstable();
    unread
}

//! Writes what is to be expected of assays: a row for each assay and one for each of its oligos, tabs between cells.
//!
//! A genome changes few assays, so the ends of the rows of all others are written once. Start at [`AssayRows::write`].

use super::{RecordName, text};
use crate::alphabet::GAP;
use crate::annotation::Strand;
use crate::assay::{AssayFinding, MeltingTemperature, OligoFinding, PanelOnReference, PlacedAssay, Site};
use crate::coordinate::Position;
use std::io::Write;

/// Names of the columns.
const COLUMNS: [&str; 14] = [
    "seqName",
    "assay",
    "oligo",
    "role",
    "mismatchesTotal",
    "mismatchesNew",
    "verdict",
    "explanation",
    "distancesFrom3End",
    "meltingCelsius",
    "ampliconNt",
    "position",
    "strand",
    "insertUnread",
];

/// What stands in the column of roles in the row of a whole assay.
const WHOLE: &str = "assay";

/// What cannot be computed.
const NOT_COMPUTABLE: &str = "not computable";

/// A panel with the rows that most genomes get.
#[derive(Debug)]
pub struct AssayRows {
    panel: PanelOnReference,
    /// Ends of rows, behind the name, of each assay.
    usual: Vec<Vec<Vec<u8>>>,
}

impl AssayRows {
    /// Gets the rows of a panel ready.
    pub fn new(panel: PanelOnReference) -> Self {
        let rows = |(number, assay)| rows(assay, panel.usual(number));
        let usual = panel.assays().iter().enumerate().map(rows).collect();
        Self { panel, usual }
    }

    /// The panel.
    pub fn panel(&self) -> &PanelOnReference {
        &self.panel
    }

    /// The names of the columns.
    pub fn write_header(out: &mut Vec<u8>) {
        out.extend_from_slice(COLUMNS.join("\t").as_bytes());
        out.push(b'\n');
    }

    /// The rows of one genome, of which [`PanelOnReference::assess`] said `changed`.
    pub fn write(&self, record: RecordName, changed: &[(usize, AssayFinding)], out: &mut Vec<u8>) {
        let mut changed = changed.iter().peekable();
        for (number, usual) in self.usual.iter().enumerate() {
            let name = record.name.as_bytes();
            match changed.next_if(|(other, _)| *other == number) {
                Some((_, finding)) => write_rows(name, &rows(&self.panel.assays()[number], finding), out),
                None => write_rows(name, usual, out),
            }
        }
    }
}

fn write_rows(name: &[u8], ends: &[Vec<u8>], out: &mut Vec<u8>) {
    for end in ends {
        out.extend_from_slice(name);
        out.extend_from_slice(end);
    }
}

/// Ends of the rows of one assay, the whole first.
fn rows(placed: &PlacedAssay, finding: &AssayFinding) -> Vec<Vec<u8>> {
    let whole = whole(placed, finding);
    let oligos = (0..finding.oligos.len()).map(|at| oligo(placed, at, &finding.oligos[at]));
    std::iter::once(whole).chain(oligos).collect()
}

fn whole(placed: &PlacedAssay, finding: &AssayFinding) -> Vec<u8> {
    let total: usize = finding.oligos.iter().map(|oligo| oligo.pairing.mismatches.len()).sum();
    let new: u32 = finding.oligos.iter().map(|oligo| oligo.new).sum();
    let mut out = begin([&placed.assay.name, "", WHOLE], total, new, finding.verdict.words());
    out.extend_from_slice(explanation(placed, finding).as_bytes());
    out.extend_from_slice(b"\t\t\t");
    if let Some(length) = finding.amplicon_nt {
        text::integer(&mut out, length.into());
    }
    out.extend_from_slice(b"\t");
    if let Some(span) = placed.amplicon {
        text::span(&mut out, span);
    }
    out.extend_from_slice(b"\t\t");
    if placed.insert_nt() > 0 {
        // Writing to memory cannot fail.
        let _ = write!(out, "{:.3}", f64::from(finding.unread_nt) / f64::from(placed.insert_nt()));
    }
    out.push(b'\n');
    out
}

/// Why an assay has its verdict: what is new, or was not read, under the oligos that decide.
fn explanation(placed: &PlacedAssay, finding: &AssayFinding) -> String {
    let told = placed.deciding(finding).filter(|(_, own)| own.new + own.pairing.unread > 0);
    told.map(|(_, own)| own.explanation.as_str()).collect::<Vec<_>>().join("; ")
}

fn oligo(placed: &PlacedAssay, at: usize, finding: &OligoFinding) -> Vec<u8> {
    let (oligo, site) = (&placed.assay.oligos[at], placed.placements[at].site());
    let total = finding.pairing.mismatches.len();
    let names = [placed.assay.name.as_str(), &oligo.name, oligo.role.name()];
    let mut out = begin(names, total, finding.new, finding.verdict.words());
    out.extend_from_slice(finding.explanation.as_bytes());
    out.push(b'\t');
    let length = oligo.letters.len() as u32;
    let distances = finding.pairing.mismatches.iter().map(|mismatch| length.saturating_sub(mismatch.place));
    text::list(&mut out, b',', distances, |out, distance| text::integer(out, distance.into()));
    out.push(b'\t');
    melting(&mut out, placed.melting_of(at, &finding.pairing));
    out.extend_from_slice(b"\t\t");
    place(&mut out, site);
    out.extend_from_slice(b"\t\n");
    out
}

/// The cells up to the verdict.
fn begin(names: [&str; 3], total: usize, new: u32, verdict: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(96);
    for name in names {
        out.push(b'\t');
        out.extend_from_slice(name.as_bytes());
    }
    out.push(b'\t');
    text::integer(&mut out, total as u64);
    out.push(b'\t');
    text::integer(&mut out, new.into());
    out.push(b'\t');
    out.extend_from_slice(verdict.as_bytes());
    out.push(b'\t');
    out
}

fn melting(out: &mut Vec<u8>, temperature: Option<MeltingTemperature>) {
    match temperature {
        Some(MeltingTemperature { lowest_celsius: low, highest_celsius: high }) if high - low < 0.05 => {
            // Writing to memory cannot fail.
            let _ = write!(out, "{low:.1}");
        }
        Some(MeltingTemperature { lowest_celsius: low, highest_celsius: high }) => {
            let _ = write!(out, "{low:.1}-{high:.1}");
        }
        None => out.extend_from_slice(NOT_COMPUTABLE.as_bytes()),
    }
}

fn place(out: &mut Vec<u8>, site: Option<&Site>) {
    match site {
        Some(site) => {
            debug_assert!(site.span.begin.get() < site.span.end.get());
            text::span(out, site.span);
            out.push(b'\t');
            out.push(if site.strand == Strand::Forward { b'+' } else { GAP });
        }
        None => out.push(b'\t'),
    }
}

//! What was found in the metadata and the controls of a batch, for its page.
//!
//! Start at [`findings_of`].

use crate::app::genomes::{DraftReport, ReportedControl, ReportedFinding};
use hearth_base::digest::Digest;
use hearth_pages::site::batch::{Control, ControlVerdict, FieldFinding, Stop};

/// Findings that are shown.
const MOST_FINDINGS: usize = 100;

/// By which a form names a finding.
pub(super) fn finding_id(finding: &ReportedFinding) -> String {
    let named = format!("{}\0{}", finding.column, finding.given);
    Digest::of(named.as_bytes()).hex().chars().take(16).collect()
}

/// What a finding would be put right with.
pub(in crate::http) fn suggested(finding: &ReportedFinding) -> Option<&String> {
    finding.suggestions.first().filter(|_| !finding.column.is_empty())
}

pub(super) fn control(control: &ReportedControl) -> Control {
    let verdict = match (control.is_negative, control.gravity) {
        (true, 0) => ControlVerdict::Empty,
        (true, _) => ControlVerdict::NotEmpty,
        (false, 0) => ControlVerdict::Read,
        (false, _) => ControlVerdict::NotRead,
    };
    Control { name: control.name.clone(), verdict, read: control.share }
}

fn place_of(finding: &ReportedFinding) -> String {
    match (finding.row, finding.column.as_str()) {
        (Some(row), "") => format!("row {row}"),
        (Some(row), column) => format!("{column}, row {row}"),
        (None, column) => column.to_owned(),
    }
}

/// What must be put right by hand.
pub(super) fn stops_of(report: &DraftReport) -> Vec<Stop> {
    let grave = report.findings.iter().filter(|finding| finding.gravity >= 2);
    let stops = grave.filter(|finding| suggested(finding).is_none());
    stops
        .take(MOST_FINDINGS)
        .map(|finding| Stop { place: place_of(finding), text: finding.message.clone() })
        .collect()
}

/// What else was found, and how much more there is.
pub(super) fn findings_of(report: &DraftReport) -> (Vec<FieldFinding>, u64) {
    let others = report.findings.iter().filter(|finding| finding.gravity < 2 || suggested(finding).is_some());
    let all: Vec<FieldFinding> = others
        .map(|finding| FieldFinding {
            id: finding_id(finding),
            record: finding.row.map(|row| format!("row {row}")).unwrap_or_default(),
            field: finding.column.clone(),
            given: finding.given.clone(),
            text: finding.message.clone(),
            suggestion: suggested(finding).cloned(),
            others: u64::from(finding.rows.saturating_sub(1)),
            must: finding.gravity >= 2,
        })
        .collect();
    let left_out = all.len().saturating_sub(MOST_FINDINGS) as u64;
    (all.into_iter().take(MOST_FINDINGS).collect(), left_out)
}

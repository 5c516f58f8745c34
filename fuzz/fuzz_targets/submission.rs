//! Any bytes as metadata of a submission: read or refused, never a panic; what is accepted is not suggested again.
//!
//! Workbooks are left to the tests: the library that reads them may panic on made-up ones, which is caught there,
//! but ends the run here.
#![no_main]

use hearth_formats::submission::{
    Corrections, DisclosurePolicy, Limits, Reading, Severity, cell_for_spreadsheet, cell_from_spreadsheet,
    disclose, match_records, personal_in_header, read,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"PK") {
        return;
    }
    let limits =
        Limits { rows: 500, cell_characters: 400, findings: 50, suggestions: 5, ..Limits::default() };
    let none = Corrections::new();
    let reading = Reading { today: jiff::civil::date(2024, 11, 22), limits: &limits, corrections: &none };
    let Ok(sheet) = read(bytes, &reading) else { return };
    let policy = DisclosurePolicy::default();
    for row in &sheet.rows {
        assert!(!row.sample.is_empty());
        let shown = disclose(row, &policy);
        assert_eq!(disclose(&shown, &policy), shown);
        assert_eq!(cell_from_spreadsheet(&cell_for_spreadsheet(&row.sample)), row.sample);
    }
    for finding in sheet.findings.iter().filter(|finding| finding.severity == Severity::Stopped) {
        assert!(finding.given.is_empty());
    }
    let names: Vec<&str> = sheet.rows.iter().map(|row| row.sample.as_str()).collect();
    let matching = match_records(&sheet, &names, &limits);
    assert_eq!(matching.pairs.len() + matching.records_without_row.len(), names.len());
    assert!(names.iter().all(|name| personal_in_header(name).is_none()));
});

//! Metadata of a submission: read from a table in any of the templates in use, checked, matched to its sequences.
//!
//! Values in, values out: the day that is today and every limit are handed in. A file is read by [`read`] into a
//! [`Sheet`]: its samples, and what was found in it. A person accepts suggestions; each becomes an entry of
//! [`Corrections`], with which the same bytes are read again. [`match_records`] brings the sequences' names to the
//! rows, [`control_verdict`] judges the controls, [`disclose()`] makes a sample coarser for release, and
//! [`cell_for_spreadsheet`] keeps text that we write from becoming a formula.
//!
//! Refuses to know what was seen before, which terms exist, who may see what, and sequences. Start at [`read`].

mod batch;
mod build;
mod cell;
mod columns;
mod control;
mod date;
mod disclose;
mod file;
mod finding;
mod guard;
mod host;
mod laboratory;
mod limits;
mod place;
mod records;
mod row;
mod spreadsheet_cell;
mod template;
mod template_workbook;
#[cfg(test)]
mod tests;
mod value;
mod workbook;

pub use columns::{Column, Field, Need, hearth_columns, template_reference, template_tsv};
pub use control::{ControlRecord, ControlState, ControlThresholds, ControlVerdict, control_verdict};
pub use disclose::{AgePrecision, DisclosurePolicy, PlacePrecision, disclose};
pub use file::ReadError;
pub use finding::{Finding, Severity};
pub use guard::{Personal, personal_in_header};
pub use limits::Limits;
pub use records::{Matching, Pair, match_records};
pub use row::{Age, ControlKind, Host, RecordName, SampleRow};
pub use spreadsheet_cell::{cell_for_spreadsheet, cell_from_spreadsheet};
pub use template::{Template, Use};
pub use template_workbook::template_xlsx;

use jiff::civil::Date;
use std::collections::BTreeMap;

/// Suggestions that a person accepted: column (its header) and given text, to the text that is right.
pub type Corrections = BTreeMap<(String, String), String>;

/// What reading a file depends on, besides the file.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The last day that a sample can have been taken.
    pub today: Date,
    /// How much the file may be.
    pub limits: &'a Limits,
    /// What was accepted before.
    pub corrections: &'a Corrections,
}

/// A column of the file, and what was done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnUse {
    /// As the file has it.
    pub header: String,
    /// What was done with it.
    pub used: Use,
}

/// A file of metadata, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Whose columns it has.
    pub template: Template,
    /// Its columns, in their order.
    pub columns: Vec<ColumnUse>,
    /// Its samples, in their order; rows that are refused for their name are left out.
    pub rows: Vec<SampleRow>,
    /// What was found: first what is about the file and its columns, then by row.
    pub findings: Vec<Finding>,
}

impl Sheet {
    /// The worst of the findings; none where nothing was found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// Reads a file of metadata: TSV, CSV with comma or semicolon, or XLSX; which one, its bytes tell.
///
/// # Errors
/// When the file is no table or beyond a limit. What is wrong within a table is in [`Sheet::findings`].
pub fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Sheet, ReadError> {
    let grid = file::read(bytes, reading.limits)?;
    build::sheet(&grid, reading)
}

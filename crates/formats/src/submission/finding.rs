//! What was found in a sheet: where, how bad, in words, and what one click would put right.
//!
//! Refuses to know what is checked. Start at [`Finding`].

use super::limits::Limits;
use serde::Serialize;

/// How bad a finding is, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know; nothing need be done.
    Note,
    /// Probably not what was meant.
    Warning,
    /// The row cannot be taken as it is.
    Error,
    /// The whole file cannot be taken: it seems to name or describe a patient.
    Stopped,
}

/// Something found in a sheet.
///
/// It stands for every row in which the column holds the same given text, so that one click puts right all of
/// them: 4,312 rows with `Kenia` are one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The first row it is in, counted as a spreadsheet counts, with the header as row 1; none where it is about
    /// a column or the file.
    pub row: Option<u32>,
    /// How many rows it is in.
    pub rows: u32,
    /// The column's header as the file has it.
    pub column: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// Which check found it: a name that stays, for translations and counts.
    pub rule: &'static str,
    /// What is wrong and what to do, in English.
    pub message: String,
    /// The text in the cell. Empty where it may identify a patient: findings are logged and shown.
    pub given: String,
    /// What would be right, each of them: one in most cases, two where the text can mean two things.
    pub suggestions: Vec<String>,
}

/// What a check says of one text, wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remark {
    pub severity: Severity,
    pub rule: &'static str,
    pub message: String,
    pub suggestions: Vec<String>,
}

impl Remark {
    pub fn new(severity: Severity, rule: &'static str, message: impl Into<String>) -> Self {
        Self { severity, rule, message: message.into(), suggestions: Vec::new() }
    }

    pub fn suggest(mut self, suggestions: impl IntoIterator<Item = String>) -> Self {
        self.suggestions.extend(suggestions);
        self
    }
}

/// Where a finding is to be counted once more.
pub(super) type Ticket = Option<usize>;

/// The findings of a sheet, up to the limit.
#[derive(Debug)]
pub(super) struct Log {
    findings: Vec<Finding>,
    most: usize,
    unlisted: u32,
    unlisted_worst: Severity,
}

impl Log {
    pub fn new(limits: &Limits) -> Self {
        let (findings, most) = (Vec::new(), limits.findings);
        Self { findings, most, unlisted: 0, unlisted_worst: Severity::Note }
    }

    /// Keeps a finding; its ticket counts further rows.
    pub fn add(&mut self, row: Option<u32>, column: Option<&str>, given: &str, remark: Remark) -> Ticket {
        let Remark { severity, rule, message, suggestions } = remark;
        if self.findings.len() >= self.most && severity < Severity::Stopped {
            self.unlisted = self.unlisted.saturating_add(1);
            self.unlisted_worst = self.unlisted_worst.max(severity);
            return None;
        }
        let column = column.map(str::to_owned);
        let rows = u32::from(row.is_some());
        self.findings.push(Finding {
            row,
            rows,
            column,
            severity,
            rule,
            message,
            given: given.into(),
            suggestions,
        });
        Some(self.findings.len() - 1)
    }

    /// Counts one more row with the same finding.
    pub fn again(&mut self, ticket: Ticket) {
        if let Some(finding) = ticket.and_then(|index| self.findings.get_mut(index)) {
            finding.rows = finding.rows.saturating_add(1);
        }
    }

    /// The findings by row and column, worst first within a row; those of columns and the file come first.
    pub fn finish(mut self) -> Vec<Finding> {
        self.findings.sort_by(|a, b| a.row.cmp(&b.row).then(b.severity.cmp(&a.severity)));
        if self.unlisted > 0 {
            let message = format!(
                "{} more findings are not listed: put right what is listed and hand the file in again.",
                self.unlisted
            );
            let remark = Remark::new(self.unlisted_worst, "not-listed", message);
            self.most = usize::MAX;
            self.add(None, None, "", remark);
        }
        self.findings
    }
}

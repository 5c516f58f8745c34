//! The one place that decides what a reader sees: [`Visible`]; and what is selected of it: [`Selection`].
//!
//! Content is of the version asked, rights are of today. Nothing outside this file makes either type, and every action
//! stands on a selection, so no answer can tell of a row that its reader may not see. Refuses to know who the reader
//! is. Start at [`Visible::new`].

use crate::engine::Index;
use crate::filter::{Filter, FilterError};
use crate::row::{AudienceId, DataVersion, RowId, Value};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;

/// Who asks, when, and about which version.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Audiences that they belong to today.
    pub audiences: Vec<AudienceId>,
    /// The moment of the question, in milliseconds since 1970-01-01T00:00Z.
    pub now_ms: i64,
    /// The version asked about.
    pub version: DataVersion,
}

/// The rows that a reader sees.
#[derive(Debug)]
pub struct Visible<'a> {
    index: &'a Index,
    rows: RoaringBitmap,
    changed_ms: Option<i64>,
}

/// The rows of a [`Visible`] that a filter leaves.
#[derive(Debug)]
pub struct Selection<'a> {
    pub(crate) index: &'a Index,
    pub(crate) rows: RoaringBitmap,
}

impl<'a> Visible<'a> {
    /// What this reader sees of this index.
    pub fn new(index: &'a Index, reader: &Reader) -> Self {
        let rows = index.rights.visible(reader);
        Self { index, rows, changed_ms: index.rights.changed_ms(reader) }
    }

    /// When what the reader sees changed last (ms since 1970-01-01T00:00Z); nothing where they see nothing. It tells
    /// nothing of what they do not see.
    pub fn changed_ms(&self) -> Option<i64> {
        self.changed_ms
    }

    /// The rows that a filter leaves.
    pub fn select(&self, filter: &Filter) -> Result<Selection<'a>, FilterError> {
        let rows = crate::filter::evaluate(self.index, &self.rows, filter)?;
        Ok(Selection { index: self.index, rows: rows & &self.rows })
    }
}

impl Selection<'_> {
    /// How many rows.
    pub fn count(&self) -> u64 {
        self.rows.len()
    }

    /// The rows, in the order in which they were appended.
    pub fn rows(&self) -> impl Iterator<Item = RowId> {
        self.rows.iter().map(RowId)
    }

    /// The value of a field of a row; `None` where the row is not selected or the field is none.
    pub fn value(&self, row: RowId, field: usize) -> Option<Value> {
        self.rows.contains(row.0).then(|| self.index.columns.get(field).map(|column| column.value(row.0)))?
    }

    /// How many rows for each combination of values of some fields, null among them. `None` if a field is none.
    pub fn count_by(&self, fields: &[usize]) -> Option<BTreeMap<Vec<Value>, u64>> {
        let columns: Vec<_> =
            fields.iter().map(|&field| self.index.columns.get(field)).collect::<Option<_>>()?;
        let mut groups = BTreeMap::new();
        for row in &self.rows {
            let key: Vec<Value> = columns.iter().map(|column| column.value(row)).collect();
            *groups.entry(key).or_insert(0) += 1;
        }
        Some(groups)
    }
}

//! The one place that decides what a reader sees: [`Visible`]; and what is selected of it: [`Selection`].
//!
//! Content is of the version asked, rights are of today. Nothing outside this file makes either type, and every action
//! stands on a selection, so no answer can tell of a row that its reader may not see. Refuses to know who the reader
//! is. Start at [`Visible::new`].

use crate::engine::Index;
use crate::filter::{Filter, FilterError};
use crate::row::{AudienceId, DataVersion, RowId, Value};
use roaring::RoaringBitmap;
use std::ops::RangeInclusive;

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
    reader: Reader,
    rows: RoaringBitmap,
    changed_ms: Option<i64>,
}

/// The rows of a [`Visible`] that a filter leaves.
#[derive(Debug)]
pub struct Selection<'a> {
    pub(crate) index: &'a Index,
    pub(crate) rows: RoaringBitmap,
}

/// Rows that were selected, while nobody looks at the index. Whoever goes on with them comes through
/// [`SetAside::again`], or [`Visible::again`] where rights changed meanwhile.
#[derive(Debug, Clone)]
pub struct SetAside {
    rows: RoaringBitmap,
    changes: u64,
}

impl SetAside {
    /// The same rows of the same index; nothing where a row ended or was disclosed anew since.
    pub fn again<'a>(&self, index: &'a Index) -> Option<Selection<'a>> {
        (self.changes == index.rights.changes).then(|| Selection { index, rows: self.rows.clone() })
    }
}

impl<'a> Visible<'a> {
    /// What this reader sees of this index.
    pub fn new(index: &'a Index, reader: &Reader) -> Self {
        let rows = index.rights.visible(reader);
        Self { index, reader: reader.clone(), rows, changed_ms: index.rights.changed_ms(reader) }
    }

    /// The version that stood at a moment (ms since 1970-01-01T00:00Z), and when what the reader sees had changed last by
    /// then; nothing where they see nothing as old. It follows from what they see alone, with the rights of today.
    pub fn at(index: &Index, reader: &Reader, moment_ms: i64) -> Option<(DataVersion, i64)> {
        index.rights.at(reader, moment_ms)
    }

    /// When what the reader sees changed last (ms since 1970-01-01T00:00Z); nothing where they see nothing. It tells
    /// nothing of what they do not see.
    pub fn changed_ms(&self) -> Option<i64> {
        self.changed_ms
    }

    /// Whether the reader sees a row.
    pub fn shows(&self, row: RowId) -> bool {
        self.rows.contains(row.0)
    }

    /// So many rows of a selection that the reader was shown last, the last first, each with the moment from which they
    /// were shown it: that of its release, or the end of its embargo where only that opened it.
    pub fn newest(&self, of: &Selection, count: usize) -> Vec<(RowId, i64)> {
        if !std::ptr::eq(self.index, of.index) {
            return Vec::new();
        }
        let newest = self.index.rights.newest(&self.reader, &(&of.rows & &self.rows), count);
        newest.into_iter().map(|(row, at_ms)| (RowId(row), at_ms)).collect()
    }

    /// Those of some rows that the reader still sees.
    pub fn again(&self, aside: &SetAside) -> Selection<'a> {
        Selection { index: self.index, rows: &aside.rows & &self.rows }
    }

    /// The rows that a filter leaves.
    pub fn select(&self, filter: &Filter) -> Result<Selection<'a>, FilterError> {
        let rows = crate::filter::evaluate(self.index, &self.rows, filter)?;
        Ok(Selection { index: self.index, rows: rows & &self.rows })
    }
}

impl<'a> Selection<'a> {
    /// What it is selected of.
    pub fn index(&self) -> &'a Index {
        self.index
    }

    /// Whether a row is selected.
    pub fn holds(&self, row: RowId) -> bool {
        self.rows.contains(row.0)
    }

    /// Those of its rows that pass.
    pub fn only(&self, passes: impl Fn(RowId) -> bool) -> Selection<'a> {
        Selection { index: self.index, rows: self.rows.iter().filter(|row| passes(RowId(*row))).collect() }
    }

    /// Its rows but for some.
    pub fn except(&self, rows: &RoaringBitmap) -> Selection<'a> {
        Selection { index: self.index, rows: &self.rows - rows }
    }

    /// The rows, for later.
    pub fn set_aside(&self) -> SetAside {
        SetAside { rows: self.rows.clone(), changes: self.index.rights.changes }
    }

    /// How many rows.
    pub fn count(&self) -> u64 {
        self.rows.len()
    }

    /// The rows, in the order in which they were appended.
    pub fn rows(&self) -> impl Iterator<Item = RowId> {
        self.rows.iter().map(RowId)
    }

    /// So many of the rows that were appended last, the last one first, after passing over some.
    pub fn newest(&self, skipped: usize, count: usize) -> Vec<RowId> {
        self.rows.iter().rev().skip(skipped).take(count).map(RowId).collect()
    }

    /// The rows that are in both selections of the same index; none with one of another index.
    pub fn both(&self, other: &Selection) -> Self {
        let is_same = std::ptr::eq(self.index, other.index);
        let rows = if is_same { &self.rows & &other.rows } else { RoaringBitmap::new() };
        Self { index: self.index, rows }
    }

    /// The rows that are not in another selection of the same index; none with one of another index.
    pub fn but(&self, other: &Selection) -> Self {
        let is_same = std::ptr::eq(self.index, other.index);
        let rows = if is_same { &self.rows - &other.rows } else { RoaringBitmap::new() };
        Self { index: self.index, rows }
    }

    /// The value of a field of a row; `None` where the row is not selected or the field is none.
    pub fn value(&self, row: RowId, field: usize) -> Option<Value> {
        self.rows.contains(row.0).then(|| self.index.columns.get(field).map(|column| column.value(row.0)))?
    }

    /// The rows of it that a filter leaves too.
    pub fn narrowed(&self, filter: &Filter) -> Result<Selection<'a>, FilterError> {
        let rows = crate::filter::evaluate(self.index, &self.rows, filter)?;
        Ok(Selection { index: self.index, rows: rows & &self.rows })
    }

    /// The rows by ranges of a number or a day: each in the first range that contains it, those without a value in none.
    /// `None` if the field has no numbers.
    pub fn by_range(&self, field: usize, ranges: &[RangeInclusive<i64>]) -> Option<Vec<Selection<'a>>> {
        let parts = self.index.columns.get(field)?.first_of(&self.rows, ranges)?;
        Some(parts.into_iter().map(|rows| Selection { index: self.index, rows }).collect())
    }

    /// How many rows it has in common with another selection of the same index; none with one of another index.
    pub fn shared(&self, other: &Selection) -> u64 {
        if std::ptr::eq(self.index, other.index) { self.rows.intersection_len(&other.rows) } else { 0 }
    }
}

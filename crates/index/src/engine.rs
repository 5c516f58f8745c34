//! The rows of one pathogen: appending, ending, and what is kept about who may see them.
//!
//! Rows come in the order of versions, so that the rows a version knows are the first so many. Refuses to answer
//! anything: answers need a [`crate::visible::Visible`]. Start at [`Index::append`].

use crate::ancestors::{Ancestor, AncestorError, Ancestors};
use crate::columns::Column;
use crate::kept::Kept;
use crate::rights::Rights;
use crate::row::{DataVersion, Disclosure, Reading, Reference, Row, RowId, Schema};
use crate::symbols::Symbols;

/// Rows that an index takes at most.
pub const MAX_ROWS: u32 = 100_000_000;

/// See the module. The one that is made by default is for nothing and takes nothing.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(crate) schema: Schema,
    pub(crate) columns: Vec<Column>,
    pub(crate) symbols: Vec<Symbols>,
    pub(crate) kept: Vec<Kept>,
    pub(crate) ancestors: usize,
    pub(crate) rights: Rights,
}

/// Why a row was not appended. The index is as before.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AppendError {
    /// See [`MAX_ROWS`].
    #[error("The index has {MAX_ROWS} genomes and takes no more: begin another one.")]
    Full,
    /// Values or readings are not as many as the schema's.
    #[error(
        "A genome has {found} {what} where the index has {expected}: hand in one for each, null or unread if unknown."
    )]
    Arity {
        /// Values or sequences.
        what: &'static str,
        /// Handed in.
        found: usize,
        /// In the schema.
        expected: usize,
    },
    /// A value of another type than its field.
    #[error("The field {0} holds another type of value than the one handed in.")]
    Kind(String),
    /// Positions out of order or beyond the end, overlapping runs, or letters that are none.
    #[error(
        "The differences of {0} do not fit its reference: they must be in order, apart, and within its length."
    )]
    Reading(String),
    /// No such ancestor.
    #[error(
        "A genome descends from the ancestor {found}, and the index knows {known}: hand in the nearest of them."
    )]
    Ancestor {
        /// The row's.
        found: u32,
        /// How many there are, the reference among them.
        known: usize,
    },
    /// Older than the newest row.
    #[error("A genome of version {found} came after one of version {newest}: rows are appended in order.")]
    Order {
        /// The row's.
        found: u64,
        /// The index's.
        newest: u64,
    },
}

/// Why a row was not ended, or its rights not changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RowError {
    /// No such row.
    #[error("There is no row {0} in the index.")]
    Unknown(u32),
    /// Ended before, at a version that does not have it yet, or before one at which another row ended.
    #[error("Row {0} cannot end at that version: it did not stand then, or a row ended later already.")]
    NotValid(u32),
}

impl Index {
    /// An index without rows, for genomes that descend from some ancestors: none is right too, and larger.
    pub fn new(schema: Schema, ancestors: &[Ancestor]) -> Result<Self, AncestorError> {
        let columns = schema.fields.iter().map(|field| Column::new(field.kind)).collect();
        let symbols =
            schema.sequences.iter().map(|reference| Symbols::new(reference.letters.len())).collect();
        let tree =
            |(sequence, reference)| Ok(Kept::new(reference, Ancestors::new(reference, sequence, ancestors)?));
        let kept = schema.sequences.iter().enumerate().map(tree).collect::<Result<_, _>>()?;
        Ok(Self { schema, columns, symbols, kept, ancestors: ancestors.len() + 1, rights: Rights::default() })
    }

    /// What it is made for.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Number of rows, ended ones among them. Not for readers: it tells of what they may not see.
    pub fn len(&self) -> usize {
        self.rights.from.len()
    }

    /// Whether nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.rights.from.is_empty()
    }

    /// Appends a genome, all of it or nothing.
    pub fn append(&mut self, row: &Row) -> Result<RowId, AppendError> {
        self.append_all(std::slice::from_ref(row))
    }

    /// Appends genomes, all of them or nothing, faster than one by one. Gives the first of their numbers; the others
    /// follow it.
    pub fn append_all(&mut self, rows: &[Row]) -> Result<RowId, AppendError> {
        let mut newest = self.rights.from.last().copied();
        for (row, before) in rows.iter().zip(self.len()..) {
            self.check(row, before, newest)?;
            newest = Some(row.from);
        }
        let first = self.len() as u32;
        for (number, symbols) in self.symbols.iter_mut().enumerate() {
            symbols.append(first, rows.iter().filter_map(|row| row.readings.get(number)));
        }
        for row in rows {
            for (column, value) in self.columns.iter_mut().zip(&row.values) {
                column.append(value);
            }
            let sequences = self.schema.sequences.iter().zip(&row.readings);
            for (kept, (reference, reading)) in self.kept.iter_mut().zip(sequences) {
                kept.append(reference, row.ancestor.0, reading);
            }
            self.rights.append(row.from, row.from_ms, &row.disclosure);
        }
        Ok(RowId(first))
    }

    /// Ends a row: `version` is the first that no longer has it, since `at_ms` (ms since 1970-01-01T00:00Z). Rows end in
    /// the order of versions.
    pub fn end(&mut self, row: RowId, version: DataVersion, at_ms: i64) -> Result<(), RowError> {
        if row.0 as usize >= self.len() {
            return Err(RowError::Unknown(row.0));
        }
        if !self.rights.may_end(row.0, version) {
            return Err(RowError::NotValid(row.0));
        }
        self.rights.end(row.0, version, at_ms);
        Ok(())
    }

    /// Whether an embargo ended after a moment and not after another, whoever it opened something to. For those who wait
    /// for what the clock alone changes; it is told to no reader.
    pub fn is_opened_between(&self, after_ms: i64, until_ms: i64) -> bool {
        self.rights.is_opened_between(after_ms, until_ms)
    }

    /// Sets anew who may see a row, whatever version is asked about.
    pub fn disclose(&mut self, row: RowId, disclosure: &Disclosure) -> Result<(), RowError> {
        if row.0 as usize >= self.len() {
            return Err(RowError::Unknown(row.0));
        }
        self.rights.set(row.0, disclosure);
        Ok(())
    }

    /// Whether a row fits behind so many, of which the last is of version `newest`.
    fn check(&self, row: &Row, before: usize, newest: Option<DataVersion>) -> Result<(), AppendError> {
        if before >= MAX_ROWS as usize {
            return Err(AppendError::Full);
        }
        same("values", row.values.len(), self.columns.len())?;
        same("sequences", row.readings.len(), self.symbols.len())?;
        if row.ancestor.0 as usize >= self.ancestors {
            return Err(AppendError::Ancestor { found: row.ancestor.0, known: self.ancestors });
        }
        if let Some(newest) = newest.filter(|newest| *newest > row.from) {
            return Err(AppendError::Order { found: row.from.0, newest: newest.0 });
        }
        for ((column, value), field) in self.columns.iter().zip(&row.values).zip(&self.schema.fields) {
            if !column.takes(value) {
                return Err(AppendError::Kind(field.name.clone()));
            }
        }
        for (reference, reading) in self.schema.sequences.iter().zip(&row.readings) {
            if !fits(reference, reading) {
                return Err(AppendError::Reading(reference.name.clone()));
            }
        }
        Ok(())
    }
}

fn same(what: &'static str, found: usize, expected: usize) -> Result<(), AppendError> {
    if found == expected { Ok(()) } else { Err(AppendError::Arity { what, found, expected }) }
}

/// Whether a reading is as [`Reading`] says.
pub(crate) fn fits(reference: &Reference, reading: &Reading) -> bool {
    let unread = reference.alphabet.unread();
    let letters = reading.changes.iter().all(|change| {
        let there = reference.letters.get(change.position as usize);
        let known = reference.alphabet.set(change.letter).is_some() && change.letter != unread;
        known && there.is_some_and(|&letter| letter != change.letter)
    });
    let changes_ascend =
        reading.changes.iter().zip(reading.changes.iter().skip(1)).all(|(a, b)| a.position < b.position);
    let runs_ascend = reading.unread.iter().zip(reading.unread.iter().skip(1)).all(|(a, b)| a.end <= b.start);
    let length = reference.letters.len() as u32;
    let runs = reading.unread.iter().all(|run| run.start < run.end && run.end <= length);
    let inserted = reading.insertions.iter().all(|insertion| {
        let known = |letter: &u8| reference.alphabet.set(*letter).is_some();
        insertion.after <= length && !insertion.letters.is_empty() && insertion.letters.iter().all(known)
    });
    letters && changes_ascend && runs_ascend && runs && inserted && apart(reading)
}

fn apart(reading: &Reading) -> bool {
    reading.changes.iter().all(|change| {
        let after = reading.unread.partition_point(|run| run.end <= change.position);
        reading.unread.get(after).is_none_or(|run| change.position < run.start)
    })
}

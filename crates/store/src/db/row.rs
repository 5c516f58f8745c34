//! What comes out of a statement: a row whose cells are read by position.
//!
//! A cell of another kind than the one asked for, or an unexpected NULL, is an error that names column and kinds.
//! Refuses to know tables. Start at [`Row::get`].

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

use super::error::DbError;
use super::value::Value;

/// A row of an answer.
pub struct Row(pub(super) Inner);

pub(super) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// The kinds that a cell can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Int,
    Text,
    Bytes,
    /// A number with a fraction, a date…: written back as one of ours with CAST.
    Foreign,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "INTEGER" | "BOOLEAN" | "INT8" | "INT4" | "INT2" | "BOOL" => Self::Int,
            "TEXT" | "VARCHAR" | "NAME" | "CHAR" => Self::Text,
            "BLOB" | "BYTEA" => Self::Bytes,
            "NULL" => Self::Null,
            _ => Self::Foreign,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Null => "nothing (NULL)",
            Self::Int => "a whole number",
            Self::Text => "a text",
            Self::Bytes => "bytes",
            Self::Foreign => "of a kind that only CAST makes ours",
        }
    }
}

/// A type that a cell can be read as.
pub trait Cell<'r>: Sized {
    /// Reads the cell at `index` (from 0).
    ///
    /// # Errors
    /// [`DbError::Cell`] when there is no such column, or it holds something else.
    fn read(row: &'r Row, index: usize) -> Result<Self, DbError>;
}

impl Row {
    /// Reads the cell at `index` (from 0) as an `i64`, `u64`, `bool`, `&str`, `String`, `&[u8]`, `Vec<u8>`,
    /// `[u8; N]`, or an `Option` of one of these.
    ///
    /// # Errors
    /// [`DbError::Cell`] when there is no such column, or it holds something else.
    pub fn get<'r, T: Cell<'r>>(&'r self, index: usize) -> Result<T, DbError> {
        T::read(self, index)
    }

    /// The cell at `index` (from 0), whichever of our kinds it is: for copying and comparing rows of any table.
    ///
    /// # Errors
    /// [`DbError::Cell`] when there is no such column, or it holds something that is none of ours.
    pub fn value(&self, index: usize) -> Result<Value<'static>, DbError> {
        match self.kind(index)? {
            Kind::Null => Ok(Value::Null),
            Kind::Int => Ok(Value::Int(self.get(index)?)),
            Kind::Text => Ok(Value::Text(self.get::<String>(index)?.into())),
            Kind::Bytes => Ok(Value::Bytes(self.get::<Vec<u8>>(index)?.into())),
            foreign @ Kind::Foreign => Err(self.wrong(index, "one of our kinds", foreign.name())),
        }
    }

    /// How many columns the row has.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Inner::Sqlite(row) => row.len(),
            Inner::Postgres(row) => row.len(),
        }
    }

    /// Whether the row has no columns at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn kind(&self, index: usize) -> Result<Kind, DbError> {
        if index >= self.len() {
            return Err(self.wrong(index, "a column", "no column"));
        }
        Ok(match &self.0 {
            Inner::Sqlite(row) => {
                let cell = row.try_get_raw(index).map_err(|error| self.unread(index, &error))?;
                if cell.is_null() { Kind::Null } else { Kind::of(cell.type_info().name()) }
            }
            Inner::Postgres(row) => {
                let cell = row.try_get_raw(index).map_err(|error| self.unread(index, &error))?;
                if cell.is_null() { Kind::Null } else { Kind::of(cell.type_info().name()) }
            }
        })
    }

    fn expect(&self, index: usize, wanted: Kind) -> Result<(), DbError> {
        let found = self.kind(index)?;
        if found == wanted { Ok(()) } else { Err(self.wrong(index, wanted.name(), found.name())) }
    }

    fn column(&self, index: usize) -> String {
        let name = match &self.0 {
            Inner::Sqlite(row) => row.columns().get(index).map(|column| column.name()),
            Inner::Postgres(row) => row.columns().get(index).map(|column| column.name()),
        };
        name.map_or_else(|| format!("{index}"), |name| format!("{index} ({name})"))
    }

    fn wrong(&self, index: usize, wanted: &'static str, found: &str) -> DbError {
        DbError::Cell { column: self.column(index), wanted, found: found.to_owned() }
    }

    fn unread(&self, index: usize, error: &sqlx::Error) -> DbError {
        self.wrong(index, "a readable cell", &error.to_string())
    }
}

macro_rules! cell {
    ($type:ty, $life:lifetime, $kind:expr) => {
        impl<$life> Cell<$life> for $type {
            fn read(row: &$life Row, index: usize) -> Result<Self, DbError> {
                row.expect(index, $kind)?;
                match &row.0 {
                    Inner::Sqlite(it) => it.try_get_unchecked(index),
                    Inner::Postgres(it) => it.try_get_unchecked(index),
                }
                .map_err(|error| row.unread(index, &error))
            }
        }
    };
}

cell!(&'r str, 'r, Kind::Text);
cell!(String, 'r, Kind::Text);
cell!(&'r [u8], 'r, Kind::Bytes);
cell!(Vec<u8>, 'r, Kind::Bytes);
cell!(i64, 'r, Kind::Int);

impl Cell<'_> for bool {
    fn read(row: &Row, index: usize) -> Result<Self, DbError> {
        match i64::read(row, index)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(row.wrong(index, "0 or 1", &other.to_string())),
        }
    }
}

impl Cell<'_> for u64 {
    fn read(row: &Row, index: usize) -> Result<Self, DbError> {
        let found = i64::read(row, index)?;
        Self::try_from(found).map_err(|_| row.wrong(index, "a number from 0 up", &found.to_string()))
    }
}

impl<const N: usize> Cell<'_> for [u8; N] {
    fn read(row: &Row, index: usize) -> Result<Self, DbError> {
        let found: &[u8] = row.get(index)?;
        let length = found.len();
        found
            .try_into()
            .map_err(|_| row.wrong(index, "bytes of one length", &format!("{length} bytes, not {N}")))
    }
}

impl<'r, T: Cell<'r>> Cell<'r> for Option<T> {
    fn read(row: &'r Row, index: usize) -> Result<Self, DbError> {
        if row.kind(index)? == Kind::Null { Ok(None) } else { T::read(row, index).map(Some) }
    }
}

//! Many rows at once: PostgreSQL takes them as a binary COPY, SQLite in statements of many rows.
//!
//! Refuses to know tables. Start at [`Write::insert_many`].
//!
//! Portable types make the binary COPY simple: a BIGINT is eight bytes, TEXT and BYTEA are their bytes.
//! Format: <https://www.postgresql.org/docs/current/sql-copy.html>, "Binary Format".

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, PgConnection, SqlSafeStr as _, SqlStr, SqliteConnection};

use super::error::{DbError, sort};
use super::session::{Inner, Write};
use super::value::Value;

/// Bytes that are sent to PostgreSQL at once.
const COPY_BYTES: usize = 256 << 10;
/// Parameters in one statement of many rows; more gains nothing (SQLite would take 32,766, PostgreSQL 65,535).
const PARAMETERS: usize = 1024;

/// What becomes of a row whose key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twice {
    Refuse,
    Skip,
}

impl Write {
    /// Inserts many rows. Returns how many.
    ///
    /// # Errors
    /// As [`DbError`] says; [`DbError::Unique`] when one of them is there already.
    pub async fn insert_many<'a, const N: usize>(
        &mut self,
        table: &'static str,
        columns: [&'static str; N],
        rows: impl IntoIterator<Item = [Value<'a>; N], IntoIter: Send>,
    ) -> Result<u64, DbError> {
        self.insert_rows(table, columns, rows.into_iter(), Twice::Refuse).await
    }

    /// Inserts those of many rows whose keys are not there yet. Returns how many were new.
    ///
    /// # Errors
    /// As [`DbError`] says.
    pub async fn insert_missing<'a, const N: usize>(
        &mut self,
        table: &'static str,
        columns: [&'static str; N],
        rows: impl IntoIterator<Item = [Value<'a>; N], IntoIter: Send>,
    ) -> Result<u64, DbError> {
        self.insert_rows(table, columns, rows.into_iter(), Twice::Skip).await
    }

    async fn insert_rows<'a, const N: usize>(
        &mut self,
        table: &'static str,
        columns: [&'static str; N],
        rows: impl Iterator<Item = [Value<'a>; N]> + Send,
        twice: Twice,
    ) -> Result<u64, DbError> {
        if self.is_spoiled {
            return Err(DbError::Spoiled);
        }
        let head = format!("INSERT INTO {table} ({})", columns.join(", "));
        let session = &mut self.session;
        let result = match (&mut session.inner, twice) {
            (Inner::Postgres(at), Twice::Refuse) => {
                let copy = format!("COPY {table} ({}) FROM STDIN (FORMAT binary)", columns.join(", "));
                copy_rows(at, &copy, rows).await
            }
            (Inner::Postgres(at), Twice::Skip) => insert_postgres(at, &head, rows, twice).await,
            (Inner::Sqlite(at), _) => insert_sqlite(at, &head, rows, twice).await,
        };
        result.map_err(|error| {
            session.is_spoiled = true;
            error.map_or(DbError::NulCharacter, |error| sort(&session.place, &head, error))
        })
    }
}

/// An error of the driver, or `None` for a text that cannot be kept.
type RowsError = Option<sqlx::Error>;

/// The next rows for one statement: at most [`PARAMETERS`] values.
fn next_rows<'a, const N: usize>(
    rows: &mut impl Iterator<Item = [Value<'a>; N]>,
) -> Result<Vec<[Value<'a>; N]>, RowsError> {
    let chunk: Vec<_> = rows.take(rows_per_statement(N)).collect();
    if chunk.iter().flatten().all(Value::is_storable) { Ok(chunk) } else { Err(None) }
}

fn rows_per_statement(columns: usize) -> usize {
    (PARAMETERS / columns.max(1)).max(1)
}

async fn insert_sqlite<'a, const N: usize>(
    at: &mut SqliteConnection,
    head: &str,
    mut rows: impl Iterator<Item = [Value<'a>; N]> + Send,
    twice: Twice,
) -> Result<u64, RowsError> {
    let mut done = 0;
    // Numbered parameters would be looked up by name, each in a list of all.
    let whole = statement(head, N, rows_per_statement(N), twice, |_| "?".to_owned());
    loop {
        let chunk = next_rows(&mut rows)?;
        if chunk.is_empty() {
            return Ok(done);
        }
        let is_whole = chunk.len() == rows_per_statement(N);
        let sql = match is_whole {
            true => whole.clone(),
            false => statement(head, N, chunk.len(), twice, |_| "?".to_owned()),
        };
        let mut bound = SqliteArguments::default();
        bound.reserve(chunk.len() * N, 0);
        for value in chunk.into_iter().flatten() {
            bound.add(value).map_err(sqlx::Error::Encode)?;
        }
        let query = sqlx::query_with(sql, bound).persistent(is_whole);
        done += query.execute(&mut *at).await?.rows_affected();
    }
}

async fn insert_postgres<'a, const N: usize>(
    at: &mut PgConnection,
    head: &str,
    mut rows: impl Iterator<Item = [Value<'a>; N]> + Send,
    twice: Twice,
) -> Result<u64, RowsError> {
    let mut done = 0;
    let whole = statement(head, N, rows_per_statement(N), twice, |number| format!("${number}"));
    loop {
        let chunk = next_rows(&mut rows)?;
        if chunk.is_empty() {
            return Ok(done);
        }
        let is_whole = chunk.len() == rows_per_statement(N);
        let sql = match is_whole {
            true => whole.clone(),
            false => statement(head, N, chunk.len(), twice, |number| format!("${number}")),
        };
        let mut bound = PgArguments::default();
        for value in chunk.into_iter().flatten() {
            bound.add(value).map_err(sqlx::Error::Encode)?;
        }
        let query = sqlx::query_with(sql, bound).persistent(is_whole);
        done += query.execute(&mut *at).await?.rows_affected();
    }
}

/// `INSERT INTO t (a, b) VALUES (?,?),(?,?)`
fn statement(
    head: &str,
    columns: usize,
    rows: usize,
    twice: Twice,
    name: impl Fn(usize) -> String,
) -> SqlStr {
    let mut sql = format!("{head} VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            if column > 0 {
                sql.push(',');
            }
            sql.push_str(&name(row * columns + column + 1));
        }
        sql.push(')');
    }
    if twice == Twice::Skip {
        sql.push_str(" ON CONFLICT DO NOTHING");
    }
    AssertSqlSafe(sql).into_sql_str()
}

async fn copy_rows<'a, const N: usize>(
    at: &mut PgConnection,
    copy: &str,
    rows: impl Iterator<Item = [Value<'a>; N]> + Send,
) -> Result<u64, RowsError> {
    let columns =
        i16::try_from(N).map_err(|_| sqlx::Error::InvalidArgument("too many columns".to_owned()))?;
    let mut sink = at.copy_in_raw(copy).await?;
    let mut buffer = Vec::with_capacity(COPY_BYTES + 4096);
    buffer.extend_from_slice(b"PGCOPY\n\xff\r\n\0");
    buffer.extend_from_slice(&[0; 8]);
    for row in rows {
        buffer.extend_from_slice(&columns.to_be_bytes());
        for value in &row {
            if let Err(error) = push_field(&mut buffer, value) {
                sink.abort("a value could not be sent").await?;
                return Err(error);
            }
        }
        if buffer.len() >= COPY_BYTES {
            sink.send(buffer.as_slice()).await?;
            buffer.clear();
        }
    }
    buffer.extend_from_slice(&(-1_i16).to_be_bytes());
    sink.send(buffer.as_slice()).await?;
    Ok(sink.finish().await?)
}

/// Length (-1 for NULL) and bytes of one field.
fn push_field(buffer: &mut Vec<u8>, value: &Value<'_>) -> Result<(), RowsError> {
    let mut push = |bytes: &[u8]| {
        let length = i32::try_from(bytes.len())
            .map_err(|_| Some(sqlx::Error::InvalidArgument("a value has more than 2 GiB".to_owned())))?;
        buffer.extend_from_slice(&length.to_be_bytes());
        buffer.extend_from_slice(bytes);
        Ok(())
    };
    match value {
        _ if !value.is_storable() => Err(None),
        Value::Null => {
            buffer.extend_from_slice(&(-1_i32).to_be_bytes());
            Ok(())
        }
        Value::Int(it) => push(&it.to_be_bytes()),
        Value::Text(it) => push(it.as_bytes()),
        Value::Bytes(it) => push(it),
    }
}

//! All rows of all tables, from one database into another of either kind.
//!
//! Tables and columns are asked of whichever of the two is SQLite, so that a table of a later step is copied without a
//! word here. People's sessions stay behind: whoever holds a copy must not be signed in by it. Start at [`rows`].

use crate::db::{Dialect, Session, Value, Write};
use crate::error::StoreError;
use futures::TryStreamExt as _;
use sqlx::AssertSqlSafe;

/// Tables that are not copied.
const LEFT_OUT: [&str; 2] = ["migration", "session"];
/// Values in one statement.
const VALUES: usize = 1_000;
/// Bytes in one statement, about.
const BYTES: usize = 4 << 20;

/// Copies everything. How many rows.
pub(super) async fn rows(from: &mut Session, to: &mut Write) -> Result<u64, StoreError> {
    let mut count = 0;
    let names = match from.dialect() {
        Dialect::Sqlite => tables(from).await?,
        Dialect::Postgres => tables(to).await?,
    };
    for table in names {
        let columns = match from.dialect() {
            Dialect::Sqlite => columns(from, &table).await?,
            Dialect::Postgres => columns(to, &table).await?,
        };
        count += copy_table(from, to, &table, &columns).await?;
    }
    Ok(count)
}

async fn tables(sqlite: &mut Session) -> Result<Vec<String>, StoreError> {
    let sql =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let rows = sqlite.fetch_all(sql, []).await?;
    let mut names: Vec<String> = rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?;
    names.retain(|name| !LEFT_OUT.contains(&name.as_str()));
    Ok(names)
}

async fn columns(sqlite: &mut Session, table: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
    let rows = sqlite.fetch_all(sql, [table.into()]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?)
}

async fn copy_table(
    from: &mut Session,
    to: &mut Write,
    table: &str,
    columns: &[String],
) -> Result<u64, StoreError> {
    let list = columns.join(", ");
    let mut rows = from.stream(AssertSqlSafe(format!("SELECT {list} FROM {table}")), [])?;
    let mut waiting: Vec<Value<'static>> = Vec::new();
    let mut bytes = 0;
    let mut count = 0;
    loop {
        let row = rows.try_next().await?;
        let is_full = waiting.len() + columns.len() > VALUES || bytes > BYTES;
        if (is_full || row.is_none()) && !waiting.is_empty() {
            let sql = statement(to.dialect(), table, &list, columns.len(), waiting.len());
            to.execute(AssertSqlSafe(sql), std::mem::take(&mut waiting)).await?;
            bytes = 0;
        }
        let Some(row) = row else { return Ok(count) };
        for index in 0..row.len() {
            let value = row.value(index)?;
            bytes += match &value {
                Value::Text(text) => text.len(),
                Value::Bytes(bytes) => bytes.len(),
                Value::Int(_) | Value::Null => 8,
            };
            waiting.push(value);
        }
        count += 1;
    }
}

/// `INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)`
fn statement(dialect: Dialect, table: &str, list: &str, columns: usize, values: usize) -> String {
    let mut sql = format!("INSERT INTO {table} ({list}) VALUES ");
    for number in 0..values {
        sql.push_str(match (number % columns, number) {
            (0, 0) => "(",
            (0, _) => "), (",
            _ => ", ",
        });
        match dialect {
            // SQLite looks numbered parameters up by name, each in a list of all.
            Dialect::Sqlite => sql.push('?'),
            Dialect::Postgres => sql.push_str(&format!("${}", number + 1)),
        }
    }
    sql.push(')');
    sql
}

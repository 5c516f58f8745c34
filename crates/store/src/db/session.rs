//! A transaction: one state to read, or a change to write.
//!
//! The same SQL text goes to both databases, with `$1`, `$2`… for parameters; whatever differs is asked from
//! [`Dialect`]. Refuses to know tables. Start at [`Session::fetch_all`], then [`Write`].

use std::ops::{Deref, DerefMut};

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction};
use tracing::Instrument as _;

use super::Database;
use super::error::{DbError, Place, sort};
use super::row::{Inner as RowInner, Row};
use super::value::Value;
use super::watch::Topic;

/// Which database it is, where that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded database.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl Dialect {
    /// What ends a SELECT whose rows are to be locked until the commit. SQLite needs none: one writes at a time.
    #[must_use]
    pub fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// The same, leaving out rows that somebody else has locked: to claim a job.
    #[must_use]
    pub fn for_update_skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }
}

/// A transaction, reading or writing. Write functions that only read against `&mut Session`: both kinds fit.
pub struct Session {
    pub(super) inner: Inner,
    pub(super) place: Place,
    /// Whether a statement failed: what follows would be lost on PostgreSQL, so it is refused on both.
    pub(super) is_spoiled: bool,
}

pub(super) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Parameters as one driver wants them.
enum Bound {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

impl Session {
    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    /// All rows of an answer. For many, use [`Session::stream`].
    ///
    /// # Errors
    /// As [`DbError`] says.
    pub async fn fetch_all<'a>(
        &mut self,
        sql: impl SqlSafeStr,
        params: impl IntoIterator<Item = Value<'a>>,
    ) -> Result<Vec<Row>, DbError> {
        let (sql, bound) = self.bind(sql, params)?;
        let shown = sql.clone();
        let span = statement(&shown);
        let result = match (&mut self.inner, bound) {
            (Inner::Sqlite(at), Bound::Sqlite(bound)) => sqlx::query_with(sql, bound)
                .fetch_all(&mut **at)
                .instrument(span)
                .await
                .map(|rows| rows.into_iter().map(|row| Row(RowInner::Sqlite(row))).collect()),
            (Inner::Postgres(at), Bound::Postgres(bound)) => sqlx::query_with(sql, bound)
                .fetch_all(&mut **at)
                .instrument(span)
                .await
                .map(|rows| rows.into_iter().map(|row| Row(RowInner::Postgres(row))).collect()),
            _ => return Err(DbError::Spoiled),
        };
        self.sorted(&shown, result)
    }

    /// The first row of an answer, if there is one.
    ///
    /// # Errors
    /// As [`DbError`] says.
    pub async fn fetch_optional<'a>(
        &mut self,
        sql: impl SqlSafeStr,
        params: impl IntoIterator<Item = Value<'a>>,
    ) -> Result<Option<Row>, DbError> {
        let (sql, bound) = self.bind(sql, params)?;
        let shown = sql.clone();
        let span = statement(&shown);
        let result = match (&mut self.inner, bound) {
            (Inner::Sqlite(at), Bound::Sqlite(bound)) => sqlx::query_with(sql, bound)
                .fetch_optional(&mut **at)
                .instrument(span)
                .await
                .map(|row| row.map(|row| Row(RowInner::Sqlite(row)))),
            (Inner::Postgres(at), Bound::Postgres(bound)) => sqlx::query_with(sql, bound)
                .fetch_optional(&mut **at)
                .instrument(span)
                .await
                .map(|row| row.map(|row| Row(RowInner::Postgres(row)))),
            _ => return Err(DbError::Spoiled),
        };
        self.sorted(&shown, result)
    }

    /// The rows of an answer one after the other, for millions of them.
    ///
    /// # Errors
    /// As [`DbError`] says, here or in the stream.
    pub fn stream<'s, 'a>(
        &'s mut self,
        sql: impl SqlSafeStr,
        params: impl IntoIterator<Item = Value<'a>>,
    ) -> Result<BoxStream<'s, Result<Row, DbError>>, DbError> {
        let (sql, bound) = self.bind(sql, params)?;
        let shown = sql.clone();
        let Self { inner, place, is_spoiled } = self;
        let rows = match (inner, bound) {
            (Inner::Sqlite(at), Bound::Sqlite(bound)) => {
                sqlx::query_with(sql, bound).fetch(&mut **at).map_ok(|row| Row(RowInner::Sqlite(row))).boxed()
            }
            (Inner::Postgres(at), Bound::Postgres(bound)) => sqlx::query_with(sql, bound)
                .fetch(&mut **at)
                .map_ok(|row| Row(RowInner::Postgres(row)))
                .boxed(),
            _ => return Err(DbError::Spoiled),
        };
        Ok(rows
            .map_err(move |error| {
                *is_spoiled = true;
                sort(place, shown.as_str(), error)
            })
            .boxed())
    }

    fn bind<'a>(
        &self,
        sql: impl SqlSafeStr,
        params: impl IntoIterator<Item = Value<'a>>,
    ) -> Result<(SqlStr, Bound), DbError> {
        if self.is_spoiled {
            return Err(DbError::Spoiled);
        }
        let sql = sql.into_sql_str();
        let mut bound = match self.inner {
            Inner::Sqlite(_) => Bound::Sqlite(SqliteArguments::default()),
            Inner::Postgres(_) => Bound::Postgres(PgArguments::default()),
        };
        for value in params {
            if !value.is_storable() {
                return Err(DbError::NulCharacter);
            }
            let added = match &mut bound {
                Bound::Sqlite(bound) => bound.add(value),
                Bound::Postgres(bound) => bound.add(value),
            };
            added.map_err(|error| sort(&self.place, sql.as_str(), sqlx::Error::Encode(error)))?;
        }
        Ok((sql, bound))
    }

    pub(super) fn sorted<T>(&mut self, sql: &SqlStr, result: Result<T, sqlx::Error>) -> Result<T, DbError> {
        result.map_err(|error| {
            self.is_spoiled = true;
            sort(&self.place, sql.as_str(), error)
        })
    }
}

/// What a trace says of a statement: its text, never its values.
fn statement(sql: &SqlStr) -> tracing::Span {
    tracing::debug_span!("statement", db.query.text = sql.as_str())
}

/// A transaction that sees one state of the database, that of its first question, and changes nothing.
pub struct Read(pub(super) Session);

/// A transaction that changes the database: all of it with [`Write::commit`], or nothing when dropped.
pub struct Write {
    pub(super) session: Session,
    pub(super) database: Database,
    pub(super) topics: Vec<Topic>,
}

impl Write {
    /// Carries out a statement. Returns how many rows it touched.
    ///
    /// # Errors
    /// As [`DbError`] says. After any error nothing of the transaction can be kept.
    pub async fn execute<'a>(
        &mut self,
        sql: impl SqlSafeStr,
        params: impl IntoIterator<Item = Value<'a>>,
    ) -> Result<u64, DbError> {
        let (sql, bound) = self.bind(sql, params)?;
        let shown = sql.clone();
        let span = statement(&shown);
        let result = match (&mut self.session.inner, bound) {
            (Inner::Sqlite(at), Bound::Sqlite(bound)) => {
                let done = sqlx::query_with(sql, bound).execute(&mut **at).instrument(span).await;
                done.map(|done| done.rows_affected())
            }
            (Inner::Postgres(at), Bound::Postgres(bound)) => {
                let done = sqlx::query_with(sql, bound).execute(&mut **at).instrument(span).await;
                done.map(|done| done.rows_affected())
            }
            _ => return Err(DbError::Spoiled),
        };
        self.sorted(&shown, result)
    }

    /// Carries out a script of several statements without parameters.
    ///
    /// # Errors
    /// As [`DbError`] says.
    pub async fn execute_script(&mut self, script: &'static str) -> Result<(), DbError> {
        if self.is_spoiled {
            return Err(DbError::Spoiled);
        }
        let sql = script.into_sql_str();
        let result = match &mut self.session.inner {
            Inner::Sqlite(at) => sqlx::raw_sql(sql.clone()).execute(&mut **at).await.map(|_| ()),
            Inner::Postgres(at) => sqlx::raw_sql(sql.clone()).execute(&mut **at).await.map(|_| ()),
        };
        self.sorted(&sql, result)
    }

    /// Locks the rows of a table of one row until the commit: what puts all writers in one order. SQLite has one
    /// writer in any case.
    ///
    /// # Errors
    /// As [`DbError`] says; [`DbError::Busy`] when others did not finish in time.
    pub async fn lock_row(&mut self, table: &'static str) -> Result<(), DbError> {
        if self.dialect() == Dialect::Postgres {
            let sql = sqlx::AssertSqlSafe(format!("SELECT 1 FROM {table} FOR UPDATE"));
            self.fetch_all(sql, []).await?;
        }
        Ok(())
    }

    /// Wakes those who wait for a topic, when (and only when) this transaction is committed.
    ///
    /// # Errors
    /// As [`DbError`] says.
    pub async fn notify(&mut self, topic: Topic) -> Result<(), DbError> {
        if self.topics.contains(&topic) {
            return Ok(());
        }
        if self.dialect() == Dialect::Postgres {
            let params = [Value::from(super::watch::CHANNEL), Value::from(topic.name())];
            self.fetch_all("SELECT pg_notify($1, $2)", params).await?;
        }
        self.topics.push(topic);
        Ok(())
    }

    /// Keeps all that was written. When it returns, the change survives whatever the database survives.
    ///
    /// # Errors
    /// As [`DbError`] says; [`DbError::Unconfirmed`] when nobody can know whether it was kept.
    pub async fn commit(self) -> Result<(), DbError> {
        let Self { session, database, topics } = self;
        if session.is_spoiled {
            return Err(DbError::Spoiled);
        }
        let place = session.place;
        let span = tracing::debug_span!("commit");
        let result = match session.inner {
            Inner::Sqlite(at) => at.commit().instrument(span).await,
            Inner::Postgres(at) => at.commit().instrument(span).await,
        };
        result.map_err(|error| uncommitted(&place, error))?;
        database.tell(&topics);
        Ok(())
    }
}

/// Sorts an error of COMMIT. Only an answer of the database says for certain that nothing was kept; a disk or a
/// network that broke in the middle may have kept it.
fn uncommitted(place: &Place, error: sqlx::Error) -> DbError {
    let is_answer = matches!(error, sqlx::Error::Database(_));
    match sort(place, "COMMIT", error) {
        DbError::Unreachable { place, reason } => DbError::Unconfirmed { place, reason },
        other if is_answer => other,
        other => DbError::Unconfirmed { place: place.clone(), reason: other.to_string() },
    }
}

impl Deref for Read {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

impl DerefMut for Read {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.0
    }
}

impl Deref for Write {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}

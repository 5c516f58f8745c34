//! One thin layer over two databases, SQLite embedded and PostgreSQL, with the same SQL text for both.
//!
//! It knows connections, transactions, parameters, rows and errors, and refuses to know a single table. SQL is
//! kept portable by its types (BIGINT, TEXT, BYTEA or BLOB) and by [`Dialect`] where the two differ. Start at
//! [`Database::open`], then [`Session`] and [`Write`].

mod address;
mod bulk;
mod error;
mod migrate;
mod postgres;
mod row;
mod session;
mod sqlite;
#[cfg(test)]
mod tests;
mod value;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Pool, Postgres, Sqlite};
use tokio::task::JoinHandle;

pub use address::{DatabaseOptions, DatabaseUrl, Durability};
pub use error::{DbError, Place};
pub use migrate::{MIGRATIONS, MigrateError, Migration, migrate};
pub use row::{Cell, Row};
pub use session::{Dialect, Read, Session, Write};
pub use sqlx::{AssertSqlSafe, SqlSafeStr};
pub use value::Value;
pub use watch::{Topic, Wake, Watch};

use error::sort;
use session::Inner;
use watch::Bells;

/// An open database. Clones share its connections.
#[derive(Clone)]
pub struct Database(Arc<Shared>);

struct Shared {
    place: Place,
    pools: Pools,
    bells: Arc<Bells>,
    /// Listens for what other processes commit (PostgreSQL).
    listener: Option<JoinHandle<()>>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

enum Pools {
    /// One connection that writes, several that read.
    Sqlite {
        writer: Pool<Sqlite>,
        readers: Pool<Sqlite>,
    },
    Postgres(Pool<Postgres>),
}

impl Database {
    /// Opens a database with the settings of a server.
    ///
    /// # Errors
    /// [`DbError`], when it cannot be reached, read or written.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, DbError> {
        Self::open_with(url, &DatabaseOptions::default()).await
    }

    /// Opens a database.
    ///
    /// # Errors
    /// [`DbError`], when it cannot be reached, read or written.
    pub async fn open_with(url: &DatabaseUrl, options: &DatabaseOptions) -> Result<Self, DbError> {
        let place = Place(url.to_string().into());
        let pools = match url {
            DatabaseUrl::Sqlite(path) => sqlite::open(&place, path, options).await?,
            DatabaseUrl::Postgres(at) => Pools::Postgres(postgres::open(&place, at, options).await?),
        };
        let bells = Arc::new(Bells::new());
        let listener = match &pools {
            Pools::Sqlite { .. } => None,
            Pools::Postgres(pool) => {
                Some(tokio::spawn(postgres::listen(pool.connect_options(), Arc::clone(&bells))))
            }
        };
        Ok(Self(Arc::new(Shared { place, pools, bells, listener })))
    }

    /// Which database it is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.0.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The database in words, for messages; never a password.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Begins a transaction that sees one state and changes nothing.
    ///
    /// # Errors
    /// As [`DbError`] says.
    pub async fn read(&self) -> Result<Read, DbError> {
        let inner = match &self.0.pools {
            Pools::Sqlite { readers, .. } => readers.begin_with("BEGIN").await.map(Inner::Sqlite),
            Pools::Postgres(pool) => postgres::begin(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .await
                .map(Inner::Postgres),
        };
        Ok(Read(self.session(inner)?))
    }

    /// Begins a transaction that writes. SQLite has one at a time; on PostgreSQL the caller puts writers in order
    /// with [`Write::lock_row`].
    ///
    /// # Errors
    /// As [`DbError`] says; [`DbError::Busy`] when others did not finish in time.
    pub async fn begin_write(&self) -> Result<Write, DbError> {
        let inner = match &self.0.pools {
            Pools::Sqlite { writer, .. } => writer.begin_with("BEGIN IMMEDIATE").await.map(Inner::Sqlite),
            Pools::Postgres(pool) => postgres::begin(pool, "BEGIN").await.map(Inner::Postgres),
        };
        Ok(Write { session: self.session(inner)?, database: self.clone(), topics: Vec::new() })
    }

    /// Waits for a topic, looking again at least every `poll_every`.
    #[must_use]
    pub fn watch(&self, topic: Topic, poll_every: Duration) -> Watch {
        self.0.bells.watch(topic, poll_every)
    }

    /// Waits until all connections are given back, and closes them.
    pub async fn close(&self) {
        if let Some(listener) = &self.0.listener {
            listener.abort();
        }
        match &self.0.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    fn session(&self, begun: Result<Inner, sqlx::Error>) -> Result<Session, DbError> {
        let place = self.0.place.clone();
        match begun {
            Ok(inner) => Ok(Session { inner, place, is_spoiled: false }),
            Err(error) => Err(match &self.0.pools {
                Pools::Sqlite { .. } => sort(&place, "BEGIN", error),
                Pools::Postgres(pool) => postgres::unconnected(&place, pool, error),
            }),
        }
    }

    fn tell(&self, topics: &[Topic]) {
        topics.iter().for_each(|&topic| self.0.bells.ring(topic));
    }
}

//! The store as a whole: open it, begin a log in it, read from it, write to it.
//!
//! Start at [`Store::open`].

use crate::db::{
    Database, DatabaseOptions, DatabaseUrl, DbError, MIGRATIONS, MigrateError, Read, Topic, Watch, migrate,
};
use crate::error::StoreError;
use crate::log::append::{Head, Writing};
use crate::log::read;
use crate::params;
use hearth_base::time::UtcTime;
use hearth_ledger::tree::Hash;
use std::time::Duration;

/// The longest origin of a log, in bytes.
const ORIGIN_MAX_BYTES: usize = 200;

/// An open store. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    database: Database,
}

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// Its tables.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// What is kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log has another name.
    #[error("this is the log {found:?}, not {wanted:?}: a log keeps its name for ever")]
    Origin {
        /// The name of the log in the database.
        found: String,
        /// The name that was asked for.
        wanted: String,
    },
    /// A name that cannot stand in a checkpoint.
    #[error("{0:?} cannot be the name of a log: a host name, also with a path, without spaces and +")]
    OriginForm(String),
}

impl Store {
    /// Opens a store, brings its tables to today's form, and begins a log of this name if it holds none.
    ///
    /// # Errors
    /// When the database cannot be used, or holds another log.
    pub async fn open(url: &DatabaseUrl, options: &DatabaseOptions, origin: &str) -> Result<Self, OpenError> {
        let is_plain = |letter: char| !letter.is_whitespace() && !letter.is_control() && letter != '+';
        if origin.is_empty() || origin.len() > ORIGIN_MAX_BYTES || !origin.chars().all(is_plain) {
            return Err(OpenError::OriginForm(origin.chars().take(80).collect()));
        }
        let database = Database::open_with(url, options).await?;
        migrate(&database, MIGRATIONS).await?;
        let store = Self { database };
        store.begin_log(origin).await?;
        let found = store.head().await?.origin;
        if found != origin {
            return Err(OpenError::Origin { found, wanted: origin.to_owned() });
        }
        Ok(store)
    }

    /// Opens a store that was begun before, whatever its log's name.
    ///
    /// # Errors
    /// When the database cannot be used, or holds no log.
    pub async fn open_existing(url: &DatabaseUrl, options: &DatabaseOptions) -> Result<Self, OpenError> {
        let database = Database::open_with(url, options).await?;
        migrate(&database, MIGRATIONS).await?;
        let store = Self { database };
        store.head().await?;
        Ok(store)
    }

    async fn begin_log(&self, origin: &str) -> Result<(), StoreError> {
        let mut tx = self.database.begin_write().await?;
        let sql = "INSERT INTO head (one, origin, size, root, recorded) VALUES (1, $1, 0, $2, 0) \
                   ON CONFLICT (one) DO NOTHING";
        tx.execute(sql, params![origin, Hash::of_empty_tree().as_bytes()]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The database below.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Begins to read: one state, whatever is written meanwhile.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn read(&self) -> Result<Read, StoreError> {
        Ok(self.database.read().await?)
    }

    /// Waits for its turn to append.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn write(&self, now: UtcTime) -> Result<Writing, StoreError> {
        Writing::begin(&self.database, now).await
    }

    /// Where the log ends.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn head(&self) -> Result<Head, StoreError> {
        read::head(&mut *self.read().await?).await
    }

    /// Waits for entries, looking anyway after so long.
    pub fn watch(&self, poll_every: Duration) -> Watch {
        self.database.watch(Topic::Ledger, poll_every)
    }
}

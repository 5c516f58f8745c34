//! Opens the embedded database: one connection that writes, several that read.
//!
//! Refuses to know tables. Start at [`open`].
//!
//! Settings and their reasons: the write-ahead log lets readers read while one writes; `synchronous=FULL` flushes
//! it before a commit is acknowledged, so that the commit survives a power cut; there is no memory map, since an
//! error of the disk would then end the process instead of being reported; pages stay in a bounded cache that
//! grows only with use, so that an empty server stays small.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::Pools;
use super::address::{DatabaseOptions, Durability};
use super::error::{DbError, Place, sort};

/// The write-ahead log is cut back to this size after it was larger, bytes.
const LOG_BYTES: u32 = 64 << 20;

/// Opens (or makes) the database in the file `path`.
pub(super) async fn open(place: &Place, path: &Path, options: &DatabaseOptions) -> Result<Pools, DbError> {
    let connect = connect_options(path, options);
    // Neither idle time nor age ends the one writer.
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(options.patience)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(connect.clone())
        .await
        .map_err(|error| sort(place, "open", error))?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.connections.max(1))
        .acquire_timeout(options.patience)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(connect.pragma("query_only", "1"));
    Ok(Pools::Sqlite { writer, readers })
}

fn connect_options(path: &Path, options: &DatabaseOptions) -> SqliteConnectOptions {
    let synchronous = match options.durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::Process => SqliteSynchronous::Normal,
    };
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .page_size(options.page_bytes)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(options.patience)
        .pragma("cache_size", format!("-{}", options.cache_bytes / 1024))
        .pragma("journal_size_limit", LOG_BYTES.to_string())
        .pragma("mmap_size", "0")
        .thread_name(|number| format!("sqlite-{number}"))
}

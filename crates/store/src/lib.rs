//! Keeps the ledger, its state and its blobs: SQLite or PostgreSQL, a folder or an object store.

pub mod blob;
pub mod db;
#[cfg(feature = "testing")]
pub mod testing;

//! Keeps the ledger, its state and its blobs: SQLite or PostgreSQL, a folder or an object store.

pub mod db;

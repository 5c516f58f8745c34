//! Keeps the ledger, its state and its blobs: SQLite or PostgreSQL, a folder or an object store.
//!
//! Three layers: [`db`] speaks to databases and knows no table, [`log`] writes and reads entries in their order, [`state`]
//! says what is the case, for whom, and as of when. What stands beside the ledger (accounts, drafts, jobs) has a file of
//! its own. Refuses to know HTTP and HTML, and rules (`hearth-ledger`). Start at [`Store`], then [`log::append`].

pub mod accounts;
pub mod backup;
pub mod blob;
pub mod bundles;
pub mod db;
pub mod drafts;
mod error;
pub mod failpoint;
pub mod jobs;
pub mod log;
pub mod loose;
pub mod random;
pub mod searches;
pub mod sequence_names;
pub mod sequences;
pub mod state;
mod store;
pub mod uploads;
pub mod usage;

pub use error::StoreError;
pub use store::{OpenError, Store};
#[cfg(feature = "testing")]
pub mod testing;

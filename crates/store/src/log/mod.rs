//! The log: entries in one order, the tiles over them, and heads.
//!
//! One writer at a time ([`append::Writing`]): it takes the head's lock before it reads anything, so that what it decides
//! on is what it writes after (LEDGER.md 1). Refuses to know what entries mean ([`crate::state`] does). Start at
//! [`append::Writing::append`].

pub mod append;
pub mod erase;
pub mod heads;
pub mod keys;
pub mod read;
pub mod receipts;
pub mod rotate;
pub mod serve;
pub mod upkeep;
pub mod verify;
pub mod visible;

pub(crate) mod coding;

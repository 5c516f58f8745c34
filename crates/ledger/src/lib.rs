//! The ledger of sharing: entries, who may see them, the rules by which they come about, figures over them, and the
//! transparency log that proves them.
//!
//! Everything that is shared is an [`entry`]: who gave what to whom, under which terms, when. Pure: no database, no file,
//! no network, no clock, no randomness; salts, keys and times are handed in. Start at [`entry::Entry`]; what a kind says
//! is in [`body`], how it is decided in [`rules`], who may see it in [`access`].

pub mod access;
pub mod body;
pub mod bundle;
pub mod entry;
pub mod figure;
pub mod note;
pub mod rules;
pub mod tree;

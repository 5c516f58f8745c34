//! The shared words: identifiers, digests, times, places, audiences, terms, roles. Types only.
//!
//! What every other room speaks of is defined here once: how it is written as text, and which texts are refused. Refuses
//! to know any rule about who may do what (`hearth-ledger`), any database and any clock: random bytes and the time of
//! day are handed in. Start at [`id`], then [`audience`].

pub mod accession;
pub mod audience;
pub mod country;
pub mod date;
pub mod digest;
pub mod id;
pub mod language;
pub mod role;
pub mod terms;
mod text;
pub mod time;

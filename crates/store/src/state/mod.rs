//! What is the case, and was: the state that follows from the entries, for a reader, as of a place in the log.
//!
//! Every row of the table `state` holds from an entry on, until another. Entries say what changes ([`project`]); who may
//! see a row is asked in one way ([`scope::Scope`]). Refuses to decide anything. Start at [`records`].

pub mod acceptances;
pub mod alike;
pub mod assigning;
pub mod audience;
pub mod findings;
pub mod follow;
pub mod genomes;
pub mod gifts;
pub mod kinds;
pub mod noticed;
pub mod parties;
pub mod project;
pub mod records;
pub mod scope;
pub(crate) mod tally;

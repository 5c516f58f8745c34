//! The rules: from what is the case, and what somebody wants to do, to an entry or a refusal.
//!
//! Pure functions `(state, command, now) -> draft or refusal`; one file for each thing that is decided: who may act
//! ([`actor`]), how far something may go ([`disclosure`]), what becomes of a record ([`records`]), giving and confirming
//! ([`sharing`]). Refuses to know where state is kept: the store reads it in the transaction that writes the entry.
//! Start at [`Refusal`].

pub mod actor;
pub mod disclosure;
pub mod records;
pub mod sharing;

pub use actor::Actor;
pub use records::{Standing, Status};

use hearth_base::role::Role;

/// Why something is not done. Each sentence is for the person who wanted it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The person lacks a role.
    #[error("this needs somebody of your party with the role “{0}”")]
    NeedsRole(Role),
    /// The record belongs to another party.
    #[error("only the party that owns this can do that")]
    NotYours,
    /// It is the business of who runs the server.
    #[error("only an administrator of the party that runs this server can do that")]
    NeedsHost,
    /// It is not there, or not for these eyes: both sound the same.
    #[error("there is no such {0}, or it was not shared with you")]
    NotFound(&'static str),
    /// It does not fit the state of the record.
    #[error("{0}")]
    Conflict(String),
    /// What was given cannot be taken.
    #[error("{0}")]
    Invalid(String),
}

impl Refusal {
    pub(crate) fn conflict(sentence: impl Into<String>) -> Self {
        Self::Conflict(sentence.into())
    }

    pub(crate) fn invalid(sentence: impl Into<String>) -> Self {
        Self::Invalid(sentence.into())
    }
}

//! Bundles: one party's part of the log, handed to another server as one signed file, and taken in there.
//!
//! The format is `hearth_ledger::bundle`. Start at [`ForeignProof`].

pub(crate) mod proof;

pub use proof::ForeignProof;

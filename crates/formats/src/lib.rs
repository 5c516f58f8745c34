//! Exchange formats of the field, out and in.
//!
//! [`input`] finds whole FASTA records in files, packed or not. Refuses to know what is done with what is read. Start at
//! [`input::BatchReader`].

pub mod input;

pub mod submission;

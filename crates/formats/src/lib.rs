//! Exchange formats of the field, out and in.
//!
//! [`input`] finds whole FASTA records in files, packed or not; [`submission`] reads the metadata that comes with them; [`refget`]
//! names sequences and collections of them by what they are; [`parquet`] writes tables with types.
//! Refuses to know what is done with what is read. Start at [`input::BatchReader`] and [`submission::read`].

pub mod input;
pub mod parquet;
pub mod refget;
pub mod submission;

//! Exchange formats of the field, out and in.

pub mod submission;

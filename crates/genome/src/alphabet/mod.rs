//! Letters of nucleotide and amino-acid sequences, as upper-case ASCII bytes.
//!
//! Sequences are plain `[u8]` so that whole genomes can be compared many letters at a time; this module
//! is the one place that knows what each byte means. It refuses to know positions. Start at
//! [`nucleotide::bases`].

pub mod amino_acid;
pub mod nucleotide;

/// The gap letter of both alphabets.
pub const GAP: u8 = b'-';

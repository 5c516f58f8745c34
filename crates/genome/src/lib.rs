//! Reads genomes: bytes in, values out.
//!
//! This crate aligns a sequence to a pathogen's reference, calls what changed, translates it, places it
//! on the pathogen's tree and judges its quality. It knows nothing of files, clocks, networks or databases.

pub mod align;
pub mod alphabet;
pub mod analysis;
pub mod annotation;
pub mod assay;
pub mod calls;
pub mod coordinate;
pub mod fasta;
#[cfg(test)]
#[path = "../tests/field_data/mod.rs"]
mod field_data;
pub mod kept;
pub mod minimizer;
pub mod neighbours;
pub mod pack;
pub mod phenotype;
pub mod quality;
pub mod reference;
pub mod rows;
pub mod structure;
pub mod translation;
pub mod tree;

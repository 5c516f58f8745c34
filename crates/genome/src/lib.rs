//! Reads genomes: bytes in, values out.
//!
//! This crate aligns a sequence to a pathogen's reference, calls what changed, translates it, places it
//! on the pathogen's tree and judges its quality. It knows nothing of files, clocks, networks or databases.

pub mod annotation;
pub mod coordinate;
pub mod minimizer;
pub mod pack;

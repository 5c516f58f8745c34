//! The text files of a pathogen pack (a Nextclade v3 dataset folder), each as a pure parser.
//!
//! [`pathogen`] reads `pathogen.json`, [`auspice`] reads `tree.json`; the annotation is [`crate::annotation`].
//! Nothing here opens a file: the caller brings text.

pub mod auspice;
mod letter;
pub mod pathogen;
mod prepared;

pub use prepared::{Pack, PackError, PackFiles};

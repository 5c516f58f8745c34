//! The report on a batch of genomes: one page for a screen, a phone and paper.
//!
//! [`BatchReport`] is all that the page says, as plain values. What to do about a genome is decided in `advice.rs`, how
//! an assay stands in `assays.rs`; each other file makes a part of the page. Start at [`BatchReport::to_html`].

mod advice;
mod assays;
mod clusters;
mod facts;
mod figures;
mod glance;
mod lines;
mod page;

pub use crate::svg::dendrogram::Join;
pub use crate::svg::profile::Window;
pub use crate::svg::track::Gene;
pub use clusters::{MOST_CLUSTERS, MOST_DRAWN, MOST_NAMED};
pub use facts::*;

/// Most lines of single genomes on a page.
pub const MOST_LINES: usize = 10_000;

/// Longest name of a genome, a clade or a sentence on a page, in characters.
pub const MOST_CHARS: usize = 240;

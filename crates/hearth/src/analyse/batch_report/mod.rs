//! `--report`: the batch on one page.
//!
//! Workers write a line for each genome ([`write_genome`], [`write_failure`]) with what a page may say of it; the writing
//! end counts the lines ([`Gathering`]) and at the end makes the page, whose words and drawings are those of
//! `hearth_pages`. Memory grows with different mutations and clades and with a limited number of lines, never with the
//! number of genomes. Start at [`Gathering::write`].

mod assays;
mod findings;
mod gathering;
mod kept;
mod known;
mod line;
mod mutations;
mod relatives;

pub use gathering::Gathering;
pub use line::{write_failure, write_genome};

//! Questions over many genomes of one pathogen, answered from bitmaps of what differs from the reference.
//!
//! Rows are appended, never changed: a revision ends one row and appends another. What a reader may see is decided in
//! one place, [`visible::Visible`], and only from it does a [`visible::Selection`] come, which every action needs.
//! Refuses to know SQL, HTTP, clocks and files. Start at [`engine::Index`], then [`visible`].

pub mod alphabet;
pub mod ancestors;
pub mod clusters;
mod coded;
mod columns;
pub mod descent;
pub mod engine;
pub mod filter;
pub mod groups;
pub mod growth;
mod kept;
mod links;
pub mod nearest;
pub mod order;
pub mod pango;
pub mod profile;
pub mod query;
mod readings;
mod rights;
pub mod row;
pub mod saved;
pub mod sought;
mod step;
mod symbols;
#[cfg(test)]
mod twin;
pub mod visible;
pub mod weight;
mod words;

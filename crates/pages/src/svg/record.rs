//! One genome against its reference: genes, substitutions, deletions, insertions, what was not read.
//!
//! Refuses to know how they were found. Start at [`record_map`].

use super::track::{self, Gene, Scale};
use super::{Anchor, Drawing, WIDE};
use crate::number;

/// A segment of a genome, or all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// Its name; empty if the genome has one only.
    pub name: String,
    /// Letters of the reference.
    pub length_nt: u32,
    /// Its genes.
    pub genes: Vec<Gene>,
    /// Substitutions.
    pub substitutions: Vec<Substitution>,
    /// Deletions: letters before each, and up to its end.
    pub deletions: Vec<(u32, u32)>,
    /// Insertions: letters before each, and the letters that are inserted.
    pub insertions: Vec<(u32, String)>,
    /// What was not read: letters before each stretch, and up to its end.
    pub missing: Vec<(u32, u32)>,
}

/// A letter in the place of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Substitution {
    /// Letters before it.
    pub at_nt: u32,
    /// What it is called: `C241T`, or `S:D614G (A23403G)`.
    pub label: String,
    /// Whether it changes a protein.
    pub changes_protein: bool,
}

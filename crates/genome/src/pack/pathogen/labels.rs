//! `mutLabels`: names for mutations that mark a clade or a resistance.

use std::collections::BTreeMap;

use crate::coordinate::{CodonPos, RefPos};

/// Labels of nucleotide and amino acid mutations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MutationLabels {
    /// By position and letter of the query, e.g. `241T`.
    pub nucleotide: BTreeMap<NucGenotype, Vec<String>>,
    /// By coding sequence, codon and letter of the query, e.g. `S:614G`; in the order in which they are
    /// tried.
    pub amino_acid: BTreeMap<AaGenotype, Vec<String>>,
}

/// A nucleotide at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NucGenotype {
    /// Where.
    pub position: RefPos,
    /// Upper-case letter, or `-`.
    pub letter: u8,
}

/// An amino acid at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AaGenotype {
    /// Name of the coding sequence.
    pub cds_name: String,
    /// Where.
    pub position: CodonPos,
    /// Upper-case letter, `*` or `-`; `None` stands for any.
    pub letter: Option<u8>,
}

impl MutationLabels {
    /// Labels of a nucleotide at a place; empty if it has none.
    pub fn of_nucleotide(&self, position: RefPos, letter: u8) -> &[String] {
        self.nucleotide.get(&NucGenotype { position, letter }).map_or(&[], Vec::as_slice)
    }

    /// Labels of an amino acid at a place; an entry for any letter goes before one for this letter.
    pub fn of_amino_acid(&self, cds_name: &str, position: CodonPos, letter: u8) -> &[String] {
        let mut key = AaGenotype { cds_name: cds_name.to_owned(), position, letter: None };
        if let Some(labels) = self.amino_acid.get(&key) {
            return labels;
        }
        key.letter = Some(letter);
        self.amino_acid.get(&key).map_or(&[], Vec::as_slice)
    }
}

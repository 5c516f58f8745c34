//! `phenotypeData` and `aaMotifs`: what is computed from translated sequences.

use std::collections::BTreeMap;

use crate::coordinate::{CodonPos, Span};

/// A score computed from amino acid changes, such as immune escape.
#[derive(Clone, Debug, PartialEq)]
pub struct Phenotype {
    /// Key of the result.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// What it measures.
    pub description: String,
    /// Coding sequence it looks at.
    pub cds_name: String,
    /// Codons it looks at.
    pub codons: Span<CodonPos>,
    /// Clades it says nothing about.
    pub ignored_clades: Vec<String>,
    /// Tables whose weighted sum is the score.
    pub tables: Vec<PhenotypeTable>,
}

/// One table of coefficients.
#[derive(Clone, Debug, PartialEq)]
pub struct PhenotypeTable {
    /// What the table is from.
    pub name: String,
    /// Factor of this table in the sum.
    pub weight: f64,
    /// Coefficients by codon.
    pub coefficients: BTreeMap<CodonPos, PhenotypeCoefficient>,
}

/// What a change at one codon adds.
#[derive(Clone, Debug, PartialEq)]
pub enum PhenotypeCoefficient {
    /// The same whatever the new amino acid.
    Any(f64),
    /// By the new amino acid.
    ByAminoAcid {
        /// Coefficient per letter.
        letters: BTreeMap<u8, f64>,
        /// For letters not named; 0 if the file has no `default`.
        otherwise: f64,
    },
}

/// A kind of pattern in translated sequences, such as glycosylation sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Motif {
    /// Key of the result.
    pub name: String,
    /// Short name for people.
    pub short_name: String,
    /// Name for people.
    pub display_name: String,
    /// What it stands for.
    pub description: String,
    /// Regular expressions over amino acid letters; not compiled here.
    pub patterns: Vec<String>,
    /// Where to look; empty means everywhere.
    pub regions: Vec<MotifRegion>,
}

/// Where to look for a motif.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MotifRegion {
    /// Name of the coding sequence.
    pub cds_name: String,
    /// Codons; empty means all.
    pub codons: Vec<Span<CodonPos>>,
}

impl PhenotypeCoefficient {
    /// What a change to `letter` (upper case) adds.
    pub fn of(&self, letter: u8) -> f64 {
        match self {
            Self::Any(value) => *value,
            Self::ByAminoAcid { letters, otherwise } => letters.get(&letter).copied().unwrap_or(*otherwise),
        }
    }
}

impl PhenotypeTable {
    /// What a change at `position` to `letter` adds, before the weight.
    pub fn coefficient(&self, position: CodonPos, letter: u8) -> f64 {
        self.coefficients.get(&position).map_or(0.0, |coefficient| coefficient.of(letter))
    }
}

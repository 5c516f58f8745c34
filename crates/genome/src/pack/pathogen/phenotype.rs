//! `phenotypeData` and `aaMotifs`: what is computed from translated sequences.

use std::collections::BTreeMap;

use serde_json::Value;

use super::PathogenError;
use super::fields::{Fields, wrong};
use crate::coordinate::{CodonPos, Span};
use crate::pack::letter;

const ANY_NUMBER: std::ops::RangeInclusive<f64> = f64::NEG_INFINITY..=f64::INFINITY;

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

impl Phenotype {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let name = fields.needed_text("name")?;
        let mut ignored_clades = Vec::new();
        if let Some(mut ignore) = fields.object("ignore")? {
            ignored_clades = ignore.texts("clades")?;
            ignore.finish();
        }
        let phenotype = Self {
            display_name: fields.text("nameFriendly")?.unwrap_or_else(|| name.clone()),
            name,
            description: fields.text("description")?.unwrap_or_default(),
            cds_name: fields.needed_text("cds")?,
            codons: fields.span("aaRange")?.ok_or_else(|| fields.fail("aaRange", "is missing"))?,
            ignored_clades,
            tables: fields
                .objects("data")?
                .into_iter()
                .map(PhenotypeTable::read)
                .collect::<Result<_, _>>()?,
        };
        fields.finish();
        Ok(phenotype)
    }
}

impl PhenotypeTable {
    fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let name = fields.text("name")?.unwrap_or_default();
        let weight =
            fields.number("weight", ANY_NUMBER)?.ok_or_else(|| fields.fail("weight", "is missing"))?;
        let mut coefficients = BTreeMap::new();
        if let Some(locations) = fields.object("locations")? {
            for (key, value) in locations.entries() {
                let position = key
                    .parse()
                    .map_err(|_| locations.fail(key, "the key should be a codon, counted from 0"))?;
                let coefficient = PhenotypeCoefficient::read(value, &locations, key)?;
                coefficients.insert(CodonPos(position), coefficient);
            }
        }
        fields.finish();
        Ok(Self { name, weight, coefficients })
    }
}

impl PhenotypeCoefficient {
    fn read(value: &Value, locations: &Fields<'_>, key: &str) -> Result<Self, PathogenError> {
        let number = |value: &Value, path: &str| {
            value.as_f64().ok_or_else(|| wrong(locations.path_of(path), "a number", value))
        };
        let Value::Object(by_letter) = value else { return Ok(Self::Any(number(value, key)?)) };
        let mut letters = BTreeMap::new();
        let mut otherwise = 0.0;
        for (name, value) in by_letter {
            let path = format!("{key}.{name}");
            let coefficient = number(value, &path)?;
            match name.as_bytes() {
                b"default" => otherwise = coefficient,
                &[letter] if letter::is_amino_acid(letter) => {
                    letters.insert(letter, coefficient);
                }
                _ => locations.note(path, "is no amino acid letter (A to Z, *, -) and never applies"),
            }
        }
        Ok(Self::ByAminoAcid { letters, otherwise })
    }
}

impl Motif {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let name = fields.needed_text("name")?;
        let mut regions = Vec::new();
        for mut region in fields.objects("includeCdses")? {
            regions
                .push(MotifRegion { cds_name: region.needed_text("cds")?, codons: region.spans("ranges")? });
            region.finish();
        }
        let motif = Self {
            short_name: fields.text("nameShort")?.unwrap_or_else(|| name.clone()),
            display_name: fields.text("nameFriendly")?.unwrap_or_else(|| name.clone()),
            name,
            description: fields.text("description")?.unwrap_or_default(),
            patterns: fields.texts("motifs")?,
            regions,
        };
        fields.finish();
        Ok(motif)
    }
}

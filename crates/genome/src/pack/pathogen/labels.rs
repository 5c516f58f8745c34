//! `mutLabels`: names for mutations that mark a clade or a resistance.

use std::collections::BTreeMap;

use serde_json::Value;

use super::PathogenError;
use super::fields::{Fields, texts, wrong};
use crate::coordinate::{CodonPos, RefPos};
use crate::pack::letter;

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

impl MutationLabels {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut labels = Self::default();
        if let Some(map) = fields.object("nucMutLabelMap")? {
            for (key, value) in map.entries() {
                let genotype = NucGenotype::parse(key).ok_or_else(|| {
                    map.fail(key, "the key should read like \"241T\": position from 1, nucleotide")
                })?;
                labels.nucleotide.insert(genotype, names(value, map.path_of(key))?);
            }
        }
        if let Some(map) = fields.object("aaMutLabelMap")? {
            for (key, value) in map.entries() {
                let genotype = AaGenotype::parse(key).ok_or_else(|| {
                    map.fail(
                        key,
                        "the key should read like \"S:614G\": coding sequence, codon from 1, amino acid",
                    )
                })?;
                labels.amino_acid.insert(genotype, names(value, map.path_of(key))?);
            }
        }
        fields.finish();
        Ok(labels)
    }
}

impl NucGenotype {
    fn parse(text: &str) -> Option<Self> {
        let (&letter, digits) = text.as_bytes().split_last()?;
        let position = RefPos(letter::position(digits)?);
        letter::is_nucleotide(letter).then_some(Self { position, letter })
    }
}

impl AaGenotype {
    fn parse(text: &str) -> Option<Self> {
        let (cds_name, change) = text.rsplit_once(':')?;
        let (digits, letter) = match change.as_bytes().split_last()? {
            (last, _) if last.is_ascii_digit() => (change.as_bytes(), None),
            (&last, digits) if letter::is_amino_acid(last) => (digits, Some(last)),
            _ => return None,
        };
        let position = CodonPos(letter::position(digits)?);
        Some(Self { cds_name: cds_name.to_owned(), position, letter })
    }
}

fn names(value: &Value, path: String) -> Result<Vec<String>, PathogenError> {
    match value {
        Value::Array(items) => texts(items, &path),
        other => Err(wrong(path, "a list of texts", other)),
    }
}

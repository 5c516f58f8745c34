//! Which pathogen is this sequence? Spaced k-mer sketches held against the references of all packs.
//!
//! A reference is known by its minimizers: the hashes, under a cutoff, of its 17-mers with every third
//! letter left out (so a change in a codon's third position often costs nothing). The hash, the sketch and
//! the score are those of the minimizer index of Nextclade dataset servers, so such an index can be read
//! ([`MinimizerIndex::from_json`]); one can as well be built from references alone
//! ([`MinimizerIndex::from_references`]).
//!
//! This refuses to know what a pack is: a reference is a name, a length and a number. Start reading at
//! [`MinimizerIndex::choose`].

mod choose;
mod json;
mod sketch;
mod table;

pub use choose::{Best, Choice, MIN_HITS, MIN_SCORE, SURE_SCORE};
pub use json::MinimizerIndexError;

use sketch::Shape;
use table::Table;

/// Most references one index may hold.
pub const MAX_REFERENCES: usize = 1_024;

/// Letters in a k-mer of an index built here, as in the field's index.
const K: usize = 17;

/// Hashes at or above this are not kept: one in sixteen stays, as in the field's index.
const CUTOFF: u32 = 1 << 28;

/// When a genome of one reference could score this much with another, the sampled answer is not trusted.
const RIVAL_SCORE: f64 = 0.1;

/// A reference as the index knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedReference {
    /// Name of the pack or dataset, as given.
    pub name: String,
    /// Length in nucleotides.
    pub length_nt: u32,
    /// Number of different minimizers.
    pub minimizers: u32,
    /// Whether a genome of this reference resembles another reference too.
    has_rival: bool,
}

/// The minimizers of a set of references.
#[derive(Clone, Debug)]
pub struct MinimizerIndex {
    shape: Shape,
    references: Vec<IndexedReference>,
    table: Table,
}

impl MinimizerIndex {
    /// Sketches `references` (name, letters). Gaps are ignored, case does not matter.
    ///
    /// # Errors
    /// [`MinimizerIndexError::TooManyReferences`] past [`MAX_REFERENCES`].
    ///
    /// ```
    /// use hearth_genome::minimizer::MinimizerIndex;
    ///
    /// let letters: Vec<u8> = (0..9_000u32).map(|i| b"ACGT"[(i.wrapping_mul(i) >> 5) as usize % 4]).collect();
    /// let index = MinimizerIndex::from_references(&[("some-virus", &letters)])?;
    /// let best = index.choose(&letters[100..8_000]).best.expect("part of its own reference");
    /// assert_eq!(index.references()[best.reference].name, "some-virus");
    /// # Ok::<(), hearth_genome::minimizer::MinimizerIndexError>(())
    /// ```
    pub fn from_references(references: &[(&str, &[u8])]) -> Result<Self, MinimizerIndexError> {
        let shape = Shape::new(K, CUTOFF).ok_or(MinimizerIndexError::Shape { k: K as u64 })?;
        let mut entries: Vec<(u32, u16)> = Vec::new();
        let mut indexed = Vec::with_capacity(references.len());
        for (number, (name, letters)) in references.iter().enumerate() {
            let number = reference_number(number)?;
            let letters = sketch::without_gaps(letters);
            let mut hashes = Vec::with_capacity(letters.len() / 15);
            shape.sketch(&letters, 0..letters.len(), |hash| hashes.push(hash));
            hashes.sort_unstable();
            hashes.dedup();
            indexed.push(IndexedReference {
                name: (*name).to_owned(),
                length_nt: saturated(letters.len()),
                minimizers: saturated(hashes.len()),
                has_rival: false,
            });
            entries.extend(hashes.into_iter().map(|hash| (hash, number)));
        }
        Ok(Self::assemble(shape, indexed, entries))
    }

    /// The references, in the order given; [`Best::reference`] counts into this.
    pub fn references(&self) -> &[IndexedReference] {
        &self.references
    }

    fn assemble(shape: Shape, references: Vec<IndexedReference>, entries: Vec<(u32, u16)>) -> Self {
        let table = Table::new(entries);
        let mut index = Self { shape, references, table };
        index.find_rivals();
        index
    }

    /// Marks each reference whose own genome would score [`RIVAL_SCORE`] or more with another one.
    fn find_rivals(&mut self) {
        let count = self.references.len();
        let mut shared = vec![0u32; count * count];
        for set in self.table.shared_sets() {
            for &one in set {
                for &other in set {
                    shared[usize::from(one) * count + usize::from(other)] += 1;
                }
            }
        }
        let resembles = |one: usize, other: usize| {
            let hits = f64::from(shared[one * count + other]);
            choose::score(hits, &self.references[other], self.references[one].length_nt) >= RIVAL_SCORE
        };
        let rivals: Vec<bool> =
            (0..count).map(|one| (0..count).any(|other| one != other && resembles(one, other))).collect();
        for (reference, has_rival) in self.references.iter_mut().zip(rivals) {
            reference.has_rival = has_rival;
        }
    }
}

fn reference_number(number: usize) -> Result<u16, MinimizerIndexError> {
    if number < MAX_REFERENCES {
        Ok(u16::try_from(number).unwrap_or(u16::MAX))
    } else {
        Err(MinimizerIndexError::TooManyReferences { limit: MAX_REFERENCES })
    }
}

fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;

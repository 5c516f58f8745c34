//! Where a reference resembles itself.

use super::blocks::BLOCK;

/// Largest distance at which a reference is compared with itself.
const MAX_DISTANCE: usize = 64;

/// Equals no letter.
const NEVER_EQUAL: u8 = 0;

/// Where a reference resembles itself, and which of its letters are determined.
#[derive(Clone, Debug)]
pub struct SelfSimilarity {
    /// For each block the smallest distance, if any, at which the letters are the same.
    distances: Vec<u8>,
    comparable: Vec<u8>,
}

impl SelfSimilarity {
    /// Compares a reference with itself; letters that are not determined may stand for several.
    pub fn new(reference: &[u8], is_determined: impl Fn(u8) -> bool) -> Self {
        let at = |position: usize| reference.get(position..position + BLOCK);
        let distance_of = |begin: usize| {
            let own = at(begin);
            let is_same = |distance: &usize| {
                own == at(begin + distance)
                    || begin.checked_sub(*distance).is_some_and(|begin| own == at(begin))
            };
            (1..=MAX_DISTANCE).find(is_same).map_or(MAX_DISTANCE + 1, |distance| distance) as u8
        };
        let comparable = |&letter: &u8| if is_determined(letter) { letter } else { NEVER_EQUAL };
        Self {
            distances: (0..reference.len() / BLOCK).map(|block| distance_of(block * BLOCK)).collect(),
            comparable: reference.iter().map(comparable).collect(),
        }
    }

    /// The letters, with one that equals no letter in place of those that are not determined.
    pub fn comparable(&self) -> &[u8] {
        &self.comparable
    }

    /// Whether a block differs from the letters at every distance up to `distance`.
    pub fn is_unlike(&self, block: usize, distance: usize) -> bool {
        self.distances.get(block).is_some_and(|&same_at| usize::from(same_at) > distance)
    }
}

//! Scores of every query letter against one reference letter, for each reference letter that occurs.
//!
//! A query profile (Rognes and Seeberg, Bioinformatics 16:699, 2000): one lookup per letter of the query and of
//! the alphabet in place of one per cell. Start at [`Profile::row`].

use super::row::GROUP;
use super::{Row, SCALE, UNREACHABLE};
use crate::align::scoring::CLASSES;

/// Profiles of one query, made when first needed.
#[derive(Debug, Default)]
pub(super) struct Profile {
    scores: Vec<i32>,
    /// Where the profile of each class of letters begins.
    begins: [Option<usize>; CLASSES],
}

impl Profile {
    /// Forgets the query.
    pub fn clear(&mut self) {
        self.scores.clear();
        self.begins.fill(None);
    }

    /// Scores of the row's letter paired with each query letter, scaled and tagged; a group more than there are.
    pub fn row(&mut self, row: &Row, query_classes: &[u8]) -> &[i32] {
        let begin = *self.begins[row.class].get_or_insert_with(|| {
            let begin = self.scores.len();
            let score = |&class: &u8| row.pair_scores[usize::from(class) % CLASSES] * SCALE + row.tags.pair;
            self.scores.extend(query_classes.iter().map(score));
            self.scores.extend([UNREACHABLE; GROUP]);
            begin
        });
        &self.scores[begin..begin + query_classes.len() + GROUP]
    }
}

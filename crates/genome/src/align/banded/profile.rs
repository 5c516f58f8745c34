//! Scores of every query letter against one reference letter, for each reference letter that occurs.
//!
//! A query profile (Rognes and Seeberg, Bioinformatics 16:699, 2000): one lookup per letter of the query and of
//! the alphabet in place of one per cell. Start at [`Profile::row`].

use super::fill::Row;
use super::row::GROUP;
use super::score::Score;
use crate::align::scoring::CLASSES;

/// Profiles of one query, made when first needed.
#[derive(Debug, Default)]
pub(super) struct Profile<S> {
    scores: Vec<S>,
    /// Where the profile of each class of letters begins.
    begins: [Option<usize>; CLASSES],
}

impl<S: Score> Profile<S> {
    /// Forgets the query.
    pub fn clear(&mut self) {
        self.scores.clear();
        self.begins.fill(None);
    }

    /// Scores of the row's letter paired with each query letter, as kept and tagged; a group more than there are.
    pub fn row(&mut self, row: &Row<S>, query_classes: &[u8]) -> &[S] {
        let begin = *self.begins[row.class].get_or_insert_with(|| {
            let begin = self.scores.len();
            let scores: [S; CLASSES] = std::array::from_fn(|class| row.pair(class as u8));
            self.scores.extend(query_classes.iter().map(|&class| scores[usize::from(class) % CLASSES]));
            self.scores.extend([S::UNREACHABLE; GROUP]);
            begin
        });
        &self.scores[begin..begin + query_classes.len() + GROUP]
    }
}

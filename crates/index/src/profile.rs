//! Which mutations a selection has, how often, and at how many of its rows the position is known; and its letters.
//!
//! What rows change in their ancestors is summed, of the rows or of all others, whichever are fewer; what the ancestors
//! have is added along the tree. Refuses to choose what is worth showing. Start at [`Selection::mutations`].

use crate::kept::is_unread;
use crate::row::{Insertion, RowId};
use crate::step::{codes, letter_of};
use crate::visible::Selection;

/// A mutation and how often it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// From 0.
    pub position: u32,
    /// The letter, never ambiguous.
    pub letter: u8,
    /// Rows that have it.
    pub count: u64,
    /// Rows with an unambiguous letter, deletions among them, at the position.
    pub coverage: u64,
}

impl Selection<'_> {
    /// All mutations of a sequence in order of position, then letter; `None` if there is no such sequence.
    pub fn mutations(&self, sequence: usize) -> Option<Vec<Counted>> {
        let reference = self.index.schema.sequences.get(sequence)?;
        let alphabet = reference.alphabet;
        let sums = self.index.kept.get(sequence)?.sums(reference, &self.rows);
        let letters: Vec<u8> = (0..codes(alphabet)).map(|code| letter_of(alphabet, code)).collect();
        let certain: Vec<bool> = letters.iter().map(|letter| alphabet.is_certain(*letter)).collect();
        let mut found = Vec::new();
        for ((position, (counts, unread)), own) in (0u32..).zip(sums.positions()).zip(&reference.letters) {
            // Of few rows, most positions have nothing to look at.
            if counts.iter().all(|count| *count == 0) {
                continue;
            }
            let others = || counts.iter().zip(&letters).enumerate().filter(|(_, (_, letter))| *letter != own);
            let is_vague = |code: &usize| !certain[*code] && !is_unread(alphabet, *code);
            let vague: i32 = others().filter(|(code, _)| is_vague(code)).map(|(_, (count, _))| count).sum();
            let coverage = self.rows.len().saturating_sub(u64::from((unread + vague).unsigned_abs()));
            for (code, (&count, &letter)) in others() {
                if count > 0 && certain[code] {
                    found.push(Counted {
                        position,
                        letter,
                        count: u64::from(count.unsigned_abs()),
                        coverage,
                    });
                }
            }
        }
        Some(found)
    }

    /// All insertions of a sequence in order of position, then letters, and how many rows have each; `None` if there is
    /// no such sequence.
    pub fn insertions(&self, sequence: usize) -> Option<Vec<(Insertion, u64)>> {
        let all = self.index.symbols.get(sequence)?.insertions();
        let counted = all.map(|(after, letters, rows)| {
            (Insertion { after, letters: letters.to_vec() }, rows.intersection_len(&self.rows))
        });
        Some(counted.filter(|(_, count)| *count > 0).collect())
    }

    /// Writes the letters of a row's sequence over what is in `out`. Whether the row is selected, and there is such a
    /// sequence.
    pub fn letters(&self, row: RowId, sequence: usize, out: &mut Vec<u8>) -> bool {
        let (schema, kept) = (&self.index.schema, &self.index.kept);
        let (Some(reference), Some(kept)) = (schema.sequences.get(sequence), kept.get(sequence)) else {
            return false;
        };
        let is_selected = self.rows.contains(row.0);
        if is_selected {
            kept.write(reference, row.0, out);
        }
        is_selected
    }

    /// Hands each row's letters of a sequence out, in the order of rows. Whether there is such a sequence.
    pub fn aligned(&self, sequence: usize, mut take: impl FnMut(RowId, &[u8])) -> bool {
        let (schema, kept) = (&self.index.schema, &self.index.kept);
        let (Some(reference), Some(kept)) = (schema.sequences.get(sequence), kept.get(sequence)) else {
            return false;
        };
        let mut letters = Vec::with_capacity(reference.letters.len());
        for row in &self.rows {
            kept.write(reference, row, &mut letters);
            take(RowId(row), &letters);
        }
        true
    }
}

//! Selected rows as what makes them differ from the reference: for whoever takes genomes away in few bytes.
//!
//! Refuses to know how that is written. Start at [`Selection::reading`].

use crate::row::{Change, Insertion, Reading, RowId};
use crate::visible::Selection;
use std::collections::BTreeMap;

impl Selection<'_> {
    /// What a row changes in the reference of a sequence and what of it was not read, without insertions; `None` where
    /// the row is not selected or there is no such sequence.
    pub fn reading(&self, row: RowId, sequence: usize) -> Option<Reading> {
        let reference = self.index.schema.sequences.get(sequence)?;
        let mut letters = Vec::with_capacity(reference.letters.len());
        if !self.letters(row, sequence, &mut letters) {
            return None;
        }
        let mut reading = Reading::default();
        for ((position, &letter), &own) in (0u32..).zip(&letters).zip(&reference.letters) {
            if letter == own {
                continue;
            }
            if letter != reference.alphabet.unread() {
                reading.changes.push(Change { position, letter });
                continue;
            }
            match reading.unread.last_mut() {
                Some(run) if run.end == position => run.end += 1,
                _ => reading.unread.push(position..position + 1),
            }
        }
        Some(reading)
    }

    /// The insertions of all rows that have any in a sequence, by row, then position; `None` if there is no such
    /// sequence.
    pub fn inserted(&self, sequence: usize) -> Option<BTreeMap<RowId, Vec<Insertion>>> {
        let mut found: BTreeMap<RowId, Vec<Insertion>> = BTreeMap::new();
        for (after, letters, rows) in self.index.symbols.get(sequence)?.insertions() {
            for row in rows & &self.rows {
                let insertion = Insertion { after, letters: letters.to_vec() };
                found.entry(RowId(row)).or_default().push(insertion);
            }
        }
        Some(found)
    }
}

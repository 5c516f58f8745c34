//! Which value each row has, by the value's number, and which rows have each value.
//!
//! Fields whose values are all different (names, accessions) cost four bytes a row and four a value: a bitmap is made
//! only for a value that several rows have. Refuses to know values. Start at [`Coded::append`].

use roaring::{MultiOps, RoaringBitmap};
use std::collections::HashMap;

/// What stands for a row without a value.
pub(crate) const NONE: u32 = u32::MAX;

/// See the module.
#[derive(Debug, Clone, Default)]
pub(crate) struct Coded {
    /// Of each row.
    of_rows: Vec<u32>,
    /// Of each value: the first row that has it.
    first: Vec<u32>,
    /// Of values that several rows have: all of them.
    several: HashMap<u32, RoaringBitmap>,
}

impl Coded {
    /// The number that the next new value gets.
    pub(crate) fn next(&self) -> u32 {
        self.first.len() as u32
    }

    /// Appends a row with a value: one that other rows have, the next new one, or none.
    pub(crate) fn append(&mut self, value: Option<u32>) {
        let row = self.of_rows.len() as u32;
        self.of_rows.push(value.unwrap_or(NONE));
        let Some(value) = value else { return };
        match self.first.get(value as usize) {
            None => self.first.push(row),
            Some(&first) => {
                let rows = self.several.entry(value).or_insert_with(|| RoaringBitmap::from([first]));
                rows.insert(row);
            }
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.of_rows.len()
    }

    /// The value of a row.
    pub(crate) fn at(&self, row: u32) -> Option<u32> {
        self.of_rows.get(row as usize).copied().filter(|value| *value != NONE)
    }

    /// The values of all rows, [`NONE`] where there is none.
    pub(crate) fn all(&self) -> &[u32] {
        &self.of_rows
    }

    /// Rows without a value.
    pub(crate) fn nulls(&self) -> RoaringBitmap {
        let rows = (0u32..).zip(&self.of_rows);
        rows.filter(|(_, value)| **value == NONE).map(|(row, _)| row).collect()
    }

    /// Rows that have any of some values.
    pub(crate) fn any(&self, values: impl Iterator<Item = u32>) -> RoaringBitmap {
        let (mut alone, mut several): (Vec<u32>, Vec<&RoaringBitmap>) = Default::default();
        for value in values {
            match self.several.get(&value) {
                Some(rows) => several.push(rows),
                None => alone.extend(self.first.get(value as usize)),
            }
        }
        alone.sort_unstable();
        match (several.as_slice(), alone.is_empty()) {
            ([rows], true) => (*rows).clone(),
            _ => several.union() | RoaringBitmap::from_iter(alone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_and_values_agree(drawn in prop::collection::vec(prop::option::of(0usize..6), 0..60)) {
            let (mut coded, mut known) = (Coded::default(), Vec::new());
            for value in &drawn {
                let number = value.map(|value| known.iter().position(|one| *one == value).unwrap_or_else(|| {
                    known.push(value);
                    known.len() - 1
                }));
                coded.append(number.map(|number| number as u32));
            }
            let rows = |wanted: &[Option<usize>]| -> Vec<u32> {
                (0u32..).zip(&drawn).filter(|(_, value)| wanted.contains(value)).map(|(row, _)| row).collect()
            };
            let found = |bitmap: RoaringBitmap| bitmap.into_iter().collect::<Vec<_>>();
            prop_assert_eq!(found(coded.nulls()), rows(&[None]));
            for (number, value) in (0u32..).zip(&known) {
                prop_assert_eq!(found(coded.any([number].into_iter())), rows(&[Some(*value)]));
            }
            let some: Vec<Option<usize>> = known.iter().step_by(2).map(|value| Some(*value)).collect();
            prop_assert_eq!(found(coded.any((0..coded.next()).step_by(2))), rows(&some));
        }
    }
}

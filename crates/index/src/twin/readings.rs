//! What makes rows differ from the reference, held against the letters and insertions they were made of.

use super::{Plain, REFERENCE};
use crate::visible::Selection;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Whether the letters come again out of the differences, and the insertions are those of the rows.
pub(super) fn agree(
    selection: &Selection,
    slow: &[&Plain],
    aligned: &[Vec<u8>],
) -> Result<(), TestCaseError> {
    let rebuilt = selection.rows().map(|row| {
        let (mut letters, reading) = (REFERENCE.to_vec(), selection.reading(row, 0).expect("selected"));
        reading.changes.iter().for_each(|change| letters[change.position as usize] = change.letter);
        reading.unread.iter().for_each(|run| letters[run.start as usize..run.end as usize].fill(b'N'));
        letters
    });
    prop_assert_eq!(rebuilt.collect::<Vec<_>>(), aligned);
    let inserted = selection.inserted(0).expect("a sequence");
    let found = selection.rows().map(|row| inserted.get(&row).into_iter().flatten().cloned().collect());
    let own = |plain: &&Plain| plain.row.readings[0].insertions.iter().cloned().collect::<BTreeSet<_>>();
    prop_assert_eq!(found.collect::<Vec<BTreeSet<_>>>(), slow.iter().map(own).collect::<Vec<_>>());
    prop_assert!(selection.reading(crate::row::RowId(u32::MAX), 0).is_none());
    prop_assert!(selection.inserted(1).is_none());
    Ok(())
}

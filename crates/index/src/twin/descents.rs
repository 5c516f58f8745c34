//! What rows descend from, asked of every row: nodes by hand, changes from the letters of both.

use super::{Plain, REFERENCE, ancestors};
use crate::descent::Changed;
use crate::row::RowId;
use crate::visible::Selection;
use proptest::prelude::*;

/// Whether a row is at a node of the tree of three, or below it.
pub(super) fn descends(plain: &Plain, node: &str) -> bool {
    let nodes: &[u32] = match node {
        "one" => &[1, 2],
        "two" => &[2],
        "three" => &[3],
        _ => &[],
    };
    nodes.contains(&plain.row.ancestor.0)
}

/// What each row changes in its node, beside the letters of both.
pub(super) fn agree(selection: &Selection, rows: &[Plain]) -> Result<(), TestCaseError> {
    for (row, plain) in (0u32..).map(RowId).zip(rows) {
        let node = selection.ancestor(row);
        prop_assert_eq!(node, selection.holds(row).then_some(plain.row.ancestor));
        let Some(node) = node else {
            prop_assert_eq!(selection.descent(row, 0), None);
            continue;
        };
        let mut above = REFERENCE.to_vec();
        let path = if node.0 == 2 { vec![1, 2] } else { vec![node.0] };
        for ancestor in
            path.iter().filter_map(|node| ancestors().into_iter().nth(node.checked_sub(1)? as usize))
        {
            ancestor.changes[0].iter().for_each(|one| above[one.position as usize] = one.letter);
        }
        let both = (0u32..).zip(above.iter().zip(&plain.letters));
        let is_told = |&(_, (from, to)): &(u32, (&u8, &u8))| {
            from != to && b"ACGT-".contains(from) && b"ACGT-".contains(to)
        };
        let told = both.filter(is_told).map(|(position, (&from, &to))| Changed { position, from, to });
        prop_assert_eq!(selection.descent(row, 0), Some(told.collect()));
    }
    prop_assert_eq!(selection.descent(RowId(0), 9), None);
    Ok(())
}

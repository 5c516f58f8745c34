//! Rows in the order of fields, beside all of them sorted.

use super::Plain;
use crate::row::{RowId, Value};
use crate::visible::Selection;
use proptest::prelude::*;
use std::cmp::Ordering;

/// Some of the rows in an order are those that stand there when all are sorted.
pub(super) fn agree(selection: &Selection, rows: &[Plain]) -> Result<(), TestCaseError> {
    let value = |row: &RowId, field: usize| -> &Value { &rows[row.0 as usize].row.values[field] };
    for by in
        [vec![], vec![(0, false)], vec![(1, true)], vec![(0, true), (1, false)], vec![(2, false), (0, false)]]
    {
        let compared = |one: &RowId, other: &RowId| {
            let orders = by.iter().map(|(field, is_turned): &(usize, bool)| {
                let order = value(one, *field).cmp(value(other, *field));
                if *is_turned { order.reverse() } else { order }
            });
            orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let mut sorted: Vec<RowId> = selection.rows().collect();
        sorted.sort_by(compared);
        for (skipped, count) in [(0, usize::MAX), (0, 0), (0, 1), (1, 1), (2, 3), (usize::MAX, 1)] {
            let part: Vec<RowId> = sorted.iter().copied().skip(skipped).take(count).collect();
            prop_assert_eq!(selection.ordered(&by, skipped, count), Some(part));
        }
    }
    prop_assert_eq!(selection.ordered(&[(99, false)], 0, 1), None);
    Ok(())
}

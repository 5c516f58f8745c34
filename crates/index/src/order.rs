//! Rows of a selection in the order of some fields, as many as are wanted.
//!
//! Where few of many are wanted, most rows are turned away by one look. Rows without a value come first, and last where an
//! order is turned; rows that are alike come as they were appended. Start at [`Selection::ordered`].

use crate::columns::Column;
use crate::row::RowId;
use crate::visible::Selection;
use std::cmp::Ordering;

/// Fields in the order in which they count, and whether each is turned.
struct Keys<'a>(Vec<(&'a Column, bool)>);

impl Keys<'_> {
    fn compared(&self, one: u32, other: u32) -> Ordering {
        let by_field = self.0.iter().map(|(column, is_turned)| {
            let order = column.compared(one, other);
            if *is_turned { order.reverse() } else { order }
        });
        by_field.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal).then(one.cmp(&other))
    }
}

impl Selection<'_> {
    /// So many rows in the order of some fields, each turned or not, after passing over some. `None` if a field is none.
    pub fn ordered(&self, by: &[(usize, bool)], skipped: usize, count: usize) -> Option<Vec<RowId>> {
        let column = |(field, is_turned): &(usize, bool)| Some((self.index.columns.get(*field)?, *is_turned));
        let keys = Keys(by.iter().map(column).collect::<Option<_>>()?);
        let wanted = skipped.saturating_add(count);
        let mut first = self.first(&keys, wanted);
        first.sort_unstable_by(|one, other| keys.compared(*one, *other));
        Some(first.into_iter().skip(skipped).take(count).map(RowId).collect())
    }

    /// So many rows that come before all others, in any order; others may be among them.
    fn first(&self, keys: &Keys, wanted: usize) -> Vec<u32> {
        let all = usize::try_from(self.rows.len()).unwrap_or(usize::MAX);
        if wanted == 0 || wanted >= all / 2 {
            return if wanted == 0 { Vec::new() } else { self.rows.iter().collect() };
        }
        let mut first: Vec<u32> = Vec::with_capacity(2 * wanted);
        let mut last = None;
        for row in &self.rows {
            if last.is_some_and(|last| keys.compared(row, last).is_gt()) {
                continue;
            }
            first.push(row);
            if first.len() == 2 * wanted {
                first.select_nth_unstable_by(wanted - 1, |one, other| keys.compared(*one, *other));
                first.truncate(wanted);
                last = first.last().copied();
            }
        }
        first
    }
}

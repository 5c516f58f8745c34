//! How many rows a selection has for each combination of values of some fields.
//!
//! Where the combinations that there can be are few, each has a cell in a table; where they are many, those that are
//! found are numbered, one field after the other. Both say the same. Start at [`Selection::count_by`].

use crate::columns::Column;
use crate::row::Value;
use crate::visible::Selection;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap};

/// Cells of a table at most: 16 MB.
const MAX_CELLS: usize = 1 << 22;
/// Cells of a table that are worth their making, whatever the rows are.
const FEW_CELLS: usize = 1 << 12;
/// Cells of a table for each row that are worth their making.
const CELLS_PER_ROW: u64 = 8;

impl Selection<'_> {
    /// How many rows for each combination of values of some fields, null among them. `None` if a field is none.
    pub fn count_by(&self, fields: &[usize]) -> Option<BTreeMap<Vec<Value>, u64>> {
        let columns: Vec<&Column> =
            fields.iter().map(|&field| self.index.columns.get(field)).collect::<Option<_>>()?;
        let worth = usize::try_from(self.rows.len().saturating_mul(CELLS_PER_ROW)).unwrap_or(MAX_CELLS);
        let most = worth.clamp(FEW_CELLS, MAX_CELLS);
        let cells = columns.iter().try_fold(1usize, |cells, column| cells.checked_mul(column.width()));
        Some(match cells.filter(|cells| *cells <= most) {
            Some(cells) => by_table(&columns, cells, &self.rows),
            None => by_number(&columns, &self.rows),
        })
    }
}

/// A cell for each combination that there can be, the last field's values side by side.
fn by_table(columns: &[&Column], cells: usize, rows: &RoaringBitmap) -> BTreeMap<Vec<Value>, u64> {
    let mut counts = vec![0u32; cells];
    for row in rows {
        let cell = columns.iter().fold(0, |cell, column| cell * column.width() + column.code(row));
        if let Some(count) = counts.get_mut(cell) {
            *count += 1;
        }
    }
    let found = counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
    let told = found.map(|(mut cell, count)| {
        let mut values = vec![Value::Null; columns.len()];
        for (value, column) in values.iter_mut().zip(columns).rev() {
            *value = column.told(cell % column.width());
            cell /= column.width();
        }
        (values, u64::from(count))
    });
    told.collect()
}

/// A number for each combination that is found.
fn by_number(columns: &[&Column], rows: &RoaringBitmap) -> BTreeMap<Vec<Value>, u64> {
    let mut group_of = vec![0u32; usize::try_from(rows.len()).unwrap_or(usize::MAX)];
    for column in columns {
        let mut numbers: HashMap<(u32, usize), u32> = HashMap::new();
        for (group, row) in group_of.iter_mut().zip(rows) {
            let next = numbers.len() as u32;
            *group = *numbers.entry((*group, column.code(row))).or_insert(next);
        }
    }
    let mut counted: HashMap<u32, (u32, u64)> = HashMap::new();
    for (group, row) in group_of.into_iter().zip(rows) {
        counted.entry(group).or_insert((row, 0)).1 += 1;
    }
    let told = counted
        .into_values()
        .map(|(row, count)| (columns.iter().map(|column| column.value(row)).collect(), count));
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::FieldKind;
    use proptest::prelude::*;

    fn column(kind: FieldKind, values: &[Value]) -> Column {
        let mut column = Column::new(kind);
        values.iter().for_each(|value| column.append(value));
        column
    }

    proptest! {
        #[test]
        fn table_and_numbers_agree(
            values in prop::collection::vec((prop::option::of("[ab]{0,2}"), prop::option::of(-3..9i64)), 0..40),
            chosen in prop::collection::btree_set(0..40u32, 0..40),
        ) {
            let texts: Vec<Value> =
                values.iter().map(|(text, _)| text.clone().map_or(Value::Null, Value::Text)).collect();
            let numbers: Vec<Value> =
                values.iter().map(|(_, number)| number.map_or(Value::Null, Value::Number)).collect();
            let (texts, numbers) = (column(FieldKind::Text, &texts), column(FieldKind::Int, &numbers));
            let rows: RoaringBitmap = chosen.into_iter().filter(|row| (*row as usize) < values.len()).collect();
            for columns in [vec![&texts, &numbers], vec![&numbers, &texts], vec![&texts], vec![&numbers]] {
                let cells = columns.iter().map(|column| column.width()).product();
                let mut slow: BTreeMap<Vec<Value>, u64> = BTreeMap::new();
                for row in &rows {
                    *slow.entry(columns.iter().map(|column| column.value(row)).collect()).or_default() += 1;
                }
                prop_assert_eq!(&by_table(&columns, cells, &rows), &slow);
                prop_assert_eq!(&by_number(&columns, &rows), &slow);
            }
        }
    }

    #[test]
    fn numbers_that_are_far_apart_need_no_table() {
        let far = column(FieldKind::Int, &[Value::Number(i64::MIN), Value::Null, Value::Number(i64::MAX)]);
        let rows: RoaringBitmap = (0..3).collect();
        assert!(far.width() > MAX_CELLS);
        assert_eq!(by_number(&[&far], &rows).len(), 3);
    }
}

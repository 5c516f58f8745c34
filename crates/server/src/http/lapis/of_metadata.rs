//! Counts by fields, and rows of fields.
//!
//! Start at [`aggregated`] and [`details`].

use super::asked::Asked;
use super::columns::{self, cell};
use super::details::Chosen;
use super::fault::Fault;
use super::order::{ByColumns, Order};
use super::select::Ground;
use super::told::Told;
use crate::app::index::fields::{FIELDS, FieldRule};
use hearth_index::groups::By;
use hearth_index::row::{RowId, Value as Cell};
use hearth_index::visible::Selection;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many genomes there are for each combination of values of some columns.
///
/// # Errors
/// When something in the question is wrong.
pub fn aggregated(ground: &Ground, asked: &Asked) -> Result<Told, Fault> {
    let (wanted, groups) = ground.with(asked, |held, selection| {
        let wanted = columns::wanted(asked, held.index.schema())?;
        let by: Vec<By> = wanted.iter().map(|column| column.by).collect();
        let groups = if by.is_empty() {
            BTreeMap::from([(Vec::new(), selection.count())])
        } else {
            selection.count_by(&by).unwrap_or_default()
        };
        Ok((wanted, groups))
    })?;
    let mut names: Vec<&str> = wanted.iter().map(|column| column.name.as_str()).collect();
    names.push("count");
    let order = Order::read(asked, &names, &[])?;
    let mut counts: BTreeMap<Vec<Cell>, u64> = BTreeMap::new();
    for (values, count) in groups {
        let values = values.iter().zip(&wanted).map(|(value, column)| column.value(value)).collect();
        *counts.entry(values).or_default() += count;
    }
    let row = |(values, count): (Vec<Cell>, u64)| {
        let cells = values.iter().zip(&wanted).map(|(value, column)| column.told(value));
        cells.chain(std::iter::once(Value::from(count))).collect::<Vec<_>>()
    };
    let rows = counts.into_iter().map(row).collect();
    let key = |row: &Vec<Value>| Value::from(row.clone()).to_string();
    let rows = order.of(rows, |row, column| row.get(column).cloned().unwrap_or_default(), key);
    let columns = names.into_iter().map(str::to_owned).collect();
    Ok(Told::Table { name: "aggregated", columns, rows: Box::new(rows) })
}

/// The values of some fields, all if none is named, of each genome.
///
/// # Errors
/// When something in the question is wrong.
pub fn details(ground: &Ground, asked: &Asked) -> Result<Told, Fault> {
    let named = columns::fields(asked)?;
    let fields: Vec<(usize, &'static FieldRule)> =
        if named.is_empty() { FIELDS.iter().enumerate().collect() } else { named };
    let names: Vec<&str> = fields.iter().map(|(_, field)| field.name).collect();
    let order = Order::read(asked, &names, &[])?;
    ground.with(asked, |_, selection| {
        let rows = in_order(&order, &fields, selection);
        Ok(Told::Genomes(Chosen { fields, rows, aside: selection.set_aside() }))
    })
}

/// The values of some fields of a row.
pub fn values_of(selection: &Selection, row: RowId, fields: &[(usize, &FieldRule)]) -> Vec<Value> {
    (0..fields.len()).map(|column| value_of(selection, row, fields, column)).collect()
}

/// The rows of a selection in an order of some fields' columns, and the part of them that is wanted.
pub fn in_order(order: &Order, fields: &[(usize, &FieldRule)], selection: &Selection) -> Vec<RowId> {
    if order.is_any() {
        return order.part(selection.rows());
    }
    if let Some(ByColumns { columns, skipped, count }) = order.by_columns() {
        let number = |(column, is_turned): &(usize, bool)| Some((fields.get(*column)?.0, *is_turned));
        let by: Option<Vec<(usize, bool)>> = columns.iter().map(number).collect();
        return by.and_then(|by| selection.ordered(&by, skipped, count)).unwrap_or_default();
    }
    // The first field is the primary key.
    let key = |row: &RowId| selection.value(*row, 0).map_or_else(String::new, |value| format!("{value:?}"));
    order.of(selection.rows().collect(), |row, column| value_of(selection, *row, fields, column), key)
}

fn value_of(selection: &Selection, row: RowId, fields: &[(usize, &FieldRule)], column: usize) -> Value {
    let Some((number, field)) = fields.get(column) else { return Value::Null };
    selection.value(row, *number).map_or(Value::Null, |value| cell(&value, field.kind))
}

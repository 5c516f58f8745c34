//! Counts by fields, and rows of fields.
//!
//! Start at [`aggregated`] and [`details`].

use super::asked::Asked;
use super::fault::Fault;
use super::order::Order;
use super::select::Bench;
use super::told::Told;
use crate::app::index::fields::{FIELDS, FieldRule};
use hearth_base::time::UtcTime;
use hearth_index::groups::By;
use hearth_index::row::{FieldKind, RowId, Value as Cell};
use hearth_index::visible::Selection;
use serde_json::Value;

/// Rows of one answer.
const ROWS_MAX: usize = 100_000;
const DAY_MS: i64 = 86_400_000;

/// How many genomes there are for each combination of values of some fields.
///
/// # Errors
/// When something in the question is wrong.
pub fn aggregated(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    let fields = wanted(asked)?;
    let mut columns: Vec<String> = fields.iter().map(|(_, field)| field.name.to_owned()).collect();
    columns.push("count".to_owned());
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let order = Order::read(asked, &names, &[])?;
    let groups = bench.with(asked, |_, selection| {
        if fields.is_empty() {
            return Ok(vec![vec![Value::from(selection.count())]]);
        }
        let numbers: Vec<By> = fields.iter().map(|(number, _)| By::Field(*number)).collect();
        let groups = selection.count_by(&numbers).unwrap_or_default();
        let row = |(values, count): (Vec<Cell>, u64)| {
            let cells = values.iter().zip(&fields).map(|(value, (_, field))| cell(value, field.kind));
            cells.chain(std::iter::once(Value::from(count))).collect::<Vec<_>>()
        };
        Ok(groups.into_iter().map(row).collect())
    })?;
    let key = |row: &Vec<Value>| Value::from(row.clone()).to_string();
    let rows = order.of(groups, |row, column| row.get(column).cloned().unwrap_or_default(), key);
    Ok(Told::Table { name: "aggregated", columns, rows })
}

/// The values of some fields, all if none is named, of each genome.
///
/// # Errors
/// When something in the question is wrong.
pub fn details(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    let named = wanted(asked)?;
    let fields: Vec<(usize, &FieldRule)> =
        if named.is_empty() { FIELDS.iter().enumerate().collect() } else { named };
    let names: Vec<&str> = fields.iter().map(|(_, field)| field.name).collect();
    let order = Order::read(asked, &names, &[])?;
    let rows = bench.with(asked, |_, selection| {
        let value = |row: &RowId, column: usize| value_of(selection, *row, &fields, column);
        let rows = in_order(&order, &fields, selection);
        if rows.len() > ROWS_MAX {
            let text = format!("these are {} genomes, and an answer has at most {ROWS_MAX} rows: use limit and offset, or fewer filters", rows.len());
            return Err(Fault::bad(text));
        }
        Ok(rows.iter().map(|row| (0..fields.len()).map(|column| value(row, column)).collect()).collect())
    })?;
    let columns = names.iter().map(|name| (*name).to_owned()).collect();
    Ok(Told::Table { name: "details", columns, rows })
}

/// The rows of a selection in an order of some fields' columns, and the part of them that is wanted.
pub(super) fn in_order(order: &Order, fields: &[(usize, &FieldRule)], selection: &Selection) -> Vec<RowId> {
    if order.is_any() {
        return order.part(selection.rows());
    }
    // The first field is the primary key.
    let key = |row: &RowId| selection.value(*row, 0).map_or_else(String::new, |value| format!("{value:?}"));
    order.of(selection.rows().collect(), |row, column| value_of(selection, *row, fields, column), key)
}

fn value_of(selection: &Selection, row: RowId, fields: &[(usize, &FieldRule)], column: usize) -> Value {
    let Some((number, field)) = fields.get(column) else { return Value::Null };
    selection.value(row, *number).map_or(Value::Null, |value| cell(&value, field.kind))
}

/// The fields that a question names, each once, with their numbers.
fn wanted(asked: &Asked) -> Result<Vec<(usize, &'static FieldRule)>, Fault> {
    let mut found: Vec<(usize, &FieldRule)> = Vec::new();
    for name in asked.texts("fields")? {
        let field = FIELDS.iter().enumerate().find(|(_, field)| field.name.eq_ignore_ascii_case(name));
        let unknown = || {
            let known: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
            Fault::bad(format!("Unknown field: '{name}', known values are [{}]", known.join(", ")))
        };
        let (number, field) = field.ok_or_else(unknown)?;
        if found.iter().all(|(known, _)| *known != number) {
            found.push((number, field));
        }
    }
    Ok(found)
}

/// A value as JSON has it.
pub(super) fn cell(value: &Cell, kind: FieldKind) -> Value {
    match (value, kind) {
        (Cell::Null, _) => Value::Null,
        (Cell::Text(text), _) => Value::from(text.clone()),
        (Cell::Number(day), FieldKind::Date) => {
            Value::from(UtcTime::from_unix_ms(day.saturating_mul(DAY_MS)).date().to_string())
        }
        (Cell::Number(number), FieldKind::Boolean) => Value::from(*number != 0),
        (Cell::Number(number), _) => Value::from(*number),
    }
}

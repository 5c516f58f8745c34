//! The genomes nearest to one of them, among those that a question selects.
//!
//! LAPIS has no such address; filters, fields and forms are as everywhere else. What counts as a difference stands in
//! docs/manual/neighbours.md. Refuses to know letters. Start at [`nearest`].

use super::asked::Asked;
use super::columns::{cell, fields};
use super::fault::Fault;
use super::select::Ground;
use super::sequences::segment_compared;
use super::told::Told;
use crate::app::index::fields::{FIELDS, FieldRule, PRIMARY_KEY};
use hearth_index::filter::Filter;
use hearth_index::nearest::{MAX_NEIGHBOURS, Neighbour};
use hearth_index::row::RowId;
use hearth_index::sought::Sought;
use hearth_index::visible::{Selection, Visible};
use serde_json::Value;
use std::collections::HashMap;

/// Neighbours, where nothing is said.
const MOST: usize = 10;
/// Fields that are shown, where none is named.
const SHOWN: [&str; 5] = [PRIMARY_KEY, "date", "country", "clade", "lineage"];

/// The genomes nearest to the one that `of` names, the nearest first: `most` of them, no farther than `distance`.
///
/// # Errors
/// When something in the question is wrong, or there is no such genome.
pub fn nearest(ground: &Ground, asked: &Asked) -> Result<Told, Fault> {
    let most = asked.number("most")?.unwrap_or(MOST as f64) as usize;
    let farthest = asked.number("distance")?.map_or(u32::MAX, |distance| distance as u32);
    let of = asked.text("of")?.filter(|of| !of.trim().is_empty()).ok_or_else(|| {
        Fault::bad("name the genome in the key of: its accession, with a version or without")
    })?;
    if most > MAX_NEIGHBOURS {
        return Err(Fault::bad(format!(
            "most is {most}, and an answer has at most {MAX_NEIGHBOURS} genomes"
        )));
    }
    let named = fields(asked)?;
    let shown: Vec<(usize, &FieldRule)> = if named.is_empty() {
        let is_shown = |(_, field): &(usize, &FieldRule)| SHOWN.contains(&field.name);
        FIELDS.iter().enumerate().filter(is_shown).collect()
    } else {
        named
    };
    let segment = segment_compared(ground.shelf().held().index.schema(), asked)?;
    let rows: Vec<Vec<Value>> = ground.with_all(asked, |visible, selection| {
        let sought = row_of(visible, of, segment)?;
        let mut found = selection.nearest(&sought, most).map_err(|error| Fault::bad(error.to_string()))?;
        found.retain(|neighbour| neighbour.distance <= farthest);
        Ok(found.iter().map(|neighbour| told(selection, &shown, neighbour)).collect())
    })?;
    let mut columns: Vec<String> = shown.iter().map(|(_, field)| field.name.to_owned()).collect();
    columns.extend(["distance", "compared"].map(str::to_owned));
    Ok(Told::Table { name: "nearest", columns, rows: Box::new(rows) })
}

/// The genome of an accession: its newest version that the reader sees, unless one is named.
fn row_of(visible: &Visible, of: &str, segment: usize) -> Result<Sought, Fault> {
    let numbers: HashMap<&str, usize> =
        FIELDS.iter().enumerate().map(|(number, field)| (field.name, number)).collect();
    let same = |name: &str| {
        let field = numbers.get(name).copied().unwrap_or_default();
        Filter::Text { field, text: of.trim().to_uppercase() }
    };
    let all = visible.select(&Filter::Or(vec![same(PRIMARY_KEY), same("accession")]))?;
    let newest: Option<RowId> = all.rows().last();
    newest
        .and_then(|row| all.sought(segment, row))
        .ok_or_else(|| Fault::bad(format!("there is no genome {of:.60} of this pathogen that you may see")))
}

fn told(selection: &Selection, shown: &[(usize, &FieldRule)], neighbour: &Neighbour) -> Vec<Value> {
    let value = |(number, field): &(usize, &FieldRule)| {
        selection.value(neighbour.row, *number).map_or(Value::Null, |value| cell(&value, field.kind))
    };
    let numbers = [Value::from(neighbour.distance), Value::from(neighbour.compared)];
    shown.iter().map(value).chain(numbers).collect()
}

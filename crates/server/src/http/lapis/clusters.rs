//! Genomes that are linked by short distances, among those that a question selects.
//!
//! LAPIS has no such address; filters, fields and forms are as everywhere else. What is needed is taken out of the index
//! first, so that nobody waits for the work, and it ends when whoever asked goes away. What counts as a difference stands
//! in docs/manual/neighbours.md. Start at [`clusters`].

use super::asked::Asked;
use super::columns::{cell, fields};
use super::fault::Fault;
use super::order::Order;
use super::select::Ground;
use super::sequences::segment_compared;
use super::told::Told;
use crate::app::index::fields::{FIELDS, FieldRule, PRIMARY_KEY};
use hearth_index::clusters::{Apart, ClusterError};
use hearth_index::row::RowId;
use hearth_index::visible::{Selection, SetAside, Visible};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Genomes that are clustered at once: some two seconds of a processor.
const GENOMES_MAX: u64 = 20_000;
/// So many clusterings are made at the same time.
const AT_ONCE: usize = 2;
/// When to ask again if there are more.
const WAIT_S: u64 = 5;
/// Fields that are shown, where none is named.
const SHOWN: [&str; 5] = [PRIMARY_KEY, "date", "country", "clade", "lineage"];

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A place among those that are made at the same time.
struct Place;

impl Place {
    fn take() -> Result<Self, Fault> {
        // Counted before it is asked, so that two never take the last place.
        let place = (RUNNING.fetch_add(1, Ordering::AcqRel), Self);
        if place.0 < AT_ONCE {
            return Ok(place.1);
        }
        let text = format!("{AT_ONCE} other clusterings are being made: ask again in {WAIT_S} seconds");
        Err(Fault::later(text, WAIT_S))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The clusters of the genomes that a question selects, the largest first: a row for each member. Two genomes are linked
/// if they are no farther apart than `distance`.
///
/// # Errors
/// When something in the question is wrong, or too much is asked for.
pub fn clusters(ground: &Ground, asked: &Asked) -> Result<Told, Fault> {
    let distance = asked.number("distance")?.ok_or_else(|| {
        Fault::bad("say in the key distance how many differences two linked genomes may have: distance=2")
    })?;
    let shown = shown(asked)?;
    let mut columns = vec!["cluster".to_owned(), "size".to_owned()];
    columns.extend(shown.iter().map(|(_, field)| field.name.to_owned()));
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let order = Order::read(asked, &names, &[])?;
    let segment = segment_compared(ground.shelf().held().index.schema(), asked)?;
    let _place = Place::take()?;
    let (apart, aside) = ground.with(asked, |_, selection| taken_out(selection, segment))?;
    let found = apart.clusters(distance as u32, &|| ground.is_awaited());
    let found = found.map_err(|error| Fault::bad(error.to_string()))?;
    drop(apart);
    let held = ground.shelf().held();
    let selection = match aside.again(&held.index) {
        Some(selection) => selection,
        None => Visible::new(&held.index, &ground.reader).again(&aside),
    };
    let rows = rows(&selection, &shown, &found);
    let key = |row: &Vec<Value>| row.get(2).map(Value::to_string).unwrap_or_default();
    let rows = order.of(rows, |row, column| row.get(column).cloned().unwrap_or_default(), key);
    Ok(Told::Table { name: "clusters", columns, rows: Box::new(rows) })
}

/// What the clusters of a selection by one segment need.
fn taken_out(selection: &Selection, segment: usize) -> Result<(Apart, SetAside), Fault> {
    if selection.count() > GENOMES_MAX {
        return Err(Fault::bad(format!(
            "these are {} genomes, and at most {GENOMES_MAX} are clustered at once: use more filters, for instance fewer months",
            selection.count()
        )));
    }
    let apart = selection.apart(segment).map_err(|error: ClusterError| Fault::bad(error.to_string()))?;
    Ok((apart, selection.set_aside()))
}

fn shown(asked: &Asked) -> Result<Vec<(usize, &'static FieldRule)>, Fault> {
    let named = fields(asked)?;
    if !named.is_empty() {
        return Ok(named);
    }
    let is_shown = |(_, field): &(usize, &FieldRule)| SHOWN.contains(&field.name);
    Ok(FIELDS.iter().enumerate().filter(is_shown).collect())
}

/// A row for each member that may still be seen.
fn rows(selection: &Selection, shown: &[(usize, &FieldRule)], found: &[Vec<RowId>]) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    for members in found {
        let there: Vec<RowId> = members.iter().copied().filter(|row| selection.holds(*row)).collect();
        if there.len() < 2 {
            continue;
        }
        let number = rows.last().and_then(|row: &Vec<Value>| row.first()?.as_u64()).unwrap_or(0) + 1;
        for row in &there {
            let value = |(field, rule): &(usize, &FieldRule)| {
                selection.value(*row, *field).map_or(Value::Null, |value| cell(&value, rule.kind))
            };
            let numbers = [Value::from(number), Value::from(there.len())];
            rows.push(numbers.into_iter().chain(shown.iter().map(value)).collect());
        }
    }
    rows
}

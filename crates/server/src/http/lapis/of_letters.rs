//! Mutations and insertions, and how often they were found.
//!
//! Start at [`nucleotide_mutations`].

use super::asked::Asked;
use super::fault::Fault;
use super::order::Order;
use super::select::Ground;
use super::told::Told;
use hearth_index::alphabet::Alphabet;
use hearth_index::profile::Counted;
use hearth_index::row::Reference;
use serde_json::{Number, Value};

const COLUMNS: [&str; 8] =
    ["mutation", "count", "coverage", "proportion", "sequenceName", "mutationFrom", "mutationTo", "position"];
const INSERTION_COLUMNS: [&str; 5] = ["insertion", "count", "insertedSymbols", "position", "sequenceName"];
/// Which are shown where nothing is said.
const PROPORTION_MIN: f64 = 0.05;

/// Mutations of the genome.
///
/// # Errors
/// When something in the question is wrong.
pub fn nucleotide_mutations(ground: &Ground, asked: &Asked) -> Result<Told, Fault> {
    mutations(ground, asked, Alphabet::Nucleotide, "nucleotideMutations")
}

/// Mutations of the coding sequences.
///
/// # Errors
/// When something in the question is wrong.
pub fn amino_acid_mutations(ground: &Ground, asked: &Asked) -> Result<Told, Fault> {
    mutations(ground, asked, Alphabet::AminoAcid, "aminoAcidMutations")
}

fn mutations(ground: &Ground, asked: &Asked, alphabet: Alphabet, name: &'static str) -> Result<Told, Fault> {
    let least = asked.number("minProportion")?.unwrap_or(PROPORTION_MIN);
    if least > 1.0 {
        return Err(Fault::bad(format!("minProportion is {least}, and must be between 0 and 1")));
    }
    let order = Order::read(
        asked,
        &COLUMNS,
        &[("mutation", &["sequenceName", "mutationFrom", "position", "mutationTo"][..])],
    )?;
    let rows = ground.with(asked, |held, selection| {
        let mut rows = Vec::new();
        let sequences = held.index.schema().sequences.iter().enumerate();
        for (number, reference) in sequences.filter(|(_, reference)| reference.alphabet == alphabet) {
            let counted = selection.mutations(number).unwrap_or_default();
            let shown = counted.iter().filter(|one| one.count as f64 >= (least * one.coverage as f64).ceil());
            rows.extend(shown.map(|one| row(reference, one)));
        }
        Ok(rows)
    })?;
    let key = |row: &Vec<Value>| row.first().map(Value::to_string).unwrap_or_default();
    let rows = order.of(rows, |row, column| row.get(column).cloned().unwrap_or_default(), key);
    only(asked, name, rows)
}

/// Insertions into the genome.
///
/// # Errors
/// When something in the question is wrong.
pub fn nucleotide_insertions(ground: &Ground, asked: &Asked) -> Result<Told, Fault> {
    insertions(ground, asked, Alphabet::Nucleotide, "nucleotideInsertions")
}

/// Insertions into the coding sequences.
///
/// # Errors
/// When something in the question is wrong.
pub fn amino_acid_insertions(ground: &Ground, asked: &Asked) -> Result<Told, Fault> {
    insertions(ground, asked, Alphabet::AminoAcid, "aminoAcidInsertions")
}

fn insertions(ground: &Ground, asked: &Asked, alphabet: Alphabet, name: &'static str) -> Result<Told, Fault> {
    let alias = ("insertion", &["sequenceName", "position", "insertedSymbols"][..]);
    let order = Order::read(asked, &INSERTION_COLUMNS, &[alias])?;
    let rows = ground.with(asked, |held, selection| {
        let mut rows: Vec<Vec<Value>> = Vec::new();
        let sequences = held.index.schema().sequences.iter().enumerate();
        for (number, reference) in sequences.filter(|(_, reference)| reference.alphabet == alphabet) {
            let counted = selection.insertions(number).unwrap_or_default();
            let is_genome = alphabet == Alphabet::Nucleotide;
            let prefix = if is_genome { String::new() } else { format!("{}:", reference.name) };
            rows.extend(counted.into_iter().map(|(insertion, count)| {
                let letters = String::from_utf8_lossy(&insertion.letters).into_owned();
                vec![
                    Value::from(format!("ins_{prefix}{}:{letters}", insertion.after)),
                    Value::from(count),
                    Value::from(letters),
                    Value::from(insertion.after),
                    if is_genome { Value::Null } else { Value::from(reference.name.clone()) },
                ]
            }));
        }
        Ok(rows)
    })?;
    let key = |row: &Vec<Value>| row.first().map(Value::to_string).unwrap_or_default();
    let rows = order.of(rows, |row, column| row.get(column).cloned().unwrap_or_default(), key);
    let columns = INSERTION_COLUMNS.iter().map(|column| (*column).to_owned()).collect();
    Ok(Told::Table { name, columns, rows })
}

/// A table of the columns that were asked for.
fn only(asked: &Asked, name: &'static str, rows: Vec<Vec<Value>>) -> Result<Told, Fault> {
    let mut kept = Vec::new();
    for wanted in asked.texts("fields")? {
        let column = COLUMNS.iter().position(|column| column.eq_ignore_ascii_case(wanted));
        let unknown =
            || Fault::bad(format!("Unknown field: '{wanted}', known values are [{}]", COLUMNS.join(", ")));
        kept.push(column.ok_or_else(unknown)?);
    }
    if kept.is_empty() {
        kept = (0..COLUMNS.len()).collect();
    }
    let columns = kept.iter().map(|column| COLUMNS[*column].to_owned()).collect();
    let part = |row: Vec<Value>| kept.iter().filter_map(|column| row.get(*column).cloned()).collect();
    Ok(Told::Table { name, columns, rows: rows.into_iter().map(part).collect() })
}

fn row(reference: &Reference, counted: &Counted) -> Vec<Value> {
    let own = reference.letters.get(counted.position as usize).copied().unwrap_or(b'-');
    let (from, to) = (char::from(own).to_string(), char::from(counted.letter).to_string());
    let position = counted.position + 1;
    let is_genome = reference.alphabet == Alphabet::Nucleotide;
    let prefix = if is_genome { String::new() } else { format!("{}:", reference.name) };
    let proportion = counted.count as f64 / counted.coverage.max(1) as f64;
    vec![
        Value::from(format!("{prefix}{from}{position}{to}")),
        Value::from(counted.count),
        Value::from(counted.coverage),
        Number::from_f64(proportion).map_or(Value::Null, Value::Number),
        if is_genome { Value::Null } else { Value::from(reference.name.clone()) },
        Value::from(from),
        Value::from(to),
        Value::from(position),
    ]
}

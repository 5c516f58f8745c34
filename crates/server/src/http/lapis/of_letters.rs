//! Mutations and insertions, and how often they were found.
//!
//! Start at [`nucleotide_mutations`].

use super::asked::Asked;
use super::cells::{Cell, Rows};
use super::fault::Fault;
use super::order::Order;
use super::select::Ground;
use super::told::Told;
use hearth_index::alphabet::Alphabet;
use hearth_index::profile::Counted;
use hearth_index::row::Reference;
use serde_json::Value;

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
    let columns = wanted(asked)?;
    let (names, found) = ground.with(asked, |held, selection| {
        let (mut names, mut found, schema) = (Vec::new(), Vec::new(), held.index.schema());
        let sequences = schema.sequences.iter().enumerate();
        for (number, reference) in sequences.filter(|(_, reference)| reference.alphabet == alphabet) {
            let sequence = names.len();
            names.push(schema.prefix_of(number).map(str::to_owned));
            let counted = selection.mutations(number).unwrap_or_default();
            let is_shown = |one: &Counted| one.count as f64 >= (least * one.coverage as f64).ceil();
            let shown = counted.into_iter().filter(is_shown);
            found.extend(shown.map(|counted| Found { sequence, own: own(reference, &counted), counted }));
        }
        Ok((names, found))
    })?;
    let mut rows = Mutations { names, columns, found };
    let found = std::mem::take(&mut rows.found);
    let key = |one: &Found| Value::from(rows.name(one)).to_string();
    let found = order.of(found, |one, column| rows.value(one, column), key);
    let columns = rows.columns.iter().map(|column| COLUMNS[*column].to_owned()).collect();
    Ok(Told::Table { name, columns, rows: Box::new(Mutations { found, ..rows }) })
}

/// A mutation of a sequence.
struct Found {
    /// Its number among those that are shown.
    sequence: usize,
    /// The reference's letter.
    own: u8,
    counted: Counted,
}

/// Mutations as rows.
struct Mutations {
    /// Of each sequence, where it is told.
    names: Vec<Option<String>>,
    /// Those of [`COLUMNS`] that are shown.
    columns: Vec<usize>,
    found: Vec<Found>,
}

impl Mutations {
    fn sequence(&self, found: &Found) -> Option<&str> {
        self.names.get(found.sequence)?.as_deref()
    }

    fn name(&self, found: &Found) -> String {
        let (from, to) = (char::from(found.own), char::from(found.counted.letter));
        let position = found.counted.position + 1;
        match self.sequence(found) {
            Some(name) => format!("{name}:{from}{position}{to}"),
            None => format!("{from}{position}{to}"),
        }
    }

    /// Hands out a cell of one of [`COLUMNS`].
    fn cell<T>(&self, found: &Found, column: usize, take: impl FnOnce(Cell) -> T) -> T {
        let counted = &found.counted;
        match column {
            0 => take(Cell::Text(&self.name(found))),
            1 => take(Cell::Count(counted.count)),
            2 => take(Cell::Count(counted.coverage)),
            3 => {
                let proportion = counted.count as f64 / counted.coverage.max(1) as f64;
                take(Cell::Value(&Value::from(proportion)))
            }
            4 => take(self.sequence(found).map_or(Cell::Null, Cell::Text)),
            5 => take(Cell::Text(char::from(found.own).encode_utf8(&mut [0; 4]))),
            6 => take(Cell::Text(char::from(counted.letter).encode_utf8(&mut [0; 4]))),
            _ => take(Cell::Count(u64::from(counted.position) + 1)),
        }
    }

    fn value(&self, found: &Found, column: usize) -> Value {
        self.cell(found, column, |cell| match cell {
            Cell::Null => Value::Null,
            Cell::Text(text) => Value::from(text),
            Cell::Count(count) => Value::from(count),
            Cell::Value(value) => value.clone(),
        })
    }
}

impl Rows for Mutations {
    fn count(&self) -> usize {
        self.found.len()
    }

    fn each(&self, row: usize, take: &mut dyn FnMut(Cell)) {
        let Some(found) = self.found.get(row) else { return };
        self.columns.iter().for_each(|column| self.cell(found, *column, &mut *take));
    }
}

/// The reference's letter where a mutation is.
fn own(reference: &Reference, counted: &Counted) -> u8 {
    reference.letters.get(counted.position as usize).copied().unwrap_or(b'-')
}

/// The columns that are asked for, all if none is named.
fn wanted(asked: &Asked) -> Result<Vec<usize>, Fault> {
    let mut wanted = Vec::new();
    for name in asked.texts("fields")? {
        let column = COLUMNS.iter().position(|column| column.eq_ignore_ascii_case(name));
        let unknown =
            || Fault::bad(format!("Unknown field: '{name}', known values are [{}]", COLUMNS.join(", ")));
        wanted.push(column.ok_or_else(unknown)?);
    }
    Ok(if wanted.is_empty() { (0..COLUMNS.len()).collect() } else { wanted })
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
        let (mut rows, schema): (Vec<Vec<Value>>, _) = (Vec::new(), held.index.schema());
        let sequences = schema.sequences.iter().enumerate();
        for (number, _) in sequences.filter(|(_, reference)| reference.alphabet == alphabet) {
            let counted = selection.insertions(number).unwrap_or_default();
            let name = schema.prefix_of(number);
            let prefix = name.map(|name| format!("{name}:")).unwrap_or_default();
            rows.extend(counted.into_iter().map(|(insertion, count)| {
                let letters = String::from_utf8_lossy(&insertion.letters).into_owned();
                vec![
                    Value::from(format!("ins_{prefix}{}:{letters}", insertion.after)),
                    Value::from(count),
                    Value::from(letters),
                    Value::from(insertion.after),
                    Value::from(name),
                ]
            }));
        }
        Ok(rows)
    })?;
    let key = |row: &Vec<Value>| row.first().map(Value::to_string).unwrap_or_default();
    let rows = order.of(rows, |row, column| row.get(column).cloned().unwrap_or_default(), key);
    let columns = INSERTION_COLUMNS.iter().map(|column| (*column).to_owned()).collect();
    Ok(Told::Table { name, columns, rows: Box::new(rows) })
}

//! What rows can be counted by: fields, weeks of days (`date.isoWeek`) and letters at positions (`S[501]`, `[501]`).
//!
//! Refuses to know rows. Start at [`wanted`] and [`fields`].

use super::asked::Asked;
use super::fault::Fault;
use crate::app::index::fields::{FIELDS, FieldRule};
use hearth_base::time::UtcTime;
use hearth_index::groups::By;
use hearth_index::query::float::float_of;
use hearth_index::row::{FieldKind, Schema, Value as Cell};
use serde_json::Value;

/// Positions of one question: each takes a byte for each genome while it is answered.
const POSITIONS_MAX: usize = 20;
const DAY_MS: i64 = 86_400_000;

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// As the answer names it.
    pub name: String,
    /// What it is taken from.
    pub by: By,
    /// What its values are.
    pub sort: Sort,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Those of a field.
    Field(FieldKind),
    /// The weeks of days (ISO 8601, section 3.1.1.23).
    Week,
    /// Letters.
    Letter,
}

impl Column {
    /// A value of what it is taken from, as one of this column.
    pub fn value(&self, value: &Cell) -> Cell {
        match (self.sort, value) {
            (Sort::Week, Cell::Number(day)) => Cell::Text(week_of(*day)),
            _ => value.clone(),
        }
    }

    /// A value of this column, as JSON has it.
    pub fn told(&self, value: &Cell) -> Value {
        match self.sort {
            Sort::Field(kind) => cell(value, kind),
            Sort::Week | Sort::Letter => cell(value, FieldKind::Text),
        }
    }
}

/// The fields that a question names, each once, with their numbers.
///
/// # Errors
/// When one is none.
pub fn fields(asked: &Asked) -> Result<Vec<(usize, &'static FieldRule)>, Fault> {
    let mut found: Vec<(usize, &FieldRule)> = Vec::new();
    for name in asked.texts("fields")? {
        let (number, field) = field_named(name).ok_or_else(|| unknown(name))?;
        if found.iter().all(|(known, _)| *known != number) {
            found.push((number, field));
        }
    }
    Ok(found)
}

/// The columns that a question names, each once.
///
/// # Errors
/// When one is none, or there are too many positions.
pub fn wanted(asked: &Asked, schema: &Schema) -> Result<Vec<Column>, Fault> {
    let mut found: Vec<Column> = Vec::new();
    for name in asked.texts("fields")? {
        let column = column(schema, name)?;
        if found.iter().all(|known| known.name != column.name) {
            found.push(column);
        }
    }
    if found.iter().filter(|column| column.sort == Sort::Letter).count() > POSITIONS_MAX {
        return Err(Fault::bad(format!(
            "rows are counted by at most {POSITIONS_MAX} positions at once: ask for fewer"
        )));
    }
    Ok(found)
}

fn column(schema: &Schema, name: &str) -> Result<Column, Fault> {
    if let Some((number, field)) = field_named(name) {
        let sort = Sort::Field(field.kind);
        return Ok(Column { name: field.name.to_owned(), by: By::Field(number), sort });
    }
    if let Some((of, digits)) = name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        return letter(schema, of, digits, name);
    }
    let (of, function) = name.rsplit_once('.').ok_or_else(|| unknown(name))?;
    let field = field_named(of).filter(|_| function.eq_ignore_ascii_case("isoWeek"));
    let (number, field) = field.ok_or_else(|| unknown(name))?;
    if field.kind != FieldKind::Date {
        return Err(Fault::bad(format!("{} holds no dates, so it has no isoWeek", field.name)));
    }
    Ok(Column { name: format!("{}.isoWeek", field.name), by: By::Field(number), sort: Sort::Week })
}

fn letter(schema: &Schema, of: &str, digits: &str, name: &str) -> Result<Column, Fault> {
    let sequence = if of.is_empty() {
        let text = || format!("this pathogen has several segments: name one before {name:.60}");
        schema.only_segment().ok_or_else(|| Fault::bad(text()))?
    } else {
        schema.sequence_named(of).ok_or_else(|| unknown(name))?
    };
    let reference = schema.sequences.get(sequence).ok_or_else(|| unknown(name))?;
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let position: u64 =
        if is_number { digits.parse().unwrap_or(u64::MAX) } else { return Err(unknown(name)) };
    let length = reference.letters.len();
    let from_0 = position.checked_sub(1).filter(|from_0| *from_0 < length as u64);
    let from_0 = from_0.and_then(|from_0| u32::try_from(from_0).ok()).ok_or_else(|| {
        Fault::bad(format!("Position of {name:.60} is out of bounds {position} > {length}"))
    })?;
    let own = if of.is_empty() { "" } else { reference.name.as_str() };
    let by = By::Letter { sequence, position: from_0 };
    Ok(Column { name: format!("{own}[{position}]"), by, sort: Sort::Letter })
}

fn field_named(name: &str) -> Option<(usize, &'static FieldRule)> {
    FIELDS.iter().enumerate().find(|(_, field)| field.name.eq_ignore_ascii_case(name))
}

fn unknown(name: &str) -> Fault {
    let known: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    Fault::bad(format!("Unknown field: '{name}', known values are [{}]", known.join(", ")))
}

/// A value of a field as JSON has it.
pub fn cell(value: &Cell, kind: FieldKind) -> Value {
    match (value, kind) {
        (Cell::Null, _) => Value::Null,
        (Cell::Text(text), _) => Value::from(text.clone()),
        (Cell::Number(day), FieldKind::Date) => Value::from(date(*day).to_string()),
        (Cell::Number(number), FieldKind::Boolean) => Value::from(*number != 0),
        (Cell::Number(number), FieldKind::Float) => Value::from(float_of(*number)),
        (Cell::Number(number), _) => Value::from(*number),
    }
}

fn date(day: i64) -> jiff::civil::Date {
    UtcTime::from_unix_ms(day.saturating_mul(DAY_MS)).date()
}

fn week_of(day: i64) -> String {
    let week = date(day).iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_index::alphabet::Alphabet;
    use hearth_index::query::date::day_of;
    use hearth_index::row::Reference;

    #[test]
    fn days_have_weeks() {
        let check = |day: &str, expected: &str| assert_eq!(week_of(day_of(day).expect("a day")), expected);
        check("2021-02-15", "2021-W07");
        check("2021-01-03", "2020-W53");
        check("2024-12-30", "2025-W01");
    }

    #[test]
    fn columns_have_names() {
        let sequence =
            |name: &str, alphabet| Reference { name: name.into(), alphabet, letters: vec![b'A'; 300] };
        let mut schema = Schema {
            sequences: vec![sequence("main", Alphabet::Nucleotide), sequence("S", Alphabet::AminoAcid)],
            ..Schema::default()
        };
        let told = |schema: &Schema, name: &str| {
            column(schema, name).map_or_else(|fault| fault.detail, |one| one.name)
        };
        let check = |name: &str, expected: &str| assert!(told(&schema, name).starts_with(expected), "{name}");
        check("COUNTRY", "country");
        check("Date.isoweek", "date.isoWeek");
        check("s[300]", "S[300]");
        check("[5]", "[5]");
        check("MAIN[05]", "main[5]");
        check("S[301]", "Position of S[301] is out of bounds 301 > 300");
        check("[0]", "Position of [0] is out of bounds 0 > 300");
        check("[99999999999999999999]", "Position of [99999999999999999999] is out of bounds");
        for none in ["[]", "[x]", "[+5]", "E[5]", "date.isoMonth", "x.isoWeek", "S[5"] {
            check(none, &format!("Unknown field: '{none}', known values are [accessionVersion, "));
        }
        check("country.isoWeek", "country holds no dates");
        schema.sequences.push(sequence("second", Alphabet::Nucleotide));
        assert!(told(&schema, "[5]").starts_with("this pathogen has several segments"));
    }
}

//! An answer as a table for people: rows under each other, texts before numbers, each by their names.
//!
//! Refuses to know what was asked. Start at [`written`].

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

/// The widest column, in letters.
const WIDTH_MAX: usize = 60;
const BETWEEN: &str = "  ";

/// A list of objects as a table.
///
/// # Errors
/// When the answer is no such list.
pub fn written(json: &[u8]) -> Result<String> {
    let wrong = "the answer is no list of rows: ask with --format json to see it";
    let rows: Vec<Map<String, Value>> = serde_json::from_slice(json).context(wrong)?;
    let mut columns: Vec<&String> = Vec::new();
    for name in rows.iter().flat_map(Map::keys) {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    if rows.is_empty() {
        return Ok("No genomes.\n".to_owned());
    }
    columns.sort_by_key(|name| (is_of_numbers(&rows, name), *name));
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|name| cell(row.get(*name))).collect()).collect();
    let width = |column: usize| {
        let own = cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        own.chain(columns.get(column).map(|name| name.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let is_number: Vec<bool> = columns.iter().map(|name| is_of_numbers(&rows, name)).collect();
    let mut out = String::new();
    let names: Vec<String> = columns.iter().map(|name| (*name).clone()).collect();
    for row in std::iter::once(&names).chain(&cells) {
        let parts = row.iter().zip(&widths).zip(&is_number).map(|((cell, width), is_number)| {
            let gap = " ".repeat(width.saturating_sub(cell.chars().count()));
            if *is_number { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
        });
        out.push_str(parts.collect::<Vec<_>>().join(BETWEEN).trim_end());
        out.push('\n');
    }
    Ok(out)
}

fn is_of_numbers(rows: &[Map<String, Value>], name: &str) -> bool {
    rows.iter().all(|row| matches!(row.get(name), None | Some(Value::Number(_) | Value::Null)))
}

fn cell(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if number.is_f64() => format!("{:.4}", number.as_f64().unwrap_or(0.0)),
        Some(other) => other.to_string(),
    };
    // What comes from elsewhere moves no cursor.
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if plain.chars().count() <= WIDTH_MAX {
        return plain;
    }
    plain.chars().take(WIDTH_MAX - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_under_each_other() {
        let check = |json: &str, expected: &str| {
            assert_eq!(written(json.as_bytes()).expect("a table"), expected);
        };
        check("[]", "No genomes.\n");
        check(
            r#"[{"country":"Côte d'Ivoire","count":7},{"country":null,"count":120}]"#,
            "country        count\nCôte d'Ivoire      7\n                 120\n",
        );
        check("[{\"a\":\"x\\u001b[2Jy\",\"share\":0.123456}]", "a        share\nx [2Jy  0.1235\n");
        assert!(written(b"{}").is_err());
    }
}

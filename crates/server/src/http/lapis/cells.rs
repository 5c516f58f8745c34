//! Rows of a table as they are written: JSON objects, or lines of text, without a value in memory for each cell.
//!
//! Refuses to know what stands in the cells. Start at [`Rows`].

use serde_json::Value;
use std::fmt::Write as _;

/// What stands in a cell.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A text.
    Text(&'a str),
    /// A whole number.
    Count(u64),
    /// Any other value.
    Value(&'a Value),
}

/// Rows of a table.
pub trait Rows: Send {
    /// How many there are.
    fn count(&self) -> usize;
    /// Hands out the cells of a row in the order of columns.
    fn each(&self, row: usize, take: &mut dyn FnMut(Cell));
}

impl Rows for Vec<Vec<Value>> {
    fn count(&self) -> usize {
        self.len()
    }

    fn each(&self, row: usize, take: &mut dyn FnMut(Cell)) {
        for value in self.get(row).into_iter().flatten() {
            take(match value {
                Value::Null => Cell::Null,
                Value::String(text) => Cell::Text(text),
                other => Cell::Value(other),
            });
        }
    }
}

/// Writes the rows as JSON: an object for each.
pub fn objects(columns: &[String], rows: &dyn Rows, out: &mut String) {
    let names = members(columns);
    out.push('[');
    for row in 0..rows.count() {
        out.push_str(if row == 0 { "" } else { "," });
        object(&names, rows, row, out);
    }
    out.push(']');
}

/// Columns as the names of members stand in JSON.
pub fn members(columns: &[String]) -> Vec<String> {
    columns.iter().map(|column| format!("{}:", Value::from(column.as_str()))).collect()
}

/// Writes a row as a JSON object with these [`members`].
pub fn object(members: &[String], rows: &dyn Rows, row: usize, out: &mut String) {
    out.push('{');
    let mut number = 0;
    rows.each(row, &mut |cell| {
        out.push_str(if number == 0 { "" } else { "," });
        out.push_str(members.get(number).map_or("", String::as_str));
        put(cell, out);
        number += 1;
    });
    out.push('}');
}

/// Adds a cell as JSON.
fn put(cell: Cell, out: &mut String) {
    match cell {
        Cell::Null => out.push_str("null"),
        // What needs no escape is most of it (RFC 8259, section 7).
        Cell::Text(text) if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') => {
            out.push('"');
            out.push_str(text);
            out.push('"');
        }
        Cell::Text(text) => shown(&Value::from(text), out),
        Cell::Count(count) => shown(&count, out),
        Cell::Value(value) => shown(value, out),
    }
}

fn shown(value: &dyn std::fmt::Display, out: &mut String) {
    // A text takes whatever is written.
    let _ = write!(out, "{value}");
}

/// How a table stands in lines of text.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether the names of the columns stand above it.
    pub has_header: bool,
    /// A text as it stands in a cell.
    pub cell: fn(&str) -> String,
    /// What stands between two cells.
    pub between: &'static str,
}

/// Writes the rows as text: a line for each, under a header if there is one.
pub fn lines(columns: &[String], rows: &dyn Rows, style: Style) -> String {
    let mut text = header(columns, style);
    for row in 0..rows.count() {
        line(rows, row, style, &mut text);
    }
    text
}

/// The line above a table, if it has one.
pub fn header(columns: &[String], style: Style) -> String {
    let Style { has_header, cell, between } = style;
    let names = || columns.iter().map(|column| cell(column)).collect::<Vec<_>>().join(between) + "\n";
    if has_header { names() } else { String::new() }
}

/// Writes a row as a line.
pub fn line(rows: &dyn Rows, row: usize, style: Style, out: &mut String) {
    let mut is_first = true;
    rows.each(row, &mut |one| {
        out.push_str(if is_first { "" } else { style.between });
        is_first = false;
        match one {
            Cell::Null => {}
            Cell::Text(value) => out.push_str(&(style.cell)(value)),
            Cell::Count(count) => shown(&count, out),
            Cell::Value(value) => shown(value, out),
        }
    });
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_are_written_as_serde_writes_them() {
        let columns = ["a".to_owned(), "b \"c\"".to_owned()];
        let check = |rows: Vec<Vec<Value>>| {
            let object = |row: &Vec<Value>| json!({ "a": row[0], "b \"c\"": row[1] });
            let expected = Value::Array(rows.iter().map(object).collect());
            let mut out = String::new();
            objects(&columns, &rows, &mut out);
            assert_eq!(serde_json::from_str::<Value>(&out).expect("JSON"), expected, "{out}");
        };
        check(vec![]);
        check(vec![
            vec![json!("plain"), json!(null)],
            vec![json!("\"quoted\" \\ \n \u{1} \u{7f} é 中"), json!(0.1)],
        ]);
        check(vec![vec![json!(18_446_744_073_709_551_615_u64), json!(-3)], vec![json!(1e300), json!(true)]]);
    }

    #[test]
    fn lines_have_what_cells_say() {
        let rows = vec![vec![json!("a,b"), json!(1)], vec![json!(null), json!(0.5)]];
        let cell = |text: &str| if text.contains(',') { format!("<{text}>") } else { text.to_owned() };
        let columns = ["one".to_owned(), "two".to_owned()];
        let check = |has_header, between, expected: &str| {
            assert_eq!(lines(&columns, &rows, Style { has_header, cell, between }), expected);
        };
        check(true, ",", "one,two\n<a,b>,1\n,0.5\n");
        check(false, "|", "<a,b>|1\n|0.5\n");
    }
}

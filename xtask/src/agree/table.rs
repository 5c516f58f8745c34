//! Result tables as both programs write them: tab-separated, a header line, cells quoted when they must be.
//!
//! It refuses to know what a column means. Start at [`Table::read`].

use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// A table in memory.
#[derive(Debug)]
pub struct Table {
    /// Column names, first to last.
    pub columns: Vec<String>,
    /// Rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// What tells one row from another: its name and how many rows of that name came before it.
pub type Key = (String, usize);

impl Table {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        Self::parse(&String::from_utf8_lossy(&text)).with_context(|| path.display().to_string())
    }

    /// Reads the text of a table.
    pub fn parse(text: &str) -> Result<Self> {
        let mut rows = split(text);
        if rows.is_empty() {
            bail!("the table is empty: not even a header line");
        }
        let columns = rows.remove(0);
        for (index, row) in rows.iter().enumerate() {
            if row.len() != columns.len() {
                bail!("row {}: {} cells under {} columns", index + 1, row.len(), columns.len());
            }
        }
        Ok(Self { columns, rows })
    }

    /// Where a column is.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The key of each row, in order.
    pub fn keys(&self) -> Result<Vec<Key>> {
        let column = self.column("seqName").context("there is no column seqName")?;
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let keys = self.rows.iter().map(|row| {
            let count = seen.entry(&row[column]).or_default();
            *count += 1;
            (row[column].clone(), *count - 1)
        });
        Ok(keys.collect())
    }
}

/// Rows of cells; a cell may be quoted, and then holds tabs, line ends and doubled quotes.
fn split(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let (cell, end, after) = match rest.strip_prefix('"') {
            Some(inside) => quoted(inside),
            None => plain(rest),
        };
        row.push(cell);
        if end != Some('\t') {
            rows.push(std::mem::take(&mut row));
        } else if after.is_empty() {
            row.push(String::new());
            rows.push(std::mem::take(&mut row));
        }
        rest = after;
    }
    rows
}

fn plain(text: &str) -> (String, Option<char>, &str) {
    match text.find(['\t', '\n']) {
        Some(at) => {
            let end = text[at..].chars().next();
            let cell = if end == Some('\n') { text[..at].trim_end_matches('\r') } else { &text[..at] };
            (cell.to_owned(), end, &text[at + 1..])
        }
        None => (text.to_owned(), None, ""),
    }
}

/// The cell whose opening quote was just passed.
fn quoted(text: &str) -> (String, Option<char>, &str) {
    let mut cell = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('"') {
        cell.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => {
                let (tail, end, after) = plain(rest);
                return (cell + &tail, end, after);
            }
        }
    }
    (cell + rest, None, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_split_and_unquoted() {
        let check = |text: &str, expected: &[&[&str]]| assert_eq!(split(text), expected, "{text:?}");
        check("a\tb\n1\t2\n", &[&["a", "b"], &["1", "2"]]);
        check("a\tb\r\n1\t", &[&["a", "b"], &["1", ""]]);
        check("a\n\"x\ty\n\"\"z\"\"\"\nlast", &[&["a"], &["x\ty\n\"z\""], &["last"]]);
        check("\t\n", &[&["", ""]]);
        check("\"open", &[&["open"]]);
        check("", &[]);
    }

    #[test]
    fn rows_of_one_name_are_told_apart() {
        let table = Table::parse("seqName\nx\ny\nx\n").unwrap();
        let key = |name: &str, count| (name.to_owned(), count);
        assert_eq!(table.keys().unwrap(), [key("x", 0), key("y", 0), key("x", 1)]);
    }

    #[test]
    fn a_row_of_another_width_is_an_error() {
        assert!(Table::parse("a\tb\n1\n").unwrap_err().to_string().contains("row 1: 1 cells"));
        assert!(Table::parse("").is_err());
    }
}

//! A metadata field in all rows: texts by a dictionary with a bitmap for each word, numbers as they are.
//!
//! Refuses to know what a field means. Start at [`Column`].

use crate::row::{FieldKind, Value};
use roaring::{MultiOps, RoaringBitmap};
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// See the module.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    Text(Words),
    Number(Vec<Option<i64>>),
}

/// Texts: each word once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    numbers: HashMap<String, u32>,
    words: Vec<(String, RoaringBitmap)>,
    rows: Vec<Option<u32>>,
}

impl Column {
    pub(crate) fn new(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text | FieldKind::Lineage => Column::Text(Words::default()),
            FieldKind::Int | FieldKind::Date | FieldKind::Boolean => Column::Number(Vec::new()),
        }
    }

    pub(crate) fn takes(&self, value: &Value) -> bool {
        matches!(
            (self, value),
            (_, Value::Null) | (Column::Text(_), Value::Text(_)) | (Column::Number(_), Value::Number(_))
        )
    }

    /// Takes a value that it [takes](Self::takes).
    pub(crate) fn append(&mut self, value: &Value) {
        match (self, value) {
            (Column::Text(words), Value::Text(text)) => words.append(text),
            (Column::Text(words), _) => words.rows.push(None),
            (Column::Number(rows), Value::Number(number)) => rows.push(Some(*number)),
            (Column::Number(rows), _) => rows.push(None),
        }
    }

    pub(crate) fn value(&self, row: u32) -> Value {
        match self {
            Column::Text(words) => words.value(row),
            Column::Number(rows) => {
                rows.get(row as usize).copied().flatten().map_or(Value::Null, Value::Number)
            }
        }
    }

    /// Rows without a value.
    pub(crate) fn nulls(&self) -> RoaringBitmap {
        match self {
            Column::Text(words) => rows_where(&words.rows, Option::is_none),
            Column::Number(rows) => rows_where(rows, Option::is_none),
        }
    }

    /// Rows with this text; `None` if the field has no texts.
    pub(crate) fn equal(&self, text: &str) -> Option<RoaringBitmap> {
        let Column::Text(words) = self else { return None };
        let word = words.numbers.get(text).and_then(|&number| words.words.get(number as usize));
        Some(word.map(|(_, rows)| rows.clone()).unwrap_or_default())
    }

    /// Rows with a text that passes; `None` if the field has no texts. Each text is tried once.
    pub(crate) fn passing(&self, passes: impl Fn(&str) -> bool) -> Option<RoaringBitmap> {
        let Column::Text(words) = self else { return None };
        Some(words.words.iter().filter(|(text, _)| passes(text)).map(|(_, rows)| rows).union())
    }

    /// Rows with a number in a range; `None` if the field has no numbers.
    pub(crate) fn between(&self, range: &RangeInclusive<i64>) -> Option<RoaringBitmap> {
        let Column::Number(rows) = self else { return None };
        Some(rows_where(rows, |number| number.is_some_and(|number| range.contains(&number))))
    }
}

impl Words {
    fn append(&mut self, text: &str) {
        let row = self.rows.len() as u32;
        let number = match self.numbers.get(text) {
            Some(&number) => number,
            None => {
                let number = self.words.len() as u32;
                self.numbers.insert(text.to_owned(), number);
                self.words.push((text.to_owned(), RoaringBitmap::new()));
                number
            }
        };
        if let Some((_, rows)) = self.words.get_mut(number as usize) {
            rows.insert(row);
        }
        self.rows.push(Some(number));
    }

    fn value(&self, row: u32) -> Value {
        let number = self.rows.get(row as usize).copied().flatten();
        let word = number.and_then(|number| self.words.get(number as usize));
        word.map_or(Value::Null, |(text, _)| Value::Text(text.clone()))
    }
}

fn rows_where<T>(rows: &[T], wanted: impl Fn(&T) -> bool) -> RoaringBitmap {
    (0u32..).zip(rows).filter(|(_, value)| wanted(value)).map(|(row, _)| row).collect()
}

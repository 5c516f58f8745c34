//! A metadata field in all rows: texts by a dictionary with a bitmap for each word, numbers as they are.
//!
//! Refuses to know what a field means. Start at [`Column`].

use crate::row::{FieldKind, Value};
use crate::saved::{LoadError, Sink, Source};
use roaring::{MultiOps, RoaringBitmap};
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::ops::RangeInclusive;

/// See the module.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    Text(Words),
    Number(Numbers),
}

/// Numbers, and the least and greatest of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    rows: Vec<Option<i64>>,
    ends: Option<(i64, i64)>,
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
            FieldKind::Int | FieldKind::Float | FieldKind::Date | FieldKind::Boolean => {
                Column::Number(Numbers::default())
            }
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
            (Column::Number(numbers), Value::Number(number)) => numbers.append(*number),
            (Column::Number(numbers), _) => numbers.rows.push(None),
        }
    }

    pub(crate) fn value(&self, row: u32) -> Value {
        match self {
            Column::Text(words) => words.value(row),
            Column::Number(numbers) => numbers.at(row).map_or(Value::Null, Value::Number),
        }
    }

    /// The value of a row as a number below [`Self::width`]; 0 for none.
    pub(crate) fn code(&self, row: u32) -> usize {
        match self {
            Column::Text(words) => words.at(row).map_or(0, |number| number as usize + 1),
            Column::Number(numbers) => match (numbers.at(row), numbers.ends) {
                (Some(number), Some((least, _))) => {
                    (number.wrapping_sub(least) as u64 as usize).saturating_add(1)
                }
                _ => 0,
            },
        }
    }

    /// The value that a code stands for.
    pub(crate) fn told(&self, code: usize) -> Value {
        let Some(number) = code.checked_sub(1) else { return Value::Null };
        match self {
            Column::Text(words) => {
                words.words.get(number).map_or(Value::Null, |(text, _)| Value::Text(text.clone()))
            }
            Column::Number(numbers) => {
                let least = numbers.ends.map_or(0, |(least, _)| least);
                Value::Number(least.wrapping_add(number as i64))
            }
        }
    }

    /// How many codes there can be.
    pub(crate) fn width(&self) -> usize {
        match self {
            Column::Text(words) => words.words.len() + 1,
            Column::Number(Numbers { ends: Some((least, greatest)), .. }) => {
                (greatest.wrapping_sub(*least) as u64 as usize).saturating_add(2)
            }
            Column::Number(_) => 1,
        }
    }

    /// Rows without a value.
    pub(crate) fn nulls(&self) -> RoaringBitmap {
        match self {
            Column::Text(words) => rows_where(&words.rows, Option::is_none),
            Column::Number(numbers) => rows_where(&numbers.rows, Option::is_none),
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
        let Column::Number(numbers) = self else { return None };
        Some(rows_where(&numbers.rows, |number| number.is_some_and(|number| range.contains(&number))))
    }

    /// Some rows by ranges, each row in the first that contains its number; `None` if the field has no numbers. Each
    /// number is looked for once.
    pub(crate) fn first_of(
        &self,
        some: &RoaringBitmap,
        ranges: &[RangeInclusive<i64>],
    ) -> Option<Vec<RoaringBitmap>> {
        let Column::Number(numbers) = self else { return None };
        let mut parts = vec![RoaringBitmap::new(); ranges.len()];
        let mut known: HashMap<i64, Option<usize>> = HashMap::new();
        for row in some {
            let Some(number) = numbers.at(row) else { continue };
            let first = || ranges.iter().position(|range| range.contains(&number));
            let part = *known.entry(number).or_insert_with(first);
            if let Some(part) = part.and_then(|part| parts.get_mut(part)) {
                part.insert(row);
            }
        }
        Some(parts)
    }
}

/// What stands for a row without a text.
const NO_WORD: u32 = u32::MAX;

impl Column {
    pub(crate) fn save<W: Write>(&self, sink: &mut Sink<W>) -> io::Result<()> {
        match self {
            Column::Text(words) => {
                sink.number(words.words.len() as u64)?;
                words.words.iter().try_for_each(|(text, _)| sink.text(text.as_bytes()))?;
                sink.list(words.rows.iter().map(|word| word.unwrap_or(NO_WORD).to_le_bytes()))
            }
            Column::Number(numbers) => {
                let nulls = rows_where(&numbers.rows, Option::is_none);
                sink.bitmap(&nulls)?;
                sink.list(numbers.rows.iter().map(|number| number.unwrap_or(0).to_le_bytes()))
            }
        }
    }

    /// The values of so many rows.
    pub(crate) fn load<R: Read>(
        kind: FieldKind,
        rows: usize,
        source: &mut Source<R>,
    ) -> Result<Self, LoadError> {
        let mut column = Self::new(kind);
        match &mut column {
            Column::Text(words) => words.load(source)?,
            Column::Number(numbers) => {
                let nulls = source.bitmap()?;
                for (row, number) in (0u32..).zip(source.list(i64::from_le_bytes)?) {
                    if nulls.contains(row) { numbers.rows.push(None) } else { numbers.append(number) }
                }
            }
        }
        let found = match &column {
            Column::Text(words) => words.rows.len(),
            Column::Number(numbers) => numbers.rows.len(),
        };
        if found == rows { Ok(column) } else { Err(LoadError::Unfit("a field has other rows")) }
    }
}

impl Numbers {
    fn append(&mut self, number: i64) {
        self.rows.push(Some(number));
        let (least, greatest) = self.ends.unwrap_or((number, number));
        self.ends = Some((least.min(number), greatest.max(number)));
    }

    fn at(&self, row: u32) -> Option<i64> {
        self.rows.get(row as usize).copied().flatten()
    }
}

impl Words {
    fn load<R: Read>(&mut self, source: &mut Source<R>) -> Result<(), LoadError> {
        let count =
            u32::try_from(source.number()?).map_err(|_| LoadError::Unfit("a field has too many words"))?;
        for number in 0..count {
            let text =
                String::from_utf8(source.text()?).map_err(|_| LoadError::Unfit("a word is no text"))?;
            self.numbers.insert(text.clone(), number);
            self.words.push((text, RoaringBitmap::new()));
        }
        for (row, word) in (0u32..).zip(source.list(u32::from_le_bytes)?) {
            if word == NO_WORD {
                self.rows.push(None);
                continue;
            }
            let (_, rows) =
                self.words.get_mut(word as usize).ok_or(LoadError::Unfit("a row has no such word"))?;
            rows.insert(row);
            self.rows.push(Some(word));
        }
        Ok(())
    }

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

    fn at(&self, row: u32) -> Option<u32> {
        self.rows.get(row as usize).copied().flatten()
    }

    fn value(&self, row: u32) -> Value {
        let word = self.at(row).and_then(|number| self.words.get(number as usize));
        word.map_or(Value::Null, |(text, _)| Value::Text(text.clone()))
    }
}

fn rows_where<T>(rows: &[T], wanted: impl Fn(&T) -> bool) -> RoaringBitmap {
    (0u32..).zip(rows).filter(|(_, value)| wanted(value)).map(|(row, _)| row).collect()
}

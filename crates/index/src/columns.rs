//! A metadata field in all rows: each value once, in the order in which they came, and which rows have it.
//!
//! Refuses to know what a field means. Start at [`Column`].

use crate::coded::{Coded, NONE};
use crate::row::{FieldKind, Value};
use crate::saved::{LoadError, Sink, Source};
use crate::words::Words;
use roaring::RoaringBitmap;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::ops::RangeInclusive;

/// One in so many rows or more are divided by the rows of each value, fewer one by one.
const FEW_IN: u64 = 64;

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    values: Values,
    rows: Coded,
}

/// The values of a field, by number.
#[derive(Debug, Clone)]
enum Values {
    Texts(Words),
    Numbers(Numbers),
}

/// Numbers: each once.
#[derive(Debug, Clone, Default)]
struct Numbers {
    values: Vec<i64>,
    numbers: BTreeMap<i64, u32>,
}

impl Numbers {
    fn take(&mut self, value: i64) -> u32 {
        let next = self.values.len() as u32;
        *self.numbers.entry(value).or_insert_with(|| {
            self.values.push(value);
            next
        })
    }
}

impl Column {
    pub(crate) fn new(kind: FieldKind) -> Self {
        let values = match kind {
            FieldKind::Text | FieldKind::Lineage | FieldKind::Node => Values::Texts(Words::default()),
            FieldKind::Int | FieldKind::Float | FieldKind::Date | FieldKind::Boolean => {
                Values::Numbers(Numbers::default())
            }
        };
        Self { values, rows: Coded::default() }
    }

    pub(crate) fn takes(&self, value: &Value) -> bool {
        matches!(
            (&self.values, value),
            (_, Value::Null) | (Values::Texts(_), Value::Text(_)) | (Values::Numbers(_), Value::Number(_))
        )
    }

    /// Takes a value that it [takes](Self::takes).
    pub(crate) fn append(&mut self, value: &Value) {
        let number = match (&mut self.values, value) {
            (Values::Texts(words), Value::Text(text)) => Some(words.take(text)),
            (Values::Numbers(numbers), Value::Number(number)) => Some(numbers.take(*number)),
            _ => None,
        };
        self.rows.append(number);
    }

    pub(crate) fn value(&self, row: u32) -> Value {
        self.rows.at(row).map_or(Value::Null, |number| self.numbered(number))
    }

    fn numbered(&self, number: u32) -> Value {
        match &self.values {
            Values::Texts(words) => words.at(number).map_or(Value::Null, |text| Value::Text(text.to_owned())),
            Values::Numbers(numbers) => {
                numbers.values.get(number as usize).map_or(Value::Null, |number| Value::Number(*number))
            }
        }
    }

    /// The value of a row as a number below [`Self::width`]; 0 for none.
    pub(crate) fn code(&self, row: u32) -> usize {
        self.rows.at(row).map_or(0, |number| number as usize + 1)
    }

    /// The value that a code stands for.
    pub(crate) fn told(&self, code: usize) -> Value {
        let number = code.checked_sub(1).and_then(|number| u32::try_from(number).ok());
        number.map_or(Value::Null, |number| self.numbered(number))
    }

    /// How many codes there can be.
    pub(crate) fn width(&self) -> usize {
        self.rows.next() as usize + 1
    }

    /// Rows without a value.
    pub(crate) fn nulls(&self) -> RoaringBitmap {
        self.rows.nulls()
    }

    /// How the values of two rows stand to each other: none first, then numbers and texts as they are.
    pub(crate) fn compared(&self, one: u32, other: u32) -> Ordering {
        let (one, other) = (self.rows.at(one), self.rows.at(other));
        let (Some(one), Some(other)) = (one, other) else { return one.is_some().cmp(&other.is_some()) };
        if one == other {
            return Ordering::Equal;
        }
        match &self.values {
            Values::Texts(words) => words.at(one).cmp(&words.at(other)),
            Values::Numbers(numbers) => {
                numbers.values.get(one as usize).cmp(&numbers.values.get(other as usize))
            }
        }
    }

    /// Rows with this text; `None` if the field has no texts.
    pub(crate) fn equal(&self, text: &str) -> Option<RoaringBitmap> {
        let Values::Texts(words) = &self.values else { return None };
        Some(self.rows.any(words.number_of(text).into_iter()))
    }

    /// Rows with a text that passes; `None` if the field has no texts. Each text is tried once.
    pub(crate) fn passing(&self, passes: impl Fn(&str) -> bool) -> Option<RoaringBitmap> {
        let Values::Texts(words) = &self.values else { return None };
        let passing = words.all().filter(|(_, text)| passes(text));
        Some(self.rows.any(passing.map(|(number, _)| number)))
    }

    /// Rows with a number in a range; `None` if the field has no numbers.
    pub(crate) fn between(&self, range: &RangeInclusive<i64>) -> Option<RoaringBitmap> {
        let Values::Numbers(numbers) = &self.values else { return None };
        if range.is_empty() {
            return Some(RoaringBitmap::new());
        }
        Some(self.rows.any(numbers.numbers.range(range.clone()).map(|(_, number)| *number)))
    }

    /// Some rows by ranges, each row in the first that contains its number; `None` if the field has no numbers.
    pub(crate) fn first_of(
        &self,
        some: &RoaringBitmap,
        ranges: &[RangeInclusive<i64>],
    ) -> Option<Vec<RoaringBitmap>> {
        if !matches!(self.values, Values::Numbers(_)) {
            return None;
        }
        if some.len() * FEW_IN > self.rows.len() as u64 {
            return self.first_of_many(some, ranges);
        }
        self.first_of_few(some, ranges)
    }

    /// The same as [`Self::first_of`], row by row.
    fn first_of_few(
        &self,
        some: &RoaringBitmap,
        ranges: &[RangeInclusive<i64>],
    ) -> Option<Vec<RoaringBitmap>> {
        let Values::Numbers(numbers) = &self.values else { return None };
        let first = |value: &i64| ranges.iter().position(|range| range.contains(value));
        let part_of: Vec<Option<usize>> = numbers.values.iter().map(first).collect();
        let mut parts = vec![RoaringBitmap::new(); ranges.len()];
        for row in some {
            let Some(number) = self.rows.at(row) else { continue };
            let part = part_of.get(number as usize).copied().flatten();
            if let Some(part) = part.and_then(|part| parts.get_mut(part)) {
                part.insert(row);
            }
        }
        Some(parts)
    }

    /// The same as [`Self::first_of`], by the rows of each value.
    fn first_of_many(
        &self,
        some: &RoaringBitmap,
        ranges: &[RangeInclusive<i64>],
    ) -> Option<Vec<RoaringBitmap>> {
        let mut rest = some.clone();
        let part = |range| {
            let part = self.between(range)? & &rest;
            rest -= &part;
            Some(part)
        };
        ranges.iter().map(part).collect()
    }
}

impl Column {
    pub(crate) fn save<W: Write>(&self, sink: &mut Sink<W>) -> io::Result<()> {
        match &self.values {
            Values::Texts(words) => {
                sink.number(words.all().len() as u64)?;
                words.all().try_for_each(|(_, text)| sink.text(text.as_bytes()))?;
            }
            Values::Numbers(numbers) => {
                sink.list(numbers.values.iter().map(|number| number.to_le_bytes()))?
            }
        }
        sink.list(self.rows.all().iter().map(|number| number.to_le_bytes()))
    }

    /// The values of so many rows.
    pub(crate) fn load<R: Read>(
        kind: FieldKind,
        rows: usize,
        source: &mut Source<R>,
    ) -> Result<Self, LoadError> {
        let mut column = Self::new(kind);
        let known = match &mut column.values {
            Values::Texts(words) => words.load(source)?,
            Values::Numbers(numbers) => {
                let values = source.list(i64::from_le_bytes)?;
                values.iter().for_each(|value| {
                    numbers.take(*value);
                });
                values.len()
            }
        };
        for number in source.list(u32::from_le_bytes)? {
            // Numbers are given in the order in which values first come.
            match number {
                NONE => column.rows.append(None),
                number if number <= column.rows.next() && (number as usize) < known => {
                    column.rows.append(Some(number));
                }
                _ => return Err(LoadError::Unfit("a row has no such value")),
            }
        }
        if column.rows.len() != rows || column.rows.next() as usize != known {
            return Err(LoadError::Unfit("a field has other rows"));
        }
        Ok(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranges_of_few_and_of_many_rows_agree(
            values in prop::collection::vec(prop::option::of(0..9i64), 0..60),
            chosen in prop::collection::btree_set(0..60u32, 0..60),
            ends in prop::collection::vec((0..9i64, 0..9i64), 0..4),
        ) {
            let mut column = Column::new(FieldKind::Date);
            values.iter().for_each(|value| column.append(&value.map_or(Value::Null, Value::Number)));
            let some: RoaringBitmap = chosen.into_iter().filter(|row| (*row as usize) < values.len()).collect();
            let ranges: Vec<RangeInclusive<i64>> = ends.into_iter().map(|(from, to)| from..=to).collect();
            let few = column.first_of_few(&some, &ranges);
            prop_assert_eq!(&column.first_of_many(&some, &ranges), &few);
            prop_assert_eq!(few.map(|parts| parts.len()), Some(ranges.len()));
        }
    }
}

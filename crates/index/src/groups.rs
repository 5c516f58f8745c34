//! How many rows a selection has for each combination of values of some fields, and of letters at positions.
//!
//! Where the combinations that there can be are few, each has a cell in a table; where they are many, those that are
//! found are numbered, one field after the other. Both say the same. Start at [`Selection::count_by`].

use crate::alphabet::Alphabet;
use crate::columns::Column;
use crate::row::Value;
use crate::step::{code_of, codes, letter_of};
use crate::visible::Selection;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap};

/// Cells of a table at most: 16 MB.
const MAX_CELLS: usize = 1 << 22;
/// Cells of a table that are worth their making, whatever the rows are.
const FEW_CELLS: usize = 1 << 12;
/// Cells of a table for each row that are worth their making.
const CELLS_PER_ROW: u64 = 8;

/// By what rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The value of the field with this number.
    Field(usize),
    /// The letter at a position, as a text of one letter; the letter of what was not read where it was not.
    Letter {
        /// Number of the sequence.
        sequence: usize,
        /// From 0.
        position: u32,
    },
}

/// Where the values of rows are taken from.
enum Source<'a> {
    Column(&'a Column),
    /// Codes of letters, by the number of the row.
    Letters(Alphabet, Vec<u8>),
}

impl Source<'_> {
    fn width(&self) -> usize {
        match self {
            Source::Column(column) => column.width(),
            Source::Letters(alphabet, _) => codes(*alphabet),
        }
    }

    fn code(&self, row: u32) -> usize {
        match self {
            Source::Column(column) => column.code(row),
            Source::Letters(_, letters) => letters.get(row as usize).copied().map_or(0, usize::from),
        }
    }

    fn told(&self, code: usize) -> Value {
        match self {
            Source::Column(column) => column.told(code),
            Source::Letters(alphabet, _) => Value::Text(char::from(letter_of(*alphabet, code)).to_string()),
        }
    }

    fn value(&self, row: u32) -> Value {
        match self {
            Source::Column(column) => column.value(row),
            Source::Letters(..) => self.told(self.code(row)),
        }
    }
}

impl Selection<'_> {
    /// How many rows for each combination of values, null among them. `None` if a field or a position is none.
    pub fn count_by(&self, by: &[By]) -> Option<BTreeMap<Vec<Value>, u64>> {
        let sources: Vec<Source> = by.iter().map(|one| self.source(*one)).collect::<Option<_>>()?;
        let worth = usize::try_from(self.rows.len().saturating_mul(CELLS_PER_ROW)).unwrap_or(MAX_CELLS);
        let most = worth.clamp(FEW_CELLS, MAX_CELLS);
        let cells = sources.iter().try_fold(1usize, |cells, source| cells.checked_mul(source.width()));
        Some(match cells.filter(|cells| *cells <= most) {
            Some(cells) => by_table(&sources, cells, &self.rows),
            None => by_number(&sources, &self.rows),
        })
    }

    fn source(&self, by: By) -> Option<Source<'_>> {
        match by {
            By::Field(field) => self.index.columns.get(field).map(Source::Column),
            By::Letter { sequence, position } => self.letters_at(sequence, position),
        }
    }

    /// The letters at a position of all rows up to the last selected one. Those of rows between are the reference's.
    fn letters_at(&self, sequence: usize, position: u32) -> Option<Source<'_>> {
        let reference = self.index.schema.sequences.get(sequence)?;
        let symbols = self.index.symbols.get(sequence)?;
        let alphabet = reference.alphabet;
        let own = code_of(alphabet, *reference.letters.get(position as usize)?)?;
        let mut letters = vec![own; self.rows.max().map_or(0, |last| last as usize + 1)];
        let unread = symbols.unread(position);
        for (letter, rows) in symbols.at(position).chain([(alphabet.unread(), &unread)]) {
            let code = code_of(alphabet, letter)?;
            for row in rows & &self.rows {
                if let Some(place) = letters.get_mut(row as usize) {
                    *place = code;
                }
            }
        }
        Some(Source::Letters(alphabet, letters))
    }
}

/// A cell for each combination that there can be, the last source's values side by side.
fn by_table(sources: &[Source], cells: usize, rows: &RoaringBitmap) -> BTreeMap<Vec<Value>, u64> {
    let mut counts = vec![0u32; cells];
    for row in rows {
        let cell = sources.iter().fold(0, |cell, source| cell * source.width() + source.code(row));
        if let Some(count) = counts.get_mut(cell) {
            *count += 1;
        }
    }
    let found = counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
    let told = found.map(|(mut cell, count)| {
        let mut values = vec![Value::Null; sources.len()];
        for (value, source) in values.iter_mut().zip(sources).rev() {
            *value = source.told(cell % source.width());
            cell /= source.width();
        }
        (values, u64::from(count))
    });
    told.collect()
}

/// A number for each combination that is found.
fn by_number(sources: &[Source], rows: &RoaringBitmap) -> BTreeMap<Vec<Value>, u64> {
    let mut group_of = vec![0u32; usize::try_from(rows.len()).unwrap_or(usize::MAX)];
    for source in sources {
        let mut numbers: HashMap<(u32, usize), u32> = HashMap::new();
        for (group, row) in group_of.iter_mut().zip(rows) {
            let next = numbers.len() as u32;
            *group = *numbers.entry((*group, source.code(row))).or_insert(next);
        }
    }
    let mut counted: HashMap<u32, (u32, u64)> = HashMap::new();
    for (group, row) in group_of.into_iter().zip(rows) {
        counted.entry(group).or_insert((row, 0)).1 += 1;
    }
    let told = counted
        .into_values()
        .map(|(row, count)| (sources.iter().map(|source| source.value(row)).collect(), count));
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::FieldKind;
    use proptest::prelude::*;

    fn column(kind: FieldKind, values: &[Value]) -> Column {
        let mut column = Column::new(kind);
        values.iter().for_each(|value| column.append(value));
        column
    }

    proptest! {
        #[test]
        fn table_and_numbers_agree(
            values in prop::collection::vec((prop::option::of("[ab]{0,2}"), prop::option::of(-3..9i64)), 0..40),
            chosen in prop::collection::btree_set(0..40u32, 0..40),
        ) {
            let texts: Vec<Value> =
                values.iter().map(|(text, _)| text.clone().map_or(Value::Null, Value::Text)).collect();
            let numbers: Vec<Value> =
                values.iter().map(|(_, number)| number.map_or(Value::Null, Value::Number)).collect();
            let (texts, numbers) = (column(FieldKind::Text, &texts), column(FieldKind::Int, &numbers));
            let rows: RoaringBitmap = chosen.into_iter().filter(|row| (*row as usize) < values.len()).collect();
            let source = |column| vec![Source::Column(column)];
            let both = |one, other| vec![Source::Column(one), Source::Column(other)];
            for columns in [both(&texts, &numbers), both(&numbers, &texts), source(&texts), source(&numbers)] {
                let cells = columns.iter().map(|column| column.width()).product();
                let mut slow: BTreeMap<Vec<Value>, u64> = BTreeMap::new();
                for row in &rows {
                    *slow.entry(columns.iter().map(|column| column.value(row)).collect()).or_default() += 1;
                }
                prop_assert_eq!(&by_table(&columns, cells, &rows), &slow);
                prop_assert_eq!(&by_number(&columns, &rows), &slow);
            }
        }
    }

    #[test]
    fn numbers_that_are_far_apart_need_a_small_table() {
        let far = column(FieldKind::Int, &[Value::Number(i64::MIN), Value::Null, Value::Number(i64::MAX)]);
        let rows: RoaringBitmap = (0..3).collect();
        assert_eq!(by_table(&[Source::Column(&far)], far.width(), &rows).len(), 3);
    }
}

//! What is made of a selection, beside the same made of every row.

use super::{Plain, grouped, holds, text_of};
use crate::filter::Filter;
use crate::groups::By;
use crate::row::Value;
use crate::visible::Selection;
use proptest::prelude::*;
use std::ops::RangeInclusive;

/// What is made of a selection: letters to count by, fewer rows, and rows by ranges.
pub(super) fn agree(
    selection: &Selection,
    slow: &[&Plain],
    more: &Filter,
    ranges: &[RangeInclusive<i64>],
) -> Result<(), TestCaseError> {
    let letter = |position| By::Letter { sequence: 0, position };
    let values = |plain: &Plain| {
        vec![text_of(plain.letters[64]), plain.row.values[0].clone(), text_of(plain.letters[2])]
    };
    prop_assert_eq!(selection.count_by(&[letter(64), By::Field(0), letter(2)]), Some(grouped(slow, values)));
    let narrowed = selection.narrowed(more).expect("a filter of the schema");
    let both = |plain: &&&Plain| holds(plain, more, None);
    prop_assert_eq!(narrowed.count(), slow.iter().filter(both).count() as u64);
    let parts = selection.by_range(1, ranges).expect("a field of numbers");
    prop_assert_eq!(parts.len(), ranges.len());
    for (number, part) in parts.iter().enumerate() {
        let is_here = |plain: &&&Plain| first_range(plain, ranges) == Some(number);
        let here: Vec<&&Plain> = slow.iter().filter(is_here).collect();
        prop_assert_eq!(part.count(), here.len() as u64);
        prop_assert_eq!(part.shared(&narrowed), here.into_iter().filter(both).count() as u64);
        prop_assert_eq!(narrowed.shared(part), part.shared(&narrowed));
    }
    prop_assert!(selection.by_range(0, ranges).is_none());
    Ok(())
}

fn first_range(plain: &Plain, ranges: &[RangeInclusive<i64>]) -> Option<usize> {
    let Value::Number(day) = plain.row.values[1] else { return None };
    ranges.iter().position(|range| range.contains(&day))
}

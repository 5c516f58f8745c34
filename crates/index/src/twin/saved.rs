//! An index that was saved in parts and loaded again, and what was saved of its rights beside the rows.

use super::{Plain, ancestors, schema};
use crate::engine::Index;
use crate::row::{DataVersion, Disclosure, RowId};
use crate::saved::{Loaded, Part, SavedRights};
use proptest::prelude::*;

/// All parts of an index.
pub(super) fn all(index: &Index) -> Vec<(Part, Vec<u8>)> {
    let saved = |part| {
        let mut bytes = Vec::new();
        index.save(part, &mut bytes).expect("room");
        (part, bytes)
    };
    Part::all(index.schema()).into_iter().map(saved).collect()
}

/// The index again. No part loads when it is cut, for another number of rows, or as another part; and no index comes of
/// fewer parts.
pub(super) fn loaded(saved: &[(Part, Vec<u8>)], rows: usize) -> Index {
    let (schema, ancestors) = (schema(), ancestors());
    let load =
        |part, rows, mut bytes: &[u8]| Loaded::load((&schema, &ancestors), (part, rows), &mut bytes).ok();
    for (number, (part, bytes)) in saved.iter().enumerate() {
        let (other, _) = saved[(number + 1) % saved.len()];
        assert!(load(*part, rows, &bytes[..bytes.len() - 1]).is_none());
        assert!(load(*part, rows + 1, bytes).is_none());
        assert!(load(other, rows, bytes).is_none());
    }
    let parts = || saved.iter().filter_map(|(part, bytes)| load(*part, rows, bytes));
    assert!(Index::of_parts(schema.clone(), &ancestors, parts().skip(1).collect()).is_err());
    assert!(Index::of_parts(schema.clone(), &ancestors, parts().chain(parts()).collect()).is_err());
    Index::of_parts(schema.clone(), &ancestors, parts().collect()).expect("all parts")
}

/// What was saved of rights is what the rows have, and nothing else is.
pub(super) fn rights_agree(
    saved: &[(Part, Vec<u8>)],
    rows: &[Plain],
    ends: &[(DataVersion, u32)],
) -> Result<(), TestCaseError> {
    let (_, bytes) = saved.iter().find(|(part, _)| *part == Part::Rights).expect("a part");
    let rights = SavedRights::load(rows.len(), &mut bytes.as_slice()).expect("loaded");
    let told: Vec<_> =
        rows.iter().map(|plain| (plain.row.from, plain.row.from_ms, &plain.row.disclosure)).collect();
    let ended: Vec<_> =
        ends.iter().map(|(version, row)| (RowId(*row), *version, 10 * version.0 as i64)).collect();
    prop_assert!(rights.are(told.clone(), ended.clone()));
    if let Some(first) = rows.first() {
        let nobody = Disclosure::default();
        let mut closed = told.clone();
        closed[0].2 = &nobody;
        let is_told = !first.row.disclosure.audiences.is_empty() || first.row.disclosure.opening.is_some();
        prop_assert_eq!(rights.are(closed, ended.clone()), !is_told);
        let mut later = told.clone();
        later[0].1 += 1;
        prop_assert!(!rights.are(later, ended.clone()));
        prop_assert!(!rights.are(told.iter().skip(1).copied(), ended.clone()));
    }
    if !ended.is_empty() {
        prop_assert!(!rights.are(told, ended.into_iter().skip(1)));
    }
    Ok(())
}

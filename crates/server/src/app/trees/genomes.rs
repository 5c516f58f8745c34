//! A genome as it is attached to a tree: its name, what is known of it, and what it changes in its node.
//!
//! Refuses to know how it is written. Start at [`read`].

use crate::app::index::fields::{FIELDS, PRIMARY_KEY};
use crate::app::index::schema::node_of;
use hearth_index::descent::Changed;
use hearth_index::row::{FieldKind, RowId, Value};
use hearth_index::visible::Selection;

/// A genome below a node.
#[derive(Debug)]
pub(super) struct Genome {
    /// Its accession and version.
    pub name: String,
    /// Its fields that are known, as texts, by their names.
    pub known: Vec<(&'static str, String)>,
    /// The day of its collection, in days since 1970-01-01.
    pub day: Option<i64>,
    /// Positions at which it has another base than its node.
    pub substitutions: usize,
    /// What it changes in its node, by the number of the sequence in the tree's pack; nothing where its letters may not
    /// be taken.
    pub changes: Vec<(usize, Vec<Changed>)>,
}

/// A row of a selection with the node that it is nearest to; none where there is no such node. `sequences` are those of
/// the tree's pack, by their numbers in the index.
pub(super) fn read(
    selection: &Selection,
    sequences: &[usize],
    row: RowId,
    is_free: bool,
) -> Option<(u32, Genome)> {
    let node = node_of(selection.ancestor(row)?)?;
    let nucleotides = selection.descent(row, *sequences.first()?)?;
    let is_substitution = |one: &&Changed| one.from != b'-' && one.to != b'-';
    let substitutions = nucleotides.iter().filter(is_substitution).count();
    let changes = sequences.iter().enumerate().filter(|_| is_free).filter_map(|(of_pack, sequence)| {
        let changes = selection.descent(row, *sequence)?;
        (!changes.is_empty()).then_some((of_pack, changes))
    });
    let mut genome = Genome {
        name: String::new(),
        known: Vec::new(),
        day: None,
        substitutions,
        changes: changes.collect(),
    };
    for (number, field) in FIELDS.iter().enumerate() {
        let value = match (selection.value(row, number)?, field.kind) {
            (Value::Text(text), _) => text,
            (Value::Number(number), FieldKind::Boolean) => {
                if number != 0 {
                    "yes".to_owned()
                } else {
                    "no".to_owned()
                }
            }
            (Value::Number(day), FieldKind::Date) if field.name == "date" => {
                genome.day = Some(day);
                continue;
            }
            _ => continue,
        };
        match field.name {
            PRIMARY_KEY => genome.name = value,
            name => genome.known.push((name, value)),
        }
    }
    Some((node, genome))
}

//! What tells a file from all others: a digest of everything that its bytes follow from.
//!
//! That is the program, the packs, the format with its settings, and the genomes in their order. Of these goes in what
//! their reader sees anyway, so a tag tells nothing else. Start at [`of`].

use crate::app::index::fields::FIELDS;
use crate::app::index::{Held, Shelf};
use hearth_base::digest::{Digest, Digester};
use hearth_index::row::{RowId, Value};
use hearth_index::visible::Selection;

/// What is found anew when a genome is assigned anew: the rest follows from its entry.
const ASSIGNED: [&str; 2] = ["clade", "lineage"];

/// The tag of a file of some rows, written as some settings say.
pub fn of(shelf: &Shelf, settings: &[&str], held: &Held, selection: &Selection, rows: &[RowId]) -> Digest {
    let mut digester = Digester::default();
    for text in settings.iter().chain(&[env!("CARGO_PKG_VERSION")]) {
        add(&mut digester, text.as_bytes());
    }
    for segment in shelf.pathogen().segments() {
        let ready = shelf.pack_of(segment);
        add(&mut digester, segment.name.as_bytes());
        add(&mut digester, ready.version.as_bytes());
        add(&mut digester, ready.digest.as_bytes());
    }
    let fields: Vec<usize> =
        ASSIGNED.iter().filter_map(|name| FIELDS.iter().position(|field| field.name == *name)).collect();
    for row in rows {
        let Some(origin) = held.origin(*row) else { continue };
        digester.update(origin.entry.as_bytes());
        digester.update(&origin.version.version.to_be_bytes());
        for field in &fields {
            match selection.value(*row, *field) {
                Some(Value::Text(text)) => add(&mut digester, text.as_bytes()),
                _ => add(&mut digester, b""),
            }
        }
    }
    digester.finish()
}

fn add(digester: &mut Digester, bytes: &[u8]) {
    digester.update(&(bytes.len() as u64).to_be_bytes());
    digester.update(bytes);
}

//! A small pathogen for the targets that read queries. Start at [`answered`].

use hearth_index::alphabet::Alphabet;
use hearth_index::engine::Index;
use hearth_index::query::Query;
use hearth_index::row::{DataVersion, Field, FieldKind, Reference, Schema};
use hearth_index::visible::{Reader, Visible};
use std::sync::LazyLock;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let sequence = |name: &str, alphabet, letters: &[u8]| Reference {
        name: name.to_owned(),
        alphabet,
        letters: letters.to_vec(),
    };
    let field = |(name, kind): (&str, FieldKind)| Field { name: name.to_owned(), kind };
    let fields = [
        ("country", FieldKind::Text),
        ("date", FieldKind::Date),
        ("pangoLineage", FieldKind::Lineage),
        ("nextstrainClade", FieldKind::Text),
        ("version", FieldKind::Int),
        ("simulated", FieldKind::Boolean),
    ];
    let schema = Schema {
        sequences: vec![
            sequence("main", Alphabet::Nucleotide, &[b'A'; 300]),
            sequence("S", Alphabet::AminoAcid, &[b'K'; 90]),
        ],
        fields: fields.map(field).to_vec(),
        ..Schema::default()
    };
    Index::new(schema, &[]).expect("no ancestors")
});

/// What queries can ask for.
pub fn schema() -> &'static Schema {
    INDEX.schema()
}

/// What was read can be told, made a filter, and answered or refused.
pub fn answered(query: &Query) {
    assert!(!query.told(schema()).is_empty());
    let Ok(filter) = query.filter() else { return };
    let reader = Reader { audiences: Vec::new(), now_ms: 0, version: DataVersion(1) };
    if let Ok(selection) = Visible::new(&INDEX, &reader).select(&filter) {
        assert_eq!(selection.count(), 0);
    }
}

//! Genomes as a table in Apache Parquet: what is known of each with its type, and how it differs as lists of words.
//!
//! The words are those of the lines of JSON; those of proteins have the gene before them (`S:501Y`). Start at [`Typed`].

use super::lines::Differences;
use crate::app::index::fields::FIELDS;
use crate::http::lapis::writing::{Genome, Writing};
use hearth_formats::parquet::{Cell, Column, Kind, TableError, Writer};
use hearth_index::query::float::float_of;
use hearth_index::row::{FieldKind, Value};

/// Columns of words, of nucleotides and then of proteins, in the order of [`Differences::words`].
const LISTS: [[&str; 4]; 2] = [
    ["substitutions", "deletions", "insertions", "unread"],
    ["aaSubstitutions", "aaDeletions", "aaInsertions", "aaUnread"],
];

/// See the module.
pub struct Typed {
    /// None where something could not be written: the file has no end then, and no reader takes it for whole.
    writer: Option<Writer>,
    differences: Differences,
}

impl Typed {
    /// A table without rows.
    pub fn new() -> Self {
        let field = |field: &crate::app::index::fields::FieldRule| Column {
            name: field.name.to_owned(),
            kind: kind_of(field.kind),
        };
        let list = |name: &&str| Column { name: (*name).to_owned(), kind: Kind::Texts };
        let columns: Vec<Column> = FIELDS.iter().map(field).chain(LISTS.iter().flatten().map(list)).collect();
        Self { writer: kept(Writer::new(&columns)), differences: Differences::default() }
    }

    fn cells(&mut self, genome: &Genome) -> Vec<Cell> {
        let fields = FIELDS.iter().enumerate().map(|(number, field)| {
            cell(genome.selection.value(genome.row, number).unwrap_or(Value::Null), field.kind)
        });
        let mut cells: Vec<Cell> = fields.collect();
        let schema = genome.held.index.schema();
        let nucleotides: Vec<usize> = schema.segments().map(|(number, _)| number).collect();
        let proteins: Vec<usize> = schema.genes().map(|(number, _)| number).collect();
        for sequences in [nucleotides, proteins] {
            cells.extend(self.differences.words(genome, &sequences).map(Cell::Texts));
        }
        cells
    }
}

impl Writing for Typed {
    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        let cells = self.cells(genome);
        let Some(mut writer) = self.writer.take() else { return };
        let done = writer.row(cells).and_then(|()| writer.ready(out));
        self.writer = kept(done.map(|()| writer));
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        if let Some(mut writer) = self.writer.take() {
            kept(writer.end(out));
        }
        false
    }
}

fn kept<T>(done: Result<T, TableError>) -> Option<T> {
    done.inspect_err(|error| tracing::error!(error = %error, "a table is not whole")).ok()
}

fn kind_of(kind: FieldKind) -> Kind {
    match kind {
        FieldKind::Text | FieldKind::Lineage | FieldKind::Node => Kind::Text,
        FieldKind::Int => Kind::Whole,
        FieldKind::Float => Kind::Number,
        FieldKind::Date => Kind::Day,
        FieldKind::Boolean => Kind::Truth,
    }
}

fn cell(value: Value, kind: FieldKind) -> Cell {
    match (value, kind_of(kind)) {
        (Value::Text(text), _) => Cell::Text(text),
        (Value::Number(number), Kind::Whole) => Cell::Whole(number),
        (Value::Number(number), Kind::Number) => Cell::Number(float_of(number)),
        (Value::Number(number), Kind::Day) => i32::try_from(number).map_or(Cell::Empty, Cell::Day),
        (Value::Number(number), Kind::Truth) => Cell::Truth(number != 0),
        (Value::Null | Value::Number(_), _) => Cell::Empty,
    }
}

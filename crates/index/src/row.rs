//! What is handed in: the sequences and fields that a pathogen has, and a genome as a row of them.
//!
//! Positions count from 0 here; only a query's text counts from 1. Refuses to know how rows are kept. Start at [`Row`].

use crate::alphabet::Alphabet;
use crate::ancestors::AncestorId;
use crate::pango::Aliases;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A segment or a gene with its reference letters.
#[derive(Debug, Clone)]
pub struct Reference {
    /// As queries name it.
    pub name: String,
    /// Nucleotides or amino acids.
    pub alphabet: Alphabet,
    /// Upper-case letters, none of them ambiguous.
    pub letters: Vec<u8>,
}

/// The type of a metadata field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// A text that names a lineage of [`Schema::lineages`].
    Lineage,
    /// A text that names a node of [`Schema::nodes`].
    Node,
    /// Whole numbers.
    Int,
    /// Other numbers, each as what [`crate::query::float::code_of`] makes of it.
    Float,
    /// Days since 1970-01-01.
    Date,
    /// 0 and 1 for no and yes.
    Boolean,
}

impl FieldKind {
    /// Whether its values have an order that is asked for.
    pub fn has_order(self) -> bool {
        matches!(self, Self::Int | Self::Float | Self::Date)
    }
}

/// A metadata field.
#[derive(Debug, Clone)]
pub struct Field {
    /// As queries name it.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
}

/// What an index is made for.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Segments and genes.
    pub sequences: Vec<Reference>,
    /// Metadata.
    pub fields: Vec<Field>,
    /// For each lineage, by the name that rows have, those that descend from it.
    pub lineages: BTreeMap<String, BTreeSet<String>>,
    /// Other names of lineages.
    pub aliases: Aliases,
    /// Names of the ancestors that the index is made for, in their order: the first is that of ancestor 1.
    pub nodes: Vec<String>,
}

impl Schema {
    /// The segments, by their numbers.
    pub fn segments(&self) -> impl Iterator<Item = (usize, &Reference)> {
        self.of_alphabet(Alphabet::Nucleotide)
    }

    /// The genes, by their numbers.
    pub fn genes(&self) -> impl Iterator<Item = (usize, &Reference)> {
        self.of_alphabet(Alphabet::AminoAcid)
    }

    /// The one segment of a genome in one piece.
    pub fn only_segment(&self) -> Option<usize> {
        let mut segments = self.segments().map(|(number, _)| number);
        segments.next().filter(|_| segments.next().is_none())
    }

    /// A segment or a gene by its name, whatever its case.
    pub fn named(&self, alphabet: Alphabet, name: &str) -> Option<usize> {
        let mut these = self.of_alphabet(alphabet);
        these.find(|(_, one)| one.name.eq_ignore_ascii_case(name)).map(|(number, _)| number)
    }

    /// A gene by its name, or a segment where no gene has it.
    pub fn sequence_named(&self, name: &str) -> Option<usize> {
        self.named(Alphabet::AminoAcid, name).or_else(|| self.named(Alphabet::Nucleotide, name))
    }

    /// The name that stands before a position of a sequence: the only segment needs none.
    pub fn prefix_of(&self, sequence: usize) -> Option<&str> {
        let is_only = self.only_segment() == Some(sequence);
        self.sequences.get(sequence).filter(|_| !is_only).map(|one| one.name.as_str())
    }

    fn of_alphabet(&self, alphabet: Alphabet) -> impl Iterator<Item = (usize, &Reference)> {
        self.sequences.iter().enumerate().filter(move |(_, one)| one.alphabet == alphabet)
    }
}

impl Schema {
    /// A text as rows have it in a field: lineages may be asked for by other names.
    pub(crate) fn name_used<'t>(&self, field: usize, text: &'t str) -> Cow<'t, str> {
        let is_lineage = self.fields.get(field).is_some_and(|field| field.kind == FieldKind::Lineage);
        if is_lineage && !self.aliases.is_empty() {
            Cow::Owned(self.aliases.short(text))
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// A metadata value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing known.
    Null,
    /// See [`FieldKind::Text`].
    Text(String),
    /// Of the other kinds.
    Number(i64),
}

/// A letter other than the reference's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// From 0, in the reference.
    pub position: u32,
    /// The letter, `-` where it is deleted.
    pub letter: u8,
}

/// One sequence of a genome: how it differs from the reference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// In ascending order of position, ambiguous letters among them, none within `unread`.
    pub changes: Vec<Change>,
    /// What was not read (N, X or not covered), ascending and apart. All of it where the sequence is missing.
    pub unread: Vec<Range<u32>>,
    /// Letters between those of the reference, by position.
    pub insertions: Vec<Insertion>,
}

/// Letters of a genome between two of the reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Insertion {
    /// How many letters of the reference stand before it.
    pub after: u32,
    /// The letters, upper case.
    pub letters: Vec<u8>,
}

/// Those who may see the same, interned by the caller: an audience, or the owner of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AudienceId(pub u32);

/// Who may see a row. One who is in any of the audiences sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// At any time.
    pub audiences: Vec<AudienceId>,
    /// Besides, from a moment on.
    pub opening: Option<Opening>,
}

/// More may see a row from a moment on: an embargo ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// In milliseconds since 1970-01-01T00:00Z.
    pub at_ms: i64,
    /// Who.
    pub to: AudienceId,
}

/// A version of the data: rises with each change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DataVersion(pub u64);

/// Number of a row in its index, in the order of appending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u32);

/// A genome.
#[derive(Debug, Clone)]
pub struct Row {
    /// One for each field of the schema.
    pub values: Vec<Value>,
    /// One for each sequence of the schema.
    pub readings: Vec<Reading>,
    /// What it descends from, the nearer the better; the reference will do.
    pub ancestor: AncestorId,
    /// The first version that has it.
    pub from: DataVersion,
    /// When that was, in milliseconds since 1970-01-01T00:00Z.
    pub from_ms: i64,
    /// Who may see it.
    pub disclosure: Disclosure,
}

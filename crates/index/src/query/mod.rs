//! Texts of queries, made into filters: mutation codes, filters of fields, and the language that joins them.
//!
//! The languages are those of LAPIS v2, so that what is written for it works unchanged. A text is read into a [`Query`],
//! which says what is meant without any rows, and then made into a [`Filter`]. Everything has a bound. Refuses to know how
//! filters are answered, and HTTP. Start at [`advanced::parse`], [`variant::parse`], [`code::mutation`] and [`field::filters`].
//!
//! [`Filter`]: crate::filter::Filter

pub mod advanced;
pub mod code;
pub mod date;
pub mod field;
pub mod float;
mod text;
pub mod tree;
pub mod variant;

pub use tree::Query;

use crate::alphabet::Alphabet;
use crate::row::{Field, Schema};

/// The longest text of one query, in bytes.
pub const TEXT_MAX_BYTES: usize = 1 << 20;
/// The largest regular expression, compiled, in bytes.
const PATTERN_MAX_BYTES: usize = 1 << 20;

/// Why a query cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Too long.
    #[error("A query has at most {TEXT_MAX_BYTES} bytes: split it.")]
    Long,
    /// Something else is expected at a place.
    #[error("Failed to parse {language} query (line {line}:{column}): {what}")]
    Syntax {
        /// "advanced" or "variant".
        language: &'static str,
        /// From 1.
        line: usize,
        /// From 0, in letters.
        column: usize,
        /// What is wrong.
        what: String,
    },
    /// A mutation or insertion that is none.
    #[error("'{0}' is no mutation: write it like C241T, S:N501Y, 241-, S:501 or ins_22204:GAG")]
    Code(String),
    /// A segment that the pathogen does not have, where genes do not count.
    #[error("Unknown nucleotide sequence: {0}")]
    Segment(String),
    /// A gene that the pathogen does not have, where segments do not count.
    #[error("Unknown gene: {0}")]
    Gene(String),
    /// Before the first position or beyond the last one.
    #[error("Position of {code} is out of bounds {position} > {length}: positions are from 1 to {length}.")]
    Position {
        /// As it was asked.
        code: String,
        /// As it was asked.
        position: u64,
        /// Of the reference.
        length: usize,
    },
    /// Beyond the last position.
    #[error(
        "the requested insertion position ({position}) is larger than the length of the reference sequence ({length})"
    )]
    InsertionPosition {
        /// As it was asked.
        position: u64,
        /// Of the reference.
        length: usize,
    },
    /// A sequence that the pathogen does not have.
    #[error("{name} is not a known segment or gene, known are [{known}]")]
    Sequence {
        /// As it was asked.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A field that the pathogen does not have.
    #[error("Metadata field {name} does not exist. Known fields: [{known}]")]
    Field {
        /// As it was asked.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A value that a field cannot have, or a filter that it does not take.
    #[error("{0}")]
    Value(String),
}

/// A field by its name, whatever its case.
pub(crate) fn field_named<'a>(schema: &'a Schema, name: &str) -> Result<(usize, &'a Field), QueryError> {
    let found = schema.fields.iter().enumerate().find(|(_, field)| field.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| QueryError::Field {
        name: text::short(name),
        known: schema.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", "),
    })
}

/// A sequence by its name, whatever its case: a gene before a segment, the only segment as main too. With an alphabet,
/// only of that.
pub(crate) fn sequence_named(
    schema: &Schema,
    alphabet: Option<Alphabet>,
    name: &str,
) -> Result<usize, QueryError> {
    let found = match alphabet {
        Some(alphabet) => schema.named(alphabet, name),
        None => schema.sequence_named(name),
    };
    let may_be_main = alphabet != Some(Alphabet::AminoAcid) && name.eq_ignore_ascii_case("main");
    let main = || schema.only_segment().filter(|_| may_be_main);
    found.or_else(main).ok_or_else(|| match alphabet {
        Some(Alphabet::Nucleotide) => QueryError::Segment(text::short(name)),
        Some(Alphabet::AminoAcid) => QueryError::Gene(text::short(name)),
        None => QueryError::Sequence {
            name: text::short(name),
            known: schema.sequences.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "),
        },
    })
}

/// The one segment of a genome in one piece.
pub(crate) fn only_segment(schema: &Schema) -> Result<usize, QueryError> {
    schema.only_segment().ok_or_else(|| {
        let names: Vec<&str> = schema.segments().map(|(_, one)| one.name.as_str()).collect();
        QueryError::Value(format!(
            "This pathogen has several segments: write the segment before the position, as {}:241T. They are {}.",
            names.first().copied().unwrap_or("segment"),
            names.join(", ")
        ))
    })
}

/// A regular expression of bounded size.
///
/// # Errors
/// When it is none, or too large.
pub fn pattern(text: &str) -> Result<regex::Regex, QueryError> {
    let built = regex::RegexBuilder::new(text).size_limit(PATTERN_MAX_BYTES).build();
    built.map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        QueryError::Value(format!(
            "'{}' is no regular expression that can be used: {reason}",
            text::short(text)
        ))
    })
}

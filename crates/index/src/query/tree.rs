//! What a query says, before it is asked of rows, and how it becomes a filter.
//!
//! Members are named as the field's API names them, so that a server can show what it understood. Start at [`Query`].

use super::date::date_of;
use super::float::float_of;
use crate::filter::Filter;
use crate::row::{FieldKind, Schema};
use std::collections::BTreeSet;

/// What is asked. Sequences and fields by their numbers in the schema, positions from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Everything.
    True,
    /// All of these.
    And(Vec<Query>),
    /// Any of these.
    Or(Vec<Query>),
    /// Not this.
    Not(Box<Query>),
    /// Perhaps this, ambiguous letters taken at their best.
    Maybe(Box<Query>),
    /// So many of these.
    NOf {
        /// How many.
        number: usize,
        /// No more than that.
        is_exact: bool,
        /// Of these.
        of: Vec<Query>,
    },
    /// A letter; `None` for the reference's.
    Letter {
        /// Number of the sequence.
        sequence: usize,
        /// From 1.
        position: u32,
        /// Upper case.
        letter: Option<u8>,
    },
    /// Any letter that is surely another than the reference's.
    Mutated {
        /// Number of the sequence.
        sequence: usize,
        /// From 1.
        position: u32,
    },
    /// Inserted letters.
    Insertion {
        /// Number of the sequence.
        sequence: usize,
        /// How many letters of the reference stand before them.
        after: u32,
        /// `?` for any number of any.
        pattern: Vec<u8>,
    },
    /// One of some texts.
    Texts {
        /// Number of the field.
        field: usize,
        /// Case matters.
        texts: BTreeSet<String>,
    },
    /// A part of a text fits a regular expression.
    Search {
        /// Number of the field.
        field: usize,
        /// The expression.
        pattern: String,
    },
    /// A lineage and what descends from it.
    Below {
        /// Number of the field.
        field: usize,
        /// The lineage.
        lineage: String,
    },
    /// A node of a tree and what descends from it.
    Descends {
        /// Number of the field.
        field: usize,
        /// The node.
        node: String,
    },
    /// A number, or a day since 1970-01-01, within bounds that count.
    Between {
        /// Number of the field.
        field: usize,
        /// At least.
        from: Option<i64>,
        /// At most.
        to: Option<i64>,
    },
    /// No value.
    IsNull {
        /// Number of the field.
        field: usize,
    },
}

impl Query {
    /// The same, as rows are asked.
    ///
    /// # Errors
    /// When a regular expression cannot be used.
    pub fn filter(&self) -> Result<Filter, super::QueryError> {
        let all = |of: &[Query]| of.iter().map(Query::filter).collect::<Result<Vec<_>, _>>();
        Ok(match self {
            Query::True => Filter::True,
            Query::And(of) => Filter::And(all(of)?),
            Query::Or(of) => match texts_of_one(of) {
                Some(filter) => filter,
                None => Filter::Or(all(of)?),
            },
            Query::Not(of) => Filter::Not(Box::new(of.filter()?)),
            Query::Maybe(of) => Filter::Maybe(Box::new(of.filter()?)),
            Query::NOf { number, is_exact, of } => {
                Filter::NOf { count: *number, exactly: *is_exact, of: all(of)? }
            }
            Query::Letter { sequence, position, letter } => {
                Filter::Letter { sequence: *sequence, position: from_0(*position), letter: *letter }
            }
            Query::Mutated { sequence, position } => {
                Filter::Mutated { sequence: *sequence, position: from_0(*position) }
            }
            Query::Insertion { sequence, after, pattern } => {
                Filter::Insertion { sequence: *sequence, after: *after, pattern: pattern.clone() }
            }
            Query::Texts { field, texts } => Filter::AnyText { field: *field, texts: texts.clone() },
            Query::Search { field, pattern } => {
                Filter::Matches { field: *field, pattern: super::pattern(pattern)? }
            }
            Query::Below { field, lineage } => Filter::Below { field: *field, lineage: lineage.clone() },
            Query::Descends { field, node } => Filter::Descends { field: *field, node: node.clone() },
            Query::Between { field, from, to } => {
                let range = from.unwrap_or(i64::MIN)..=to.unwrap_or(i64::MAX);
                Filter::Between { field: *field, range }
            }
            Query::IsNull { field } => Filter::IsNull { field: *field },
        })
    }

    /// The same in words that a person can check, with the names of a schema.
    pub fn told(&self, schema: &Schema) -> String {
        let join = |of: &[Query], between: &str| {
            of.iter().map(|one| one.told(schema)).collect::<Vec<_>>().join(between)
        };
        let name = |sequence: &usize| schema.sequences.get(*sequence).map_or("?", |one| one.name.as_str());
        let field = |field: &usize| schema.fields.get(*field).map_or("?", |one| one.name.as_str());
        match self {
            Query::True => "everything".to_owned(),
            Query::And(of) => format!("({})", join(of, " and ")),
            Query::Or(of) => format!("({})", join(of, " or ")),
            Query::Not(of) => format!("not {}", of.told(schema)),
            Query::Maybe(of) => format!("perhaps {}", of.told(schema)),
            Query::NOf { number, is_exact, of } => {
                let bound = if *is_exact { "exactly" } else { "at least" };
                format!("{bound} {number} of [{}]", join(of, ", "))
            }
            Query::Letter { sequence, position, letter } => {
                format!("{}:{position}{}", name(sequence), char::from(letter.unwrap_or(b'.')))
            }
            Query::Mutated { sequence, position } => format!("{}:{position}", name(sequence)),
            Query::Insertion { sequence, after, pattern } => {
                format!("ins_{}:{after}:{}", name(sequence), String::from_utf8_lossy(pattern))
            }
            Query::Texts { field: number, texts } => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                format!("{} is {}", field(number), texts.join(" or "))
            }
            Query::Search { field: number, pattern } => format!("{} contains {pattern}", field(number)),
            Query::Below { field: number, lineage } => format!("{} is {lineage} or below", field(number)),
            Query::Descends { field: number, node } => format!("{} descends from {node}", field(number)),
            Query::Between { field: number, from, to } => {
                let kind = schema.fields.get(*number).map(|one| one.kind);
                let told = |bound: &Option<i64>| match (bound, kind) {
                    (None, _) => String::new(),
                    (Some(day), Some(FieldKind::Date)) => date_of(*day),
                    (Some(number), Some(FieldKind::Float)) => float_of(*number).to_string(),
                    (Some(number), _) => number.to_string(),
                };
                format!("{} from {} to {}", field(number), told(from), told(to))
            }
            Query::IsNull { field: number } => format!("{} is not known", field(number)),
        }
    }
}

/// Thousands of accessions, each a condition of its own, are looked up together.
fn texts_of_one(of: &[Query]) -> Option<Filter> {
    let Some(Query::Texts { field, .. }) = of.first() else { return None };
    let mut all = BTreeSet::new();
    for one in of {
        match one {
            Query::Texts { field: other, texts } if other == field => all.extend(texts.iter().cloned()),
            _ => return None,
        }
    }
    Some(Filter::AnyText { field: *field, texts: all })
}

/// Position 0 is none: it becomes one that no sequence has.
fn from_0(position: u32) -> u32 {
    position.checked_sub(1).unwrap_or(u32::MAX)
}

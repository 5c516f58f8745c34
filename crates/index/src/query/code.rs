//! Codes of mutations and insertions: `C241T`, `241-`, `S:N501Y`, `S:501`, `MAYBE(241T)`, `ins_22204:GAG?`, `ins_S:214:EPE`.
//!
//! The letter before the position is read and not used: what was there is the reference's. Start at [`mutation`].

use super::text::short;
use super::{Query, QueryError, only_segment, sequence_named};
use crate::alphabet::Alphabet;
use crate::row::Schema;

/// Reads a mutation, of any sequence of the schema.
///
/// # Errors
/// When it is none, or names a sequence that is not there.
pub fn mutation(schema: &Schema, text: &str) -> Result<Query, QueryError> {
    mutation_in(schema, None, text)
}

fn mutation_in(schema: &Schema, of: Option<Alphabet>, text: &str) -> Result<Query, QueryError> {
    let text = text.trim();
    let maybe = text.get(..6).filter(|head| head.eq_ignore_ascii_case("maybe("));
    if let Some(inner) = maybe.and_then(|_| text.get(6..)).and_then(|rest| rest.strip_suffix(')')) {
        return Ok(Query::Maybe(Box::new(mutation_in(schema, of, inner)?)));
    }
    let wrong = || QueryError::Code(short(text));
    let (sequence, code) = match text.split_once(':') {
        Some((name, code)) => (sequence_named(schema, of, name.trim())?, code),
        None if of == Some(Alphabet::AminoAcid) => return Err(wrong()),
        None => (only_segment(schema)?, text),
    };
    let alphabet = schema.sequences.get(sequence).ok_or_else(wrong)?.alphabet;
    let (before, rest) = code.split_at(code.find(|letter: char| letter.is_ascii_digit()).ok_or_else(wrong)?);
    let (digits, after) =
        rest.split_at(rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len()));
    let is_letter =
        |text: &str| text.len() == 1 && alphabet.set(text.as_bytes()[0].to_ascii_uppercase()).is_some();
    if !before.is_empty() && (before == "-" || !is_letter(before)) {
        return Err(wrong());
    }
    let (position, length) = (number(digits).ok_or_else(wrong)?, length_of(schema, sequence));
    let within = u32::try_from(position).ok().filter(|at| (1..=length).contains(&(*at as usize)));
    let position = within.ok_or_else(|| QueryError::Position { code: short(text), position, length })?;
    match after {
        "" => Ok(Query::Mutated { sequence, position }),
        "." => Ok(Query::Letter { sequence, position, letter: None }),
        one if is_letter(one) => Ok(Query::Letter {
            sequence,
            position,
            letter: one.bytes().next().map(|one| one.to_ascii_uppercase()),
        }),
        _ => Err(wrong()),
    }
}

/// Reads a mutation of a segment or a gene, whichever alphabet is asked for.
///
/// # Errors
/// When it is none, or names a sequence that is not one of these.
pub fn mutation_of(schema: &Schema, alphabet: Alphabet, text: &str) -> Result<Query, QueryError> {
    mutation_in(schema, Some(alphabet), text)
}

/// Reads an insertion into a segment or a gene, whichever alphabet is asked for.
///
/// # Errors
/// When it is none, or names a sequence that is not one of these.
pub fn insertion_of(schema: &Schema, alphabet: Alphabet, text: &str) -> Result<Query, QueryError> {
    insertion_in(schema, Some(alphabet), text)
}

/// Reads either.
///
/// # Errors
/// When it is none of them, or names a sequence that is not there.
pub fn mutation_or_insertion(schema: &Schema, text: &str) -> Result<Query, QueryError> {
    let is_insertion = text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("ins_"));
    if is_insertion { insertion(schema, text) } else { mutation(schema, text) }
}

/// Reads an insertion.
///
/// # Errors
/// When it is none, or names a sequence that is not there.
pub fn insertion(schema: &Schema, text: &str) -> Result<Query, QueryError> {
    insertion_in(schema, None, text)
}

fn insertion_in(schema: &Schema, of: Option<Alphabet>, text: &str) -> Result<Query, QueryError> {
    let wrong = || QueryError::Code(short(text));
    let head = text.get(..4).filter(|head| head.eq_ignore_ascii_case("ins_"));
    let rest = head.and_then(|_| text.get(4..)).ok_or_else(wrong)?;
    let parts: Vec<&str> = rest.split(':').collect();
    let (sequence, position, letters) = match parts.as_slice() {
        [_, _] if of == Some(Alphabet::AminoAcid) => return Err(wrong()),
        [position, letters] => (only_segment(schema)?, position, letters),
        [name, position, letters] => (sequence_named(schema, of, name.trim())?, position, letters),
        _ => return Err(wrong()),
    };
    let alphabet = schema.sequences.get(sequence).ok_or_else(wrong)?.alphabet;
    let pattern = letters.to_ascii_uppercase().into_bytes();
    let is_known = |letter: &u8| *letter == b'?' || (*letter != b'-' && alphabet.set(*letter).is_some());
    if pattern.is_empty() || !pattern.iter().all(is_known) {
        return Err(wrong());
    }
    let (position, length) = (number(position).ok_or_else(wrong)?, length_of(schema, sequence));
    match u32::try_from(position) {
        Ok(after) if after as usize <= length => Ok(Query::Insertion { sequence, after, pattern }),
        _ => Err(QueryError::InsertionPosition { position, length }),
    }
}

/// Digits; those that are too many for a number are beyond any sequence.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn length_of(schema: &Schema, sequence: usize) -> usize {
    schema.sequences.get(sequence).map_or(0, |one| one.letters.len())
}

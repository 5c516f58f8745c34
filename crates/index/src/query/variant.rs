//! The older language, of variants of SARS-CoV-2: `BA.5* & [2-of: S:452R, 241T, nextstrainClade:22B] | !ins_22204:?`.
//!
//! Operators and lists are those of [`super::advanced`], as signs only; lineages stand by their bare names and other
//! names of variants behind a colon. Which fields are meant is fixed by the language. Start at [`parse`].

use super::advanced::Parser;
use super::field::{below, is};
use super::{Query, QueryError, code, field_named};
use crate::row::{FieldKind, Schema};

/// What stands before a colon, and the field that it asks.
const FIELDS: [(&str, &str); 4] = [
    ("nextcladePangoLineage", "nextcladePangoLineage"),
    ("nextstrainClade", "nextstrainClade"),
    ("gisaid", "gisaidClade"),
    ("usherTree.descendantOf", "usherTree"),
];
/// The field of bare lineages.
const LINEAGE: &str = "pangoLineage";
/// The most letters before the first dot of a lineage.
const LINEAGE_MOST_LETTERS: usize = 3;

/// Reads a query.
///
/// # Errors
/// When it cannot be understood, with the place, or asks a field that the pathogen does not have.
pub fn parse(schema: &Schema, text: &str) -> Result<Query, QueryError> {
    Parser::read(schema, text, Some(condition))
}

/// What a word asks for.
fn condition(schema: &Schema, word: &str) -> Result<Asked, QueryError> {
    if let Some((name, value)) = word.split_once(':')
        && let Some((name, field)) = FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
    {
        let (number, field) = field_named(schema, field)?;
        let value = if name.ends_with("Lineage") { value.to_ascii_uppercase() } else { value.to_owned() };
        if name.ends_with("descendantOf") {
            return Ok(Asked::Field(below(schema, number, field, &value)?));
        }
        return Ok(Asked::Field(is(number, field, Some(&value))?));
    }
    if is_lineage(word) {
        let (number, field) = field_named(schema, LINEAGE)?;
        if field.kind != FieldKind::Lineage {
            let text =
                format!("{} holds no lineages here: ask it as a field, not by a bare name", field.name);
            return Err(QueryError::Value(text));
        }
        return Ok(Asked::Field(is(number, field, Some(&word.to_ascii_uppercase()))?));
    }
    Ok(Asked::Letters(code::mutation_or_insertion(schema, word)?))
}

/// What a word asked for; MAYBE takes letters only.
pub(super) enum Asked {
    Field(Query),
    Letters(Query),
}

/// Letters, then numbers with dots before them, perhaps a star: a letter with digits at once is a mutation.
fn is_lineage(word: &str) -> bool {
    let name = word.strip_suffix('*').unwrap_or(word);
    let mut parts = name.split('.');
    let letters = parts.next().unwrap_or_default();
    let is_short = (1..=LINEAGE_MOST_LETTERS).contains(&letters.len());
    is_short
        && letters.bytes().all(|one| one.is_ascii_alphabetic())
        && parts.all(|part| part.bytes().all(|one| one.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::Alphabet;
    use crate::row::{Field, Reference};

    fn schema(fields: &[(&str, FieldKind)]) -> Schema {
        let sequence =
            |name: &str, alphabet| Reference { name: name.into(), alphabet, letters: vec![b'A'; 300] };
        let field = |(name, kind): &(&str, FieldKind)| Field { name: (*name).into(), kind: *kind };
        Schema {
            sequences: vec![sequence("main", Alphabet::Nucleotide), sequence("S", Alphabet::AminoAcid)],
            fields: fields.iter().map(field).collect(),
            ..Schema::default()
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let schema = schema(&[
            ("pangoLineage", FieldKind::Lineage),
            ("nextcladePangoLineage", FieldKind::Lineage),
            ("nextstrainClade", FieldKind::Text),
            ("usherTree", FieldKind::Lineage),
        ]);
        let told = parse(&schema, text).map_or_else(|error| error.to_string(), |query| query.told(&schema));
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn lineages_mutations_and_clades() {
        check("BA.5*", "pangoLineage is BA.5 or below");
        check("ba.5.* ", "pangoLineage is BA.5 or below");
        check("B", "pangoLineage is B");
        check("BA.5.", "'BA.5.' ends with a dot: did you mean BA.5.*?");
        check("C240T", "main:240T");
        check("240-", "main:240-");
        check("nextcladePangoLineage:BA.5*", "nextcladePangoLineage is BA.5 or below");
        check("NEXTSTRAINCLADE:22B", "nextstrainClade is 22B");
        check("nextstrainClade:recombinant", "nextstrainClade is recombinant");
        check("usherTree.descendantOf:NODE_1", "usherTree is NODE_1 or below");
        check(
            "!S:50Y & ins_22:A? | [exactly-1-of: XBB*, 241]",
            "((not S:50Y and ins_main:22:A?) or exactly 1 of [pangoLineage is XBB or below, main:241])",
        );
    }

    #[test]
    fn wrong_ones_are_told() {
        check(
            "BA.5 and B",
            "Failed to parse variant query (line 1:5): an operator or the end of the query is expected here",
        );
        check(
            "MAYBE(BA.5)",
            "Failed to parse variant query (line 1:10): MAYBE takes mutations and insertions, not fields",
        );
        check(
            "country=Kenya",
            "Failed to parse variant query (line 1:0): 'country' is no mutation: write it like C241T, S:N501Y, 241-, S:501 or ins_22204:GAG",
        );
        check(
            "gisaid:GRA",
            "Metadata field gisaidClade does not exist. Known fields: [pangoLineage, nextcladePangoLineage, nextstrainClade, usherTree]",
        );
        let text =
            |fields: &[(&str, FieldKind)]| parse(&schema(fields), "BA.5*").map_err(|error| error.to_string());
        assert_eq!(text(&[]), Err("Metadata field pangoLineage does not exist. Known fields: []".into()));
        assert_eq!(
            text(&[("pangoLineage", FieldKind::Text)]),
            Err("pangoLineage holds no lineages here: ask it as a field, not by a bare name".into())
        );
    }
}

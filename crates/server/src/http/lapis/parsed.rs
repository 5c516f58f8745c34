//! What a query was understood to say, as a tree of JSON.
//!
//! Conditions joined by the same word stand beside each other, in the order in which they were written. Refuses to ask
//! rows. Start at [`parse`].

use super::asked::Asked;
use super::fault::Fault;
use super::select::Bench;
use super::told::Told;
use hearth_index::alphabet::Alphabet;
use hearth_index::filter::FilterError;
use hearth_index::query::date::date_of;
use hearth_index::query::float::float_of;
use hearth_index::query::{Query, advanced};
use hearth_index::row::{FieldKind, Schema};
use hearth_index::weight::{MAX_WEIGHT, weight};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Queries that are read at once.
const QUERIES_MAX: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Queries {
    queries: Vec<String>,
    /// Whether they could be asked too, not only read.
    #[serde(default)]
    do_full_validation: bool,
}

/// Reads queries: each is understood or not.
///
/// # Errors
/// When the question itself is wrong, or there is no index.
pub fn parse(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    let Queries { queries, do_full_validation } = asked.document()?;
    if queries.len() > QUERIES_MAX {
        let text = format!("these are {} queries, and at most {QUERIES_MAX} are read at once", queries.len());
        return Err(Fault::bad(text));
    }
    bench.with(&asked.with_keys(&Map::new())?, |held, _| {
        let schema = held.index.schema();
        let told = queries.iter().map(|text| match read(schema, text, do_full_validation) {
            Ok(query) => json!({ "type": "success", "filter": tree(schema, &query) }),
            Err(fault) => json!({ "type": "failure", "error": fault.detail }),
        });
        Ok(Told::Data(told.collect()))
    })
}

fn read(schema: &Schema, text: &str, is_full: bool) -> Result<Query, Fault> {
    let query = advanced::parse(schema, text)?;
    if is_full && weight(&query.filter()?) > MAX_WEIGHT {
        return Err(FilterError::Heavy.into());
    }
    Ok(query)
}

/// A query as JSON, with the names of a schema.
fn tree(schema: &Schema, query: &Query) -> Value {
    let child = |of: &Query| tree(schema, of);
    match query {
        Query::True => json!({ "type": "True" }),
        Query::And(_) => json!({ "type": "And", "children": joined(schema, query) }),
        Query::Or(_) => json!({ "type": "Or", "children": joined(schema, query) }),
        Query::Not(of) => json!({ "type": "Not", "child": child(of) }),
        Query::Maybe(of) => json!({ "type": "Maybe", "child": child(of) }),
        Query::NOf { number, is_exact, of } => json!({
            "type": "N-Of",
            "numberOfMatchers": number,
            "matchExactly": is_exact,
            "children": of.iter().map(child).collect::<Vec<_>>(),
        }),
        Query::Letter { .. } | Query::Mutated { .. } | Query::Insertion { .. } => of_letters(schema, query),
        _ => of_fields(schema, query),
    }
}

/// The parts of a chain, those of chains of the same word within it among them.
fn joined(schema: &Schema, query: &Query) -> Vec<Value> {
    let mut found = Vec::new();
    let (Query::And(of) | Query::Or(of)) = query else { return found };
    for one in of {
        match (query, one) {
            (Query::And(_), Query::And(_)) | (Query::Or(_), Query::Or(_)) => {
                found.extend(joined(schema, one))
            }
            _ => found.push(tree(schema, one)),
        }
    }
    found
}

fn of_letters(schema: &Schema, query: &Query) -> Value {
    let (Query::Letter { sequence, .. }
    | Query::Mutated { sequence, .. }
    | Query::Insertion { sequence, .. }) = query
    else {
        return Value::Null;
    };
    let reference = schema.sequences.get(*sequence);
    let is_gene = reference.is_some_and(|one| one.alphabet == Alphabet::AminoAcid);
    let segments = schema.sequences.iter().filter(|one| one.alphabet == Alphabet::Nucleotide).count();
    // The only segment needs no name.
    let name = reference.filter(|_| is_gene || segments > 1).map(|one| one.name.as_str());
    let sort = |of_genome: &'static str, of_gene: &'static str| if is_gene { of_gene } else { of_genome };
    match query {
        Query::Letter { position, letter, .. } => json!({
            "type": sort("NucleotideEquals", "AminoAcidEquals"),
            "sequenceName": name,
            "position": position,
            "symbol": char::from(letter.unwrap_or(b'.')),
        }),
        Query::Mutated { position, .. } => json!({
            "type": sort("HasNucleotideMutation", "HasAminoAcidMutation"),
            "sequenceName": name,
            "position": position,
        }),
        Query::Insertion { after, pattern, .. } => json!({
            "type": sort("InsertionContains", "AminoAcidInsertionContains"),
            "position": after,
            // A regular expression.
            "value": String::from_utf8_lossy(pattern).replace('*', "\\*").replace('?', ".*"),
            "sequenceName": name,
        }),
        _ => Value::Null,
    }
}

fn of_fields(schema: &Schema, query: &Query) -> Value {
    let named = |field: &usize| schema.fields.get(*field);
    let column = |field: &usize| named(field).map(|field| field.name.as_str());
    match query {
        Query::Texts { field, texts } => {
            let is_lineage = named(field).is_some_and(|field| field.kind == FieldKind::Lineage);
            let one = |text: &String| match is_lineage {
                true => lineage(column(field), text, false),
                false => json!({ "type": "StringEquals", "column": column(field), "value": text }),
            };
            match texts.len() {
                1 => texts.iter().map(one).collect::<Vec<_>>().pop().unwrap_or_default(),
                _ => json!({ "type": "Or", "children": texts.iter().map(one).collect::<Vec<_>>() }),
            }
        }
        Query::Below { field, lineage: name } => lineage(column(field), name, true),
        Query::Descends { field, node } => {
            json!({ "type": "PhyloDescendantOf", "column": column(field), "internalNode": node })
        }
        Query::Search { field, pattern } => {
            json!({ "type": "StringSearch", "column": column(field), "searchExpression": pattern })
        }
        Query::Between { field, from, to } => {
            let kind = named(field).map_or(FieldKind::Int, |field| field.kind);
            between(column(field), kind, (*from, *to))
        }
        Query::IsNull { field } => json!({ "type": "IsNull", "column": column(field) }),
        _ => Value::Null,
    }
}

fn lineage(column: Option<&str>, name: &str, with_below: bool) -> Value {
    json!({ "type": "Lineage", "column": column, "value": name, "includeSublineages": with_below })
}

fn between(column: Option<&str>, kind: FieldKind, (from, to): (Option<i64>, Option<i64>)) -> Value {
    match (kind, from) {
        (FieldKind::Boolean, Some(flag)) => {
            json!({ "type": "BooleanEquals", "column": column, "value": flag != 0 })
        }
        (FieldKind::Date, _) => json!({
            "type": "DateBetween",
            "column": column,
            "from": from.map(date_of),
            "to": to.map(date_of),
        }),
        (FieldKind::Float, Some(number)) if from == to => {
            json!({ "type": "FloatEquals", "column": column, "value": float_of(number) })
        }
        (FieldKind::Float, _) => json!({
            "type": "FloatBetween",
            "column": column,
            "from": from.map(float_of),
            "to": to.map(float_of),
        }),
        (_, Some(number)) if from == to => {
            json!({ "type": "IntEquals", "column": column, "value": number })
        }
        _ => json!({ "type": "IntBetween", "column": column, "from": from, "to": to }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_index::row::{Field, Reference};

    fn schema() -> Schema {
        let sequence =
            |name: &str, alphabet| Reference { name: name.into(), alphabet, letters: vec![b'A'; 300] };
        let field = |name: &str, kind| Field { name: name.into(), kind };
        Schema {
            sequences: vec![sequence("main", Alphabet::Nucleotide), sequence("S", Alphabet::AminoAcid)],
            fields: vec![
                field("country", FieldKind::Text),
                field("date", FieldKind::Date),
                field("lineage", FieldKind::Lineage),
                field("version", FieldKind::Int),
                field("simulated", FieldKind::Boolean),
            ],
            ..Schema::default()
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &Value) {
        let found = read(&schema(), text, true).map(|query| tree(&schema(), &query));
        assert_eq!(found.as_ref(), Ok(expected), "{text}");
    }

    fn of(kind: &str, members: Value) -> Value {
        let mut told = json!({ "type": kind });
        told.as_object_mut().expect("members").extend(members.as_object().expect("members").clone());
        told
    }

    #[test]
    fn letters() {
        let place = |name: Option<&str>| json!({ "sequenceName": name, "position": 5 });
        check("A5", &of("HasNucleotideMutation", place(None)));
        check("s:5", &of("HasAminoAcidMutation", place(Some("S"))));
        let letter = |letter| json!({ "sequenceName": null, "position": 5, "symbol": letter });
        check("main:5-", &of("NucleotideEquals", letter("-")));
        check("5.", &of("NucleotideEquals", letter(".")));
        let stop = json!({ "sequenceName": "S", "position": 5, "symbol": "*" });
        check("S:5*", &of("AminoAcidEquals", stop));
        let inserted =
            |value, name: Option<&str>| json!({ "position": 5, "value": value, "sequenceName": name });
        check("ins_5:A?C", &of("InsertionContains", inserted("A.*C", None)));
        check("ins_S:5:*?", &of("AminoAcidInsertionContains", inserted("\\*.*", Some("S"))));
    }

    #[test]
    fn fields() {
        let equal = |column, value: Value| json!({ "column": column, "value": value });
        check("Country=Kenya", &of("StringEquals", equal("country", "Kenya".into())));
        check("version=3", &of("IntEquals", equal("version", 3.into())));
        check("simulated=false", &of("BooleanEquals", equal("simulated", false.into())));
        let from = json!({ "column": "date", "from": "2024-02-29", "to": null });
        check("date>=2024-02-29", &of("DateBetween", from));
        let day = json!({ "column": "date", "from": "2024-02-29", "to": "2024-02-29" });
        check("date=2024-02-29", &of("DateBetween", day));
        check("version<=3", &of("IntBetween", json!({ "column": "version", "from": null, "to": 3 })));
        check("lineage=BA.2", &lineage(Some("lineage"), "BA.2", false));
        check("lineage=BA.2*", &lineage(Some("lineage"), "BA.2", true));
        check(
            "country.regex='^K'",
            &of("StringSearch", json!({ "column": "country", "searchExpression": "^K" })),
        );
        check("IsNull(date)", &of("IsNull", json!({ "column": "date" })));
    }

    #[test]
    fn chains_are_flat() {
        let one =
            |position| of("HasNucleotideMutation", json!({ "sequenceName": null, "position": position }));
        let all = |kind, children: &[Value]| json!({ "type": kind, "children": children });
        check("1 & (2 & 3)", &all("And", &[one(1), one(2), one(3)]));
        check("1 | 2 | (3 & 4)", &all("Or", &[one(1), one(2), all("And", &[one(3), one(4)])]));
        let not = json!({ "type": "Not", "child": one(1) });
        let maybe = json!({ "type": "Maybe", "child": one(2) });
        let counted = json!({ "numberOfMatchers": 1, "matchExactly": true, "children": [not, maybe] });
        check("[exactly-1-of: !1, maybe(2)]", &of("N-Of", counted));
    }
}

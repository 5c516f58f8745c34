//! Filters of fields: a key and what its values must be.
//!
//! Keys are the names of fields, with `From`, `To`, `.regex` or `.isNull` behind them. Several values of one key mean any
//! of them. Start at [`filters`].

use super::date::day_of;
use super::float;
use super::text::short;
use super::{Query, QueryError, field_named};
use crate::row::{Field, FieldKind, Schema};
use std::collections::BTreeMap;

/// What a key asks of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asks {
    Is,
    From,
    To,
    Regex,
    Below,
    IsNull,
}

/// All of some filters. `None` as a value is no value.
///
/// # Errors
/// When a key or a value is none, or two keys contradict each other.
pub fn filters<'a>(
    schema: &Schema,
    keys: impl Iterator<Item = (&'a str, Vec<Option<String>>)>,
) -> Result<Vec<Query>, QueryError> {
    let mut by_field: BTreeMap<usize, BTreeMap<Asks, Vec<Option<String>>>> = BTreeMap::new();
    for (key, values) in keys {
        let (field, asks) = key_of(schema, key)?;
        by_field.entry(field).or_default().entry(asks).or_default().extend(values);
    }
    let mut found = Vec::new();
    for (number, asked) in by_field {
        let Some(field) = schema.fields.get(number) else { continue };
        contradiction(field, &asked)?;
        let bound = |asks| asked.get(&asks).map(|values| one_of(field, values)).transpose();
        if let (from, to) = (bound(Asks::From)?, bound(Asks::To)?)
            && (from.is_some() || to.is_some())
        {
            found.push(Query::Between { field: number, from, to });
        }
        for (asks, values) in &asked {
            match asks {
                Asks::Is => found.push(any(values.iter().map(|value| is(number, field, value.as_deref())))?),
                Asks::Regex => {
                    found.push(any(values.iter().map(|value| search(number, field, value.as_deref())))?)
                }
                Asks::Below => match values.as_slice() {
                    [Some(node)] => found.push(below(schema, number, field, node)?),
                    _ => {
                        let text = format!("{}.phyloDescendantOf takes one node", field.name);
                        return Err(QueryError::Value(text));
                    }
                },
                Asks::IsNull => found.push(is_null(number, field, values)?),
                Asks::From | Asks::To => {}
            }
        }
    }
    Ok(found)
}

fn key_of(schema: &Schema, key: &str) -> Result<(usize, Asks), QueryError> {
    let lower = key.to_ascii_lowercase();
    let mut tried = vec![(key, Asks::Is)];
    for (ending, asks) in [
        (".regex", Asks::Regex),
        (".isnull", Asks::IsNull),
        (".phylodescendantof", Asks::Below),
        ("from", Asks::From),
        ("to", Asks::To),
    ] {
        if lower.ends_with(ending) {
            tried.extend(key.get(..key.len() - ending.len()).map(|name| (name, asks)));
        }
    }
    let fits = |field: &Field, asks: Asks| match asks {
        Asks::Is | Asks::IsNull => true,
        Asks::Below => matches!(field.kind, FieldKind::Lineage | FieldKind::Node),
        Asks::Regex => is_text(field.kind),
        Asks::From | Asks::To => field.kind.has_order(),
    };
    let found = tried.into_iter().find_map(|(name, asks)| {
        let (number, field) = field_named(schema, name).ok()?;
        fits(field, asks).then_some((number, asks))
    });
    found.ok_or_else(|| {
        let keys = schema.fields.iter().flat_map(|field| {
            let endings: &[&str] = match field.kind {
                FieldKind::Text => &["", ".regex", ".isNull"],
                FieldKind::Lineage | FieldKind::Node => &["", ".regex", ".phyloDescendantOf", ".isNull"],
                FieldKind::Int | FieldKind::Float | FieldKind::Date => &["", "From", "To", ".isNull"],
                FieldKind::Boolean => &["", ".isNull"],
            };
            endings.iter().map(move |ending| format!("{}{ending}", field.name))
        });
        let keys = keys.collect::<Vec<_>>().join(", ");
        QueryError::Value(format!(
            "'{}' is not a valid sequence filter key. Valid keys are: {keys}",
            short(key)
        ))
    })
}

fn contradiction(field: &Field, asked: &BTreeMap<Asks, Vec<Option<String>>>) -> Result<(), QueryError> {
    let has = |asks| asked.contains_key(&asks);
    let name = &field.name;
    let text = match () {
        () if has(Asks::IsNull) && asked.len() > 1 => {
            format!("{name}.isNull cannot be used with another filter of {name}")
        }
        () if has(Asks::Is) && has(Asks::Regex) => format!("{name} and {name}.regex cannot be used together"),
        () if has(Asks::Is) && (has(Asks::From) || has(Asks::To)) => {
            format!("{name} cannot be used together with {name}From or {name}To")
        }
        () => return Ok(()),
    };
    Err(QueryError::Value(text))
}

fn any(of: impl Iterator<Item = Result<Query, QueryError>>) -> Result<Query, QueryError> {
    let mut all: Vec<Query> = of.collect::<Result<_, _>>()?;
    // Texts of one field are looked up together: there may be thousands.
    let mut joined: Option<Query> = None;
    all.retain(|query| match (&mut joined, query) {
        (Some(Query::Texts { texts, .. }), Query::Texts { texts: more, .. }) => {
            texts.extend(more.iter().cloned());
            false
        }
        (None, Query::Texts { .. }) => {
            joined = Some(query.clone());
            false
        }
        _ => true,
    });
    all.extend(joined);
    Ok(if all.len() == 1 { all.pop().unwrap_or(Query::True) } else { Query::Or(all) })
}

/// One value, which must be a number or a day.
fn one_of(field: &Field, values: &[Option<String>]) -> Result<i64, QueryError> {
    match values {
        [Some(value)] => number(field, value),
        _ => Err(QueryError::Value(format!("a bound of {} takes one value", field.name))),
    }
}

/// A value as its field counts it.
pub(super) fn number(field: &Field, value: &str) -> Result<i64, QueryError> {
    let found = match field.kind {
        FieldKind::Date => day_of(value),
        FieldKind::Int => value.trim().parse().ok(),
        FieldKind::Float => float::written(value),
        FieldKind::Boolean if value.eq_ignore_ascii_case("true") => Some(1),
        FieldKind::Boolean if value.eq_ignore_ascii_case("false") => Some(0),
        FieldKind::Boolean | FieldKind::Text | FieldKind::Lineage | FieldKind::Node => None,
    };
    found.ok_or_else(|| {
        let expected = match field.kind {
            FieldKind::Date => "a date as YYYY-MM-DD",
            FieldKind::Boolean => "true or false",
            FieldKind::Float => "a number",
            _ => "a whole number",
        };
        QueryError::Value(format!("'{}' is no value of {}: write {expected}", short(value), field.name))
    })
}

/// That a field has a value.
pub(super) fn is(number_of: usize, field: &Field, value: Option<&str>) -> Result<Query, QueryError> {
    let Some(value) = value else { return Ok(Query::IsNull { field: number_of }) };
    match field.kind {
        FieldKind::Text | FieldKind::Node => {
            Ok(Query::Texts { field: number_of, texts: [value.to_owned()].into() })
        }
        FieldKind::Lineage => lineage(number_of, field, value),
        FieldKind::Int | FieldKind::Float | FieldKind::Date | FieldKind::Boolean => {
            let value = number(field, value)?;
            Ok(Query::Between { field: number_of, from: Some(value), to: Some(value) })
        }
    }
}

fn lineage(number_of: usize, field: &Field, value: &str) -> Result<Query, QueryError> {
    let Some(above) = value.strip_suffix('*') else {
        if value.ends_with('.') {
            let text = format!("'{}' ends with a dot: did you mean {}*?", short(value), short(value));
            return Err(QueryError::Value(text));
        }
        return Ok(Query::Texts { field: number_of, texts: [value.to_owned()].into() });
    };
    let above = above.strip_suffix('.').unwrap_or(above);
    if above.is_empty() {
        return Err(QueryError::Value(format!("{} needs a lineage before the star", field.name)));
    }
    Ok(Query::Below { field: number_of, lineage: above.to_owned() })
}

/// That a field names a node of its tree, or one below it.
pub(super) fn below(
    schema: &Schema,
    number_of: usize,
    field: &Field,
    node: &str,
) -> Result<Query, QueryError> {
    match field.kind {
        FieldKind::Lineage if !node.trim().is_empty() => {
            Ok(Query::Below { field: number_of, lineage: node.to_owned() })
        }
        FieldKind::Node if schema.nodes.iter().any(|known| known == node) => {
            Ok(Query::Descends { field: number_of, node: node.to_owned() })
        }
        _ => Err(QueryError::Value(format!(
            "{}.phyloDescendantOf: there is no node '{}' in the tree",
            field.name,
            short(node)
        ))),
    }
}

fn is_text(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Text | FieldKind::Lineage | FieldKind::Node)
}

/// That a part of a field fits a regular expression.
pub(super) fn search(number_of: usize, field: &Field, value: Option<&str>) -> Result<Query, QueryError> {
    let wrong = || QueryError::Value(format!("{}.regex takes a regular expression", field.name));
    if !is_text(field.kind) {
        return Err(QueryError::Value(format!("{} holds no text to search in", field.name)));
    }
    let value = value.ok_or_else(wrong)?;
    super::pattern(value)?;
    Ok(Query::Search { field: number_of, pattern: value.to_owned() })
}

fn is_null(number_of: usize, field: &Field, values: &[Option<String>]) -> Result<Query, QueryError> {
    let null = Query::IsNull { field: number_of };
    match values {
        [Some(value)] if value.eq_ignore_ascii_case("true") => Ok(null),
        [Some(value)] if value.eq_ignore_ascii_case("false") => Ok(Query::Not(Box::new(null))),
        _ => Err(QueryError::Value(format!("{}.isNull takes true or false", field.name))),
    }
}

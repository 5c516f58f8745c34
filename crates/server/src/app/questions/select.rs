//! A question as the index takes it: each part is asked once, so that what all but one of them leave costs nothing more.
//!
//! Refuses to know addresses and pages. Start at [`Asking::new`].

use super::asked::{Asked, CATEGORIES, DAYS, QUERY, Wrong};
use crate::app::index::fields::FIELDS;
use hearth_index::filter::Filter;
use hearth_index::groups::By;
use hearth_index::query::{Query, QueryError, advanced, field};
use hearth_index::row::{Schema, Value};
use hearth_index::visible::{Selection, Visible};
use std::collections::BTreeMap;

/// What is shown of a query where it goes wrong, in letters.
const EXCERPT_CHARS: usize = 20;

/// The parts of a question, each asked.
pub struct Asking<'a> {
    visible: &'a Visible<'a>,
    schema: &'a Schema,
    all: Selection<'a>,
    parts: BTreeMap<&'static str, Selection<'a>>,
}

/// The number of a field in the index; that of no field if there is none.
pub fn number(name: &str) -> usize {
    FIELDS.iter().position(|field| field.name == name).unwrap_or(usize::MAX)
}

/// How many of a selection have each value of a field, null among them.
pub fn tally(of: &Selection, field: &str) -> BTreeMap<Value, u64> {
    let groups = of.count_by(&[By::Field(number(field))]).unwrap_or_default();
    groups.into_iter().filter_map(|(values, count)| Some((values.into_iter().next()?, count))).collect()
}

impl<'a> Asking<'a> {
    /// Asks each part.
    ///
    /// # Errors
    /// What is wrong with them, all at once.
    pub fn new(visible: &'a Visible<'a>, schema: &'a Schema, asked: &Asked) -> Result<Self, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut parts = BTreeMap::new();
        let days = DAYS.iter().map(|(field, ends)| (*field, ends[0]));
        let fields = CATEGORIES.iter().map(|field| (*field, *field)).chain(days);
        for (part, told) in std::iter::once((QUERY, QUERY)).chain(fields) {
            let text = asked.text(QUERY);
            let read = match part {
                QUERY if text.is_empty() => continue,
                QUERY => advanced::parse(schema, text).and_then(|query| query.filter()),
                _ => match asked.of_field(part) {
                    keys if keys.is_empty() => continue,
                    keys => of_keys(schema, &keys),
                },
            };
            let selected = read
                .map_err(|error| sentence(&error, text))
                .and_then(|filter| visible.select(&filter).map_err(|error| error.to_string()));
            match selected {
                Ok(selection) => drop(parts.insert(part, selection)),
                Err(text) => wrong.push(Wrong { name: told, text }),
            }
        }
        let all = visible
            .select(&Filter::True)
            .map_err(|error| vec![Wrong { name: "", text: error.to_string() }])?;
        if wrong.is_empty() { Ok(Self { visible, schema, all, parts }) } else { Err(wrong) }
    }

    /// What all parts leave.
    pub fn found(&self) -> Selection<'a> {
        self.but("")
    }

    /// What all parts but that of a field leave.
    pub fn but(&self, field: &str) -> Selection<'a> {
        let others = self.parts.iter().filter(|(name, _)| **name != field);
        others.fold(self.all.both(&self.all), |left, (_, part)| left.both(part))
    }

    /// How many of a selection have a value of a field, as questions write it: `BA.2*`; `None` for no value.
    pub fn count(&self, of: &Selection<'a>, field: &str, value: Option<&str>) -> u64 {
        let keys = match value {
            Some(value) => vec![(field.to_owned(), vec![Some(value.to_owned())])],
            None => vec![(format!("{field}.isNull"), vec![Some("true".to_owned())])],
        };
        let selected = of_keys(self.schema, &keys).ok().and_then(|filter| self.visible.select(&filter).ok());
        selected.map_or(0, |selection| selection.both(of).count())
    }

    /// Whether other lineages descend from one.
    pub fn has_descendants(&self, lineage: &str) -> bool {
        self.schema.lineages.get(lineage).is_some_and(|below| !below.is_empty())
    }
}

fn of_keys(schema: &Schema, keys: &[(String, Vec<Option<String>>)]) -> Result<Filter, QueryError> {
    let keys = keys.iter().map(|(name, values)| (name.as_str(), values.clone()));
    Query::And(field::filters(schema, keys)?).filter()
}

/// What is wrong with a query, and where in it.
fn sentence(error: &QueryError, query: &str) -> String {
    let QueryError::Syntax { line, column, what, .. } = error else { return ended(&error.to_string()) };
    let rest = query.lines().nth(line.saturating_sub(1)).unwrap_or_default().chars().skip(*column);
    let excerpt: String = rest.take(EXCERPT_CHARS).collect();
    let place = match excerpt.trim_end() {
        "" => "At the end".to_owned(),
        excerpt if *line > 1 => format!("Line {line}, letter {}, at “{excerpt}”", column + 1),
        excerpt => format!("Letter {}, at “{excerpt}”", column + 1),
    };
    ended(&format!("{place}: {what}"))
}

fn ended(text: &str) -> String {
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{text}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let check = |query: &str, expected: &str| {
            let error = advanced::parse(&Schema::default(), query).expect_err("a mistake");
            assert_eq!(sentence(&error, query), expected);
        };
        check("(", "At the end: a condition is expected here: a mutation, an insertion or a field.");
        check(
            ") & 1A",
            "Letter 1, at “) & 1A”: a condition is expected here: a mutation, an insertion or a field.",
        );
        check(
            "!\n  )",
            "Line 2, letter 3, at “)”: a condition is expected here: a mutation, an insertion or a field.",
        );
    }

    #[test]
    fn every_category_and_day_is_a_field() {
        for name in CATEGORIES.iter().chain(DAYS.iter().map(|(name, _)| name)) {
            assert!(number(name) < FIELDS.len(), "{name}");
        }
    }
}

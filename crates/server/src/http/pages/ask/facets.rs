//! By which values a question can be narrowed, and how many genomes each would leave: a field's own part of the question
//! is left out where its values are counted.
//!
//! Start at [`facets`].

use crate::app::questions::asked::{Asked, CATEGORIES};
use crate::app::questions::select::{Asking, tally};
use hearth_index::row::Value;
use hearth_index::visible::Selection;
use hearth_pages::messages::{Catalogue, Key};
use hearth_pages::site::ask::{AskPage, Facet};
use hearth_pages::site::parts::FilterLink;

/// Values that are offered of each field.
const MOST: usize = 12;
/// Fields whose values descend from each other.
const LINEAGES: [&str; 2] = ["clade", "lineage"];

/// What makes links of values: the path of the page and its words.
pub(super) struct Bench<'a> {
    pub asking: &'a Asking<'a>,
    pub asked: &'a Asked,
    pub path: &'a str,
    pub words: &'a Catalogue,
}

/// A facet for each field of which anything is known or asked.
pub(super) fn facets(bench: &Bench) -> Vec<Facet> {
    CATEGORIES.iter().filter_map(|field| bench.facet(field)).collect()
}

impl Bench<'_> {
    fn facet(&self, field: &'static str) -> Option<Facet> {
        let others = self.asking.but(field);
        let mut counted: Vec<(Option<String>, u64)> =
            tally(&others, field).into_iter().map(|(value, count)| (written(field, value), count)).collect();
        counted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let is_set = |value: &Option<String>| match value {
            Some(value) => self.asked.values(field).any(|own| own == value),
            None => self.asked.is_unknown(field),
        };
        let typed = self.asked.values(field).map(|value| Some(value.to_owned()));
        let mut chosen: Vec<Option<String>> = typed.collect();
        chosen.extend(self.asked.is_unknown(field).then_some(None));
        if chosen.is_empty() && counted.iter().all(|(value, _)| value.is_none()) {
            return None;
        }
        let set = chosen.iter().map(|value| self.link(field, &others, value.as_deref(), None));
        let mut links: Vec<FilterLink> = set.collect();
        let free: Vec<&(Option<String>, u64)> = counted.iter().filter(|(value, _)| !is_set(value)).collect();
        for (value, count) in free.iter().take(MOST) {
            links.push(self.link(field, &others, value.as_deref(), Some(*count)));
            links.extend(
                value.as_deref().and_then(|value| self.with_descendants(field, &others, value, *count)),
            );
        }
        let more = free.len().saturating_sub(MOST) as u64;
        Some(Facet { name: field.to_owned(), links, more })
    }

    /// A value together with what descends from it, where that is more.
    fn with_descendants(
        &self,
        field: &str,
        others: &Selection,
        value: &str,
        alone: u64,
    ) -> Option<FilterLink> {
        if !LINEAGES.contains(&field) || !self.asking.has_descendants(value) {
            return None;
        }
        let starred = format!("{value}*");
        let link = self.link(field, others, Some(&starred), None);
        (!link.is_set && link.count.is_some_and(|count| count > alone)).then_some(link)
    }

    fn link(&self, field: &str, others: &Selection, value: Option<&str>, count: Option<u64>) -> FilterLink {
        let is_set = match value {
            Some(value) => self.asked.values(field).any(|own| own == value),
            None => self.asked.is_unknown(field),
        };
        let query = if is_set { self.asked.without(field, value) } else { self.asked.with(field, value) };
        let label = match (field, value) {
            (_, None) => self.words.say(Key::AskUnknown),
            ("simulated", Some(value)) => self.words.say(AskPage::simulated_key(value == "true")),
            (_, Some(value)) => value.to_owned(),
        };
        let count = count.unwrap_or_else(|| self.asking.count(others, field, value));
        FilterLink { label, count: Some(count), address: joined(self.path, &query), is_set }
    }
}

/// A path with what follows `?`.
pub(super) fn joined(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A value as questions write it.
fn written(field: &str, value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(text),
        Value::Number(number) if field == "simulated" => Some((number != 0).to_string()),
        Value::Number(number) => Some(number.to_string()),
    }
}

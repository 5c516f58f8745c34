//! How many genomes a list has, and by country or lineage, whichever way is quick: by tally, by the index, or by looking
//! at every row.
//!
//! The three say the same; the index is asked only while it knows all that the ledger knows. Refuses to list. Start at
//! [`count`].

use crate::app::{App, Problem};
use hearth_base::time::UtcTime;
use hearth_index::engine::Index;
use hearth_index::filter::Filter;
use hearth_index::groups::By;
use hearth_index::row::Value;
use hearth_index::visible::{Selection, Visible};
use hearth_store::db::Session;
use hearth_store::log::read::head;
use hearth_store::state::genomes::{self, CountedBy, Wanted};
use hearth_store::state::records::Face;
use hearth_store::state::scope::Scope;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// How many there are.
///
/// # Errors
/// When the store fails.
pub async fn count(app: &App, session: &mut Session, scope: &Scope, wanted: &Wanted) -> Result<u64, Problem> {
    match by_index(app, session, scope, wanted, |selection| selection.count()).await? {
        Some(counts) => Ok(counts.into_iter().sum()),
        None => Ok(genomes::count(session, scope, wanted).await?),
    }
}

/// How many there are by each value, the most first.
///
/// # Errors
/// When the store fails.
pub async fn counts(
    app: &App,
    session: &mut Session,
    scope: &Scope,
    wanted: &Wanted,
    by: CountedBy,
) -> Result<Vec<(String, u64)>, Problem> {
    let counted = by_index(app, session, scope, wanted, |selection| counted(selection, by)).await?;
    let Some(shelves) = counted else { return Ok(genomes::counts(session, scope, wanted, by).await?) };
    let mut all: BTreeMap<String, u64> = BTreeMap::new();
    for (value, count) in shelves.into_iter().flatten() {
        *all.entry(value).or_default() += count;
    }
    let mut all: Vec<(String, u64)> = all.into_iter().collect();
    all.sort_by(|(one, of_one), (other, of_other)| (of_other, one).cmp(&(of_one, other)));
    all.truncate(wanted.limit as usize);
    Ok(all)
}

/// Does something with what each index selects; nothing where the index is not to be asked: there is a tally, it does
/// not know everything yet, or it cannot say it.
async fn by_index<T>(
    app: &App,
    session: &mut Session,
    scope: &Scope,
    wanted: &Wanted,
    ask: impl Fn(&Selection<'_>) -> T,
) -> Result<Option<Vec<T>>, Problem> {
    let says = wanted.face == Face::Released && wanted.submission.is_none() && wanted.before.is_none();
    if !says || wanted.as_of.is_some() || wanted.is_tallied() || !app.indexes.is_whole() {
        return Ok(None);
    }
    let reader = app.indexes.reader(scope);
    if head(session).await?.size != reader.version.0 {
        return Ok(None);
    }
    let mut found = Vec::new();
    for (number, own) in app.packs.pathogens().all().iter().enumerate() {
        let is_other = wanted.pathogen.as_ref().is_some_and(|pathogen| pathogen != own.name());
        let held = app.indexes.shelf(number).filter(|_| !is_other).and_then(|shelf| shelf.held_if_made());
        let Some(held) = held else { continue };
        let Some(filter) = filter(&held.index, wanted) else { return Ok(None) };
        let Ok(selection) = Visible::new(&held.index, &reader).select(&filter) else { return Ok(None) };
        found.push(ask(&selection));
    }
    Ok(Some(found))
}

/// The number of a field.
fn field(index: &Index, name: &str) -> Option<usize> {
    index.schema().fields.iter().position(|field| field.name == name)
}

/// What is wanted, as the index asks it.
fn filter(index: &Index, wanted: &Wanted) -> Option<Filter> {
    let mut all = Vec::new();
    if let Some(country) = wanted.country {
        all.push(Filter::Text { field: field(index, "countryCode")?, text: country.to_string() });
    }
    if let Some(from) = wanted.from {
        all.push(Filter::Between { field: field(index, "dateEarliest")?, range: day(from)..=i64::MAX });
    }
    if let Some(to) = wanted.to {
        all.push(Filter::Between { field: field(index, "dateLatest")?, range: until(to) });
    }
    if let Some(text) = &wanted.text {
        let name = Filter::Begins { field: field(index, "sampleName")?, text: text.clone() };
        let accession = Filter::Begins { field: field(index, "accession")?, text: text.to_uppercase() };
        all.push(Filter::Or(vec![name, accession]));
    }
    if !wanted.lineages.is_empty() {
        let texts = wanted.lineages.iter().cloned().collect();
        let lineage = Filter::AnyText { field: field(index, "lineage")?, texts };
        let texts = wanted.lineages.iter().cloned().collect();
        all.push(Filter::Or(vec![lineage, Filter::AnyText { field: field(index, "clade")?, texts }]));
    }
    Some(Filter::And(all))
}

fn until(to: Date) -> RangeInclusive<i64> {
    i64::MIN..=day(to)
}

/// Days since 1970-01-01.
fn day(date: Date) -> i64 {
    UtcTime::start_of(date).unix_ms().div_euclid(86_400_000)
}

fn counted(selection: &Selection, by: CountedBy) -> Vec<(String, u64)> {
    let fields: &[&str] = match by {
        CountedBy::Country => &["countryCode"],
        // The lineage, or the clade where there is none.
        CountedBy::Lineage => &["lineage", "clade"],
    };
    let by: Vec<By> =
        fields.iter().filter_map(|name| field(selection.index(), name)).map(By::Field).collect();
    let groups = selection.count_by(&by).unwrap_or_default();
    let first_text = |values: Vec<Value>| {
        values.into_iter().find_map(|value| if let Value::Text(text) = value { Some(text) } else { None })
    };
    groups.into_iter().filter_map(|(values, count)| Some((first_text(values)?, count))).collect()
}

//! How often mutations or queries were found in ranges of days.
//!
//! Rows are divided by ranges once, and each mutation or query is asked once; a cell of the answer is what a range and
//! a condition have in common. All of it is of one selection, so of one version. Refuses to read rows. Start at
//! [`nucleotide_mutations`] and [`queries`].

use super::asked::Asked;
use super::fault::Fault;
use super::select::Bench;
use super::told::Told;
use hearth_genome::assay::batch::Share;
use hearth_index::alphabet::Alphabet;
use hearth_index::filter::Filter;
use hearth_index::query::date::day_of;
use hearth_index::query::{Query, QueryError, advanced, code};
use hearth_index::row::{FieldKind, Schema};
use hearth_index::visible::Selection;
use hearth_index::weight::{MAX_WEIGHT, weight};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::ops::RangeInclusive;

/// Mutations or queries times ranges.
const CELLS_MAX: usize = 100_000;

/// A range of days; what is missing bounds nothing.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct DateRange {
    date_from: Option<String>,
    date_to: Option<String>,
}

/// What both kinds of questions have.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Times {
    filters: Option<Map<String, Value>>,
    date_ranges: Vec<DateRange>,
    date_field: String,
    /// Whether each count is told with its share and the share's interval.
    #[serde(default)]
    intervals: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mutations {
    include_mutations: Vec<String>,
    #[serde(flatten)]
    times: Times,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Queries {
    queries: Vec<Counted>,
    #[serde(flatten)]
    times: Times,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counted {
    display_label: Option<String>,
    count_query: String,
    coverage_query: String,
}

/// A row of the answer: what is counted, and what it is a part of.
struct Line {
    label: String,
    count: Filter,
    coverage: Filter,
}

/// Mutations of the genome.
///
/// # Errors
/// When something in the question is wrong, or too much is asked at once.
pub fn nucleotide_mutations(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    mutations(bench, asked, Alphabet::Nucleotide)
}

/// Mutations of the coding sequences.
///
/// # Errors
/// When something in the question is wrong, or too much is asked at once.
pub fn amino_acid_mutations(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    mutations(bench, asked, Alphabet::AminoAcid)
}

fn mutations(bench: &Bench, asked: &Asked, alphabet: Alphabet) -> Result<Told, Fault> {
    let Mutations { include_mutations, times } = asked.document()?;
    let line = |schema: &Schema, code: &String| mutation(schema, alphabet, code);
    answer(bench, asked, &times, ("mutations", &include_mutations), line)
}

/// What advanced queries find.
///
/// # Errors
/// When something in the question is wrong, or too much is asked at once.
pub fn queries(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    let Queries { queries, times } = asked.document()?;
    answer(bench, asked, &times, ("queries", &queries), query)
}

fn answer<T>(
    bench: &Bench,
    asked: &Asked,
    times: &Times,
    (name, wanted): (&str, &[T]),
    line: impl Fn(&Schema, &T) -> Result<Line, Fault>,
) -> Result<Told, Fault> {
    let cells = wanted.len().saturating_mul(times.date_ranges.len());
    if cells > CELLS_MAX {
        let text = format!(
            "{} {name} in {} ranges are {cells} counts, and an answer has at most {CELLS_MAX}: ask for fewer {name} at once, or for longer ranges",
            wanted.len(),
            times.date_ranges.len(),
        );
        return Err(Fault::bad(text));
    }
    let ranges = times.date_ranges.iter().map(range).collect::<Result<Vec<_>, _>>()?;
    let keys = asked.with_keys(times.filters.as_ref().unwrap_or(&Map::new()))?;
    bench.with(&keys, |held, selection| {
        let schema = held.index.schema();
        let field = date_field(schema, &times.date_field)?;
        let lines = wanted.iter().map(|one| line(schema, one)).collect::<Result<Vec<_>, _>>()?;
        let (data, totals) = counted(selection, &lines, (field, &ranges), times.intervals)?;
        let labels: Vec<&str> = lines.iter().map(|line| line.label.as_str()).collect();
        Ok(Told::Data(json!({
            name: labels,
            "dateRanges": times.date_ranges,
            "data": data,
            "totalCountsByDateRange": totals,
        })))
    })
}

/// The counts of each line in each range, and how many rows each range has. Nothing at all without lines or ranges.
fn counted(
    selection: &Selection,
    lines: &[Line],
    (field, ranges): (usize, &[RangeInclusive<i64>]),
    has_intervals: bool,
) -> Result<(Vec<Vec<Value>>, Vec<u64>), Fault> {
    if lines.is_empty() || ranges.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let heavy = lines.iter().map(|line| weight(&line.count).saturating_add(weight(&line.coverage)));
    if heavy.fold(0, usize::saturating_add) > MAX_WEIGHT {
        return Err(Fault::bad(
            "all of these together ask too much at once: ask for fewer in one question, with fewer conditions and regular expressions",
        ));
    }
    let parts = selection.by_range(field, ranges).unwrap_or_default();
    let cells = |line: &Line| {
        let (count, coverage) = (selection.narrowed(&line.count)?, selection.narrowed(&line.coverage)?);
        let told = |part: &Selection| cell(part.shared(&count), part.shared(&coverage), has_intervals);
        Ok(parts.iter().map(told).collect())
    };
    let data = lines.iter().map(cells).collect::<Result<_, Fault>>()?;
    Ok((data, parts.iter().map(Selection::count).collect()))
}

/// A count and what it is a part of; perhaps its share with the bounds of the 95 % interval (after Wilson), from these two
/// numbers alone, null where there is no share.
fn cell(count: u64, coverage: u64, has_interval: bool) -> Value {
    if !has_interval {
        return json!({ "count": count, "coverage": coverage });
    }
    let share = Share::of(count, coverage).filter(|_| count <= coverage);
    let told = |of: fn(Share) -> f64| share.map(of);
    json!({
        "count": count,
        "coverage": coverage,
        "proportion": told(|share| share.value),
        "ciLower": told(|share| share.low),
        "ciUpper": told(|share| share.high),
    })
}

/// A mutation beside all rows whose letter there is known. Its name is made anew, with the letter of the reference.
fn mutation(schema: &Schema, alphabet: Alphabet, text: &str) -> Result<Line, Fault> {
    let query = code::mutation_of(schema, alphabet, text)?;
    let (sequence, position, to) = match &query {
        Query::Letter { sequence, position, letter } => {
            (*sequence, *position, char::from(letter.unwrap_or(b'.')).to_string())
        }
        Query::Mutated { sequence, position } => (*sequence, *position, String::new()),
        _ => {
            let text = format!("'{text:.60}' cannot be counted over time: write a mutation without maybe()");
            return Err(Fault::bad(text));
        }
    };
    let from_0 = position.saturating_sub(1);
    let unknown = || QueryError::Code(text.to_owned());
    let reference = schema.sequences.get(sequence).ok_or_else(unknown)?;
    let from = reference.letters.get(from_0 as usize).copied().ok_or_else(unknown)?;
    let segments = schema.sequences.iter().filter(|one| one.alphabet == Alphabet::Nucleotide).count();
    let is_named = alphabet == Alphabet::AminoAcid || segments > 1;
    let prefix = if is_named { format!("{}:", reference.name) } else { String::new() };
    Ok(Line {
        label: format!("{prefix}{}{position}{to}", char::from(from)),
        count: query.filter()?,
        coverage: Filter::Known { sequence, position: from_0 },
    })
}

fn query(schema: &Schema, asked: &Counted) -> Result<Line, Fault> {
    let filter = |text| Ok::<_, Fault>(advanced::parse(schema, text)?.filter()?);
    Ok(Line {
        label: asked.display_label.as_ref().unwrap_or(&asked.count_query).clone(),
        count: filter(&asked.count_query)?,
        coverage: filter(&asked.coverage_query)?,
    })
}

fn date_field(schema: &Schema, name: &str) -> Result<usize, Fault> {
    let dates = || schema.fields.iter().enumerate().filter(|(_, field)| field.kind == FieldKind::Date);
    let found = dates().find(|(_, field)| field.name.eq_ignore_ascii_case(name));
    found.map(|(number, _)| number).ok_or_else(|| {
        let known: Vec<&str> = dates().map(|(_, field)| field.name.as_str()).collect();
        let known = known.join(", ");
        Fault::bad(format!("dateField is '{name:.60}', which is no field of dates: these are [{known}]"))
    })
}

fn range(range: &DateRange) -> Result<RangeInclusive<i64>, Fault> {
    let day = |text: &Option<String>, unbounded: i64| match text {
        None => Ok(unbounded),
        Some(text) => day_of(text).ok_or_else(|| {
            Fault::bad(format!("'{text:.60}' is no date: write the ends of ranges as YYYY-MM-DD"))
        }),
    };
    Ok(day(&range.date_from, i64::MIN)?..=day(&range.date_to, i64::MAX)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_intervals() {
        let check = |count, coverage, expected: [Option<f64>; 3]| {
            let told = cell(count, coverage, true);
            let found = ["proportion", "ciLower", "ciUpper"].map(|name| told[name].as_f64());
            let rounded = found.map(|share| share.map(|share| (share * 1e4).round() / 1e4));
            assert_eq!(rounded, expected, "{count} of {coverage}");
        };
        // Newcombe, Stat Med 17:857 (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20.
        check(81, 263, [Some(0.308), Some(0.2553), Some(0.3662)]);
        check(15, 148, [Some(0.1014), Some(0.0624), Some(0.1605)]);
        check(0, 20, [Some(0.0), Some(0.0), Some(0.1611)]);
        check(0, 0, [None, None, None]);
        check(3, 2, [None, None, None]);
        assert_eq!(cell(1, 2, false), json!({ "count": 1, "coverage": 2 }));
    }
}

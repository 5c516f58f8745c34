//! What was found, as the page shows it: numbers, places, times, mutations, and a part of the genomes.
//!
//! Start at [`answer`].

use super::facets::{Bench, facets, joined};
use super::{map, time};
use crate::app::questions::asked::Asked;
use crate::app::questions::select::{Asking, number, tally};
use crate::http::take;
use hearth_index::alphabet::Alphabet;
use hearth_index::profile::Counted;
use hearth_index::row::{Reference, RowId, Schema, Value};
use hearth_index::visible::Selection;
use hearth_pages::messages::Catalogue;
use hearth_pages::site::ask::{Answer, Call, Frequent, Line};
use hearth_pages::site::offer::Offer;
use hearth_pages::site::parts::Paging;

/// Genomes on one page.
const ROWS: usize = 50;
/// Mutations of each kind.
const MUTATIONS: usize = 15;

/// The answer to a question, for the page at a path.
pub(super) fn answer(
    asking: &Asking,
    schema: &Schema,
    asked: &Asked,
    path: &str,
    words: &Catalogue,
) -> Answer {
    let found = asking.found();
    let tally = |field: &str| tally(&found, field);
    let places = tally("countryCode");
    let genomes: Vec<Line> = found.newest(asked.offset, ROWS).iter().map(|row| line(&found, *row)).collect();
    let of_alphabet = |alphabet| frequent(&found, schema, alphabet, asked, path);
    Answer {
        count: found.count(),
        simulated: tally("simulated").get(&Value::Number(1)).copied().unwrap_or(0),
        facets: facets(&Bench { asking, asked, path, words }),
        map: map::columns(&places),
        placeless: places.get(&Value::Null).copied().unwrap_or(0),
        times: time::times(&tally("date")),
        nucleotides: of_alphabet(Alphabet::Nucleotide),
        amino_acids: of_alphabet(Alphabet::AminoAcid),
        paging: paging(asked, path, found.count(), genomes.len()),
        genomes,
        call: Call { query: asked.of_api(), ..Call::default() },
        files: offers(found.count()),
    }
}

fn paging(asked: &Asked, path: &str, all: u64, shown: usize) -> Paging {
    let question = asked.address();
    let at = |offset: usize| {
        let place = if offset == 0 { String::new() } else { format!("offset={offset}") };
        let parts: Vec<&str> =
            [question.as_str(), place.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}#genomes", joined(path, &parts.join("&")))
    };
    let last = usize::try_from(all).unwrap_or(usize::MAX).saturating_sub(1) / ROWS * ROWS;
    let end = asked.offset.saturating_add(shown);
    Paging {
        first: if shown == 0 { 0 } else { asked.offset as u64 + 1 },
        shown: shown as u64,
        all,
        // Whoever is beyond the end is led back to what there is.
        previous: (asked.offset > 0).then(|| at(asked.offset.saturating_sub(ROWS).min(last))),
        next: (shown > 0 && (end as u64) < all).then(|| at(end)),
    }
}

pub(in crate::http) fn line(found: &Selection, row: RowId) -> Line {
    let value = |field: &str| found.value(row, number(field)).unwrap_or(Value::Null);
    let text = |field: &str| match value(field) {
        Value::Text(text) => text,
        _ => String::new(),
    };
    let day = |field: &str| match value(field) {
        Value::Number(day) => Some(time::date_of(day).to_string()),
        _ => None,
    };
    let both = |one: String, other: String, between: &str| {
        let is_same = one == other;
        let parts = [one, if is_same { String::new() } else { other }];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
    };
    Line {
        accession: text("accessionVersion"),
        name: text("sampleName"),
        place: both(text("country"), text("division"), ", "),
        collected: day("date").unwrap_or_else(|| vague(day("dateEarliest"), day("dateLatest"))),
        lineage: both(text("clade"), text("lineage"), " "),
        lab: text("submittingLab"),
        released: day("dateReleased").unwrap_or_default(),
        is_simulated: value("simulated") == Value::Number(1),
    }
}

/// As what so many genomes can be taken away.
fn offers(count: u64) -> Vec<Offer> {
    let offer = |format: &take::Format| {
        let most = Some(format.most as u64).filter(|most| count > *most);
        Offer { format: format.name, bytes: count.saturating_mul(format.genome_bytes), most }
    };
    if count == 0 { Vec::new() } else { take::FORMATS.iter().map(offer).collect() }
}

/// A day that is known to lie in a month or year: `2026-05`, `2026`.
fn vague(first: Option<String>, last: Option<String>) -> String {
    let (Some(first), Some(last)) = (first, last) else { return String::new() };
    let same = |letters: usize| first.get(..letters).filter(|begin| last.get(..letters) == Some(begin));
    same(7).or_else(|| same(4)).unwrap_or_default().to_owned()
}

/// The mutations that most genomes have.
fn frequent(
    found: &Selection,
    schema: &Schema,
    alphabet: Alphabet,
    asked: &Asked,
    path: &str,
) -> Vec<Frequent> {
    let sequences = schema.sequences.iter().enumerate().filter(|(_, one)| one.alphabet == alphabet);
    let mut all: Vec<(Counted, &Reference, Option<&str>)> = Vec::new();
    for (number, reference) in sequences {
        let counted = found.mutations(number).unwrap_or_default();
        all.extend(counted.into_iter().map(|one| (one, reference, schema.prefix_of(number))));
        // The sort is stable: what is as frequent stays in the order of the genome.
        all.sort_by_key(|(one, ..)| std::cmp::Reverse(one.count));
        all.truncate(MUTATIONS);
    }
    let row = |(one, reference, name): &(Counted, &Reference, Option<&str>)| {
        let code = code(reference, *name, one);
        Frequent { address: joined(path, &asked.and(&code)), code, count: one.count, coverage: one.coverage }
    };
    all.iter().map(row).collect()
}

fn code(reference: &Reference, name: Option<&str>, one: &Counted) -> String {
    let own = reference.letters.get(one.position as usize).copied().unwrap_or(b'-');
    let prefix = name.map(|name| format!("{name}:")).unwrap_or_default();
    format!("{prefix}{}{}{}", char::from(own), one.position + 1, char::from(one.letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_list_lead_to_each_other() {
        let check = |query: &str, all: u64, shown: usize, previous: Option<&str>, next: Option<&str>| {
            let (asked, wrong) = Asked::of_address(query);
            assert!(wrong.is_empty());
            let paging = paging(&asked, "/ask/x", all, shown);
            assert_eq!((paging.previous.as_deref(), paging.next.as_deref()), (previous, next), "{query}");
        };
        check("", 0, 0, None, None);
        check("", 50, 50, None, None);
        check("", 51, 50, None, Some("/ask/x?offset=50#genomes"));
        check("offset=50&host=a", 51, 1, Some("/ask/x?host=a#genomes"), None);
        check("offset=9000", 120, 0, Some("/ask/x?offset=100#genomes"), None);
    }

    #[test]
    fn days_are_as_precise_as_they_are_known() {
        let check = |first: &str, last: &str, expected: &str| {
            assert_eq!(vague(Some(first.to_owned()), Some(last.to_owned())), expected);
        };
        check("2026-05-01", "2026-05-31", "2026-05");
        check("2026-01-01", "2026-12-31", "2026");
        assert_eq!(vague(None, None), "");
    }
}

//! Figures on gifts made up for the purpose.

use super::*;
use crate::body::sharing::Qualifier;

fn day(text: &str) -> UtcTime {
    UtcTime::end_of(text.parse().expect("a day"))
}

fn known(happened: &str, recorded: &str) -> Known {
    Known { happened: day(happened), recorded: day(recorded) }
}

fn gift(to: u8, sort: PartySort, country: Option<&str>, given: Known) -> Gift {
    Gift {
        entry: EntryId::from_bytes([to; 16]),
        subjects: ["technical-documents".to_owned()].into(),
        to: PartyId::from_bytes([to; 16]),
        sort,
        country: country.map(|code| code.parse().expect("a country")),
        given,
        confirmed: None,
        simulated: false,
    }
}

fn gifts() -> Vec<Gift> {
    let early = known("2020-03-20", "2020-03-20");
    let mut other = gift(6, PartySort::Country, Some("BR"), early);
    other.subjects = ["visas".to_owned()].into();
    vec![
        gift(1, PartySort::Country, Some("KE"), early),
        gift(2, PartySort::Organisation, Some("KE"), early),
        gift(3, PartySort::Country, Some("RS"), known("2020-03-26", "2020-03-30")),
        gift(4, PartySort::International, None, early),
        gift(5, PartySort::International, Some("CH"), early),
        gift(5, PartySort::International, Some("CH"), early),
        other,
    ]
}

#[test]
fn countries_and_organisations_are_counted_apart_and_once() {
    let check = |definition: usize, happened_by: &str, known_by: &str, expected: u64| {
        let dates = AsOf { happened_by: day(happened_by), known_by: day(known_by) };
        assert_eq!(DEFINITIONS[definition].count(&gifts(), dates).value, expected);
    };
    check(0, "2020-03-25", "2020-04-01", 1);
    check(0, "2020-03-26", "2020-04-01", 2);
    // What was written down on the 30th was not known on the 26th, and never will have been.
    check(0, "2020-03-26", "2020-03-26", 1);
    check(1, "2020-03-26", "2020-03-26", 2);
    check(2, "2020-03-26", "2020-04-01", 0);
}

#[test]
fn what_was_made_up_is_counted_and_said() {
    let mut gifts = gifts();
    gifts[0].simulated = true;
    let dates = AsOf { happened_by: day("2020-04-01"), known_by: day("2020-04-01") };
    let count = |definition: usize| DEFINITIONS[definition].count(&gifts, dates);
    assert_eq!((count(0).gifts, count(0).simulated), (3, 1));
    assert_eq!((count(1).gifts, count(1).simulated), (3, 0), "none of these");
}

#[test]
fn a_confirmation_counts_when_it_was_given_and_known() {
    let mut gifts = gifts();
    gifts[0].confirmed = Some(known("2020-03-28", "2020-03-29"));
    let count = |happened_by, known_by| {
        let dates = AsOf { happened_by: day(happened_by), known_by: day(known_by) };
        DEFINITIONS[2].count(&gifts, dates).value
    };
    assert_eq!((count("2020-03-27", "2020-04-01"), count("2020-03-28", "2020-03-28")), (0, 0));
    assert_eq!(count("2020-03-28", "2020-03-29"), 1);
}

#[test]
fn what_was_attested_is_held_against_what_was_counted() {
    let attestation = Attestation {
        code: "K2".to_owned(),
        statement: "organisations that received them".to_owned(),
        value: 1,
        unit: "organisations".to_owned(),
        qualifier: Qualifier::MoreThan,
        as_of: "2020-03-26".parse().expect("a day"),
        said_by: "national health authority".to_owned(),
        source: String::new(),
    };
    let supported =
        |value| Supported::new(&attestation, &Count { value, gifts: 9, simulated: 0 }).is_borne_out;
    assert!(supported(2) && !supported(1));
}

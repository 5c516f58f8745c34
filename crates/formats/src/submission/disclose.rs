//! What of a sample is shown when it is released: dates, places and ages made coarser by the operator's rule.
//!
//! The finer values stay with the caller, who keeps them in the laboratory's own compartment. Refuses to decide
//! who sees what: that is the audience's. Start at [`disclose`].

use super::row::{Age, SampleRow};
use hearth_base::date::Precision;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How exactly a place is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacePrecision {
    /// The country alone.
    Country,
    /// Country and division.
    Division,
    /// All that is known.
    Full,
}

/// How exactly an age is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgePrecision {
    /// Not at all.
    Omit,
    /// As `30-39`; 90 and over as `90+`.
    TenYears,
    /// As `30-34`; 90 and over as `90+`.
    FiveYears,
    /// As given.
    Exact,
}

/// The operator's rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DisclosurePolicy {
    /// How exactly the date of collection is shown.
    pub date: Precision,
    /// How exactly the place is shown.
    pub place: PlacePrecision,
    /// How exactly the age is shown.
    pub age: AgePrecision,
    /// Whether the sex is shown.
    pub sex: bool,
    /// The columns without a field of their own that are shown, by their headers; nobody knows what others hold.
    pub other: BTreeSet<String>,
}

/// What a careful operator begins with: the day, the division, ages by tens, no sex, no other columns.
impl Default for DisclosurePolicy {
    fn default() -> Self {
        Self {
            date: Precision::Day,
            place: PlacePrecision::Division,
            age: AgePrecision::TenYears,
            sex: false,
            other: BTreeSet::new(),
        }
    }
}

/// From this age on people are so few that the age itself tells one from another: ages over 89 are given
/// together (US 45 CFR 164.514(b)(2)(i)(C)).
const FEW_FROM_YEARS: u16 = 90;

/// The sample as it is shown under `policy`.
///
/// What is shown never says more than what was given, and showing it twice changes nothing. The sample's own name
/// and those of its records are left as they are; the public name is the accession. So are the laboratories, which
/// are to be credited, though their names may say where they are.
pub fn disclose(row: &SampleRow, policy: &DisclosurePolicy) -> SampleRow {
    let mut shown = row.clone();
    shown.collected = row.collected.map(|date| date.coarsen(policy.date));
    if policy.place < PlacePrecision::Full {
        shown.place = None;
    }
    if policy.place < PlacePrecision::Division {
        shown.division = None;
    }
    shown.age = row.age.and_then(|age| coarser(age, policy.age));
    if !policy.sex {
        shown.sex = None;
    }
    shown.other.retain(|column, _| policy.other.contains(column));
    shown
}

fn coarser(age: Age, precision: AgePrecision) -> Option<Age> {
    let step = match precision {
        AgePrecision::Omit => return None,
        AgePrecision::Exact => return Some(age),
        AgePrecision::FiveYears => 5,
        AgePrecision::TenYears => 10,
    };
    let from_years = (age.from_years / step * step).min(FEW_FROM_YEARS);
    let to_years = age.to_years.map(|to| (to / step).saturating_mul(step).saturating_add(step - 1));
    Some(Age { from_years, to_years: to_years.filter(|to| *to < FEW_FROM_YEARS) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row() -> SampleRow {
        SampleRow {
            sample: "K1".into(),
            collected: "2024-05-03".parse().ok(),
            country: "KE".parse().ok(),
            division: Some("Nakuru".into()),
            place: Some("Naivasha".into()),
            age: Some(Age { from_years: 34, to_years: Some(34) }),
            sex: Some("female".into()),
            other: [("travel".to_owned(), "none".to_owned()), ("remark".to_owned(), "x".to_owned())].into(),
            ..SampleRow::default()
        }
    }

    #[test]
    fn the_rule_decides_what_is_shown() {
        let policy = DisclosurePolicy {
            date: Precision::Month,
            place: PlacePrecision::Country,
            age: AgePrecision::FiveYears,
            sex: true,
            other: ["travel".to_owned()].into(),
        };
        let shown = disclose(&row(), &policy);
        assert_eq!(shown.collected.unwrap().to_string(), "2024-05");
        assert_eq!((shown.country, shown.division, shown.place), (row().country, None, None));
        assert_eq!(shown.age.unwrap().to_string(), "30-34");
        assert_eq!(shown.other.keys().collect::<Vec<_>>(), ["travel"]);
        assert_eq!(shown.sex.as_deref(), Some("female"));
        let shown = disclose(&row(), &DisclosurePolicy::default());
        assert_eq!((shown.division.as_deref(), shown.place), (Some("Nakuru"), None));
        assert!(shown.other.is_empty() && shown.sex.is_none());
    }

    #[test]
    fn ages_become_ranges() {
        let check = |from, to, precision, expected: &str| {
            let shown = coarser(Age { from_years: from, to_years: to }, precision);
            assert_eq!(shown.map(|age| age.to_string()).unwrap_or_default(), expected);
        };
        check(34, Some(34), AgePrecision::TenYears, "30-39");
        check(0, Some(0), AgePrecision::FiveYears, "0-4");
        check(34, Some(41), AgePrecision::TenYears, "30-49");
        check(93, Some(93), AgePrecision::TenYears, "90+");
        check(85, Some(95), AgePrecision::FiveYears, "85+");
        check(70, None, AgePrecision::FiveYears, "70+");
        check(34, Some(34), AgePrecision::Exact, "34");
        check(34, Some(34), AgePrecision::Omit, "");
    }

    proptest! {
        #[test]
        fn showing_twice_changes_nothing_and_never_narrows(
            from in 0u16..=200, span in proptest::option::of(0u16..40), date in 0usize..3, place in 0usize..3, age in 0usize..4,
        ) {
            let policy = DisclosurePolicy {
                date: [Precision::Year, Precision::Month, Precision::Day][date],
                place: [PlacePrecision::Country, PlacePrecision::Division, PlacePrecision::Full][place],
                age: [AgePrecision::Omit, AgePrecision::TenYears, AgePrecision::FiveYears, AgePrecision::Exact][age],
                ..DisclosurePolicy::default()
            };
            let given = Age { from_years: from, to_years: span.map(|span| from + span) };
            let row = SampleRow { age: Some(given), ..row() };
            let shown = disclose(&row, &policy);
            prop_assert_eq!(&disclose(&shown, &policy), &shown);
            if let Some(age) = shown.age {
                prop_assert!(age.from_years <= given.from_years);
                prop_assert!(age.to_years.is_none_or(|to| given.to_years.is_some_and(|given| to >= given)));
            }
        }
    }
}

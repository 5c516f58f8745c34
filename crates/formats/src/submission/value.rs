//! Cells with a small vocabulary: nothing known, ages, cycle thresholds, controls.
//!
//! Refuses to know dates, places and hosts, which have files of their own. Start at [`is_missing`].

use super::finding::{Remark, Severity};
use super::row::{Age, ControlKind};
use hearth_base::language::folded;

/// What says that nothing is known: the INSDC missing value vocabulary, and what people and programs write.
const MISSING: [&str; 34] = [
    "-",
    "--",
    ".",
    "?",
    "n/a",
    "na",
    "nan",
    "null",
    "none",
    "nil",
    "unknown",
    "unk",
    "not known",
    "missing",
    "not applicable",
    "not collected",
    "not provided",
    "not available",
    "restricted access",
    "undetermined",
    "unspecified",
    "not specified",
    "no data",
    "inconnu",
    "inconnue",
    "desconocido",
    "desconocida",
    "desconhecido",
    "desconhecida",
    "неизвестно",
    "нет данных",
    "غير معروف",
    "未知",
    "不详",
];

/// Whether a cell says that nothing is known.
pub(super) fn is_missing(text: &str) -> bool {
    text.is_empty()
        || MISSING.iter().any(|word| text.eq_ignore_ascii_case(word))
        || text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("missing:"))
}

/// The oldest that anybody became, rounded up.
const OLDEST_YEARS: u16 = 125;

/// Reads an age in years, or a range; months, weeks and days give 0 or the completed years.
pub(super) fn age(text: &str) -> (Option<Age>, Option<Remark>) {
    let unknown = || {
        let message =
            "This is no age: write completed years, as 34, or a range, as 30-39. Never a date of birth.";
        (None, Some(Remark::new(Severity::Warning, "age-unknown", message)))
    };
    let folded = folded(text);
    let mut numbers = Vec::new();
    let mut years_each = 1.0;
    let mut words = folded.split(' ').flat_map(split_unit);
    let plus = text.ends_with('+') || text.starts_with(['>', '≥']);
    for word in &mut words {
        match word {
            "" | "to" | "a" | "years" | "year" | "yrs" | "yr" | "y" | "yo" | "old" | "ans" | "an"
            | "anos" | "ano" | "лет" | "год" | "года" | "岁" | "سنه" => {}
            "months" | "month" | "mo" | "m" | "mois" | "meses" | "mes" | "мес" | "个月" => {
                years_each = 1.0 / 12.0
            }
            "weeks" | "week" | "w" | "semaines" | "semanas" => years_each = 7.0 / 365.25,
            "days" | "day" | "d" | "jours" | "dias" => years_each = 1.0 / 365.25,
            word => match word.parse::<u16>() {
                Ok(number) => numbers.push(number),
                Err(_) => return unknown(),
            },
        }
    }
    // The cast saturates, and is bounded below.
    let years = |number: u16| (f64::from(number) * years_each) as u16;
    // `34.5`: folding parts the decimals, which do not count.
    let is_decimal = text.trim().split('.').count() == 2 && numbers.len() == 2;
    let age = match (numbers.as_slice(), plus) {
        ([from], true) => Age { from_years: years(*from), to_years: None },
        ([years_old], false) => Age { from_years: years(*years_old), to_years: Some(years(*years_old)) },
        ([whole, _], false) if is_decimal => Age { from_years: years(*whole), to_years: Some(years(*whole)) },
        ([from, to], false) if from <= to => Age { from_years: years(*from), to_years: Some(years(*to)) },
        _ => return unknown(),
    };
    if age.to_years.unwrap_or(age.from_years) > OLDEST_YEARS {
        return unknown();
    }
    (Some(age), None)
}

/// `34y` as `34` and `y`.
fn split_unit(word: &str) -> [&str; 2] {
    let end = word.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0).unwrap_or(word.len());
    let (number, unit) = word.split_at(end);
    [number, unit]
}

/// Cycles beyond which no test runs.
const MOST_CYCLES: f64 = 50.0;

/// Reads a cycle threshold.
pub(super) fn ct(text: &str) -> (Option<f64>, Option<Remark>) {
    let number = text.replace(',', ".").parse::<f64>().ok();
    match number.filter(|ct| *ct > 0.0 && *ct <= MOST_CYCLES) {
        Some(ct) => (Some(ct), None),
        None => {
            let message = format!("This is no cycle threshold: write a number up to {MOST_CYCLES}, as 21.4.");
            (None, Some(Remark::new(Severity::Warning, "ct-unknown", message)))
        }
    }
}

/// Reads what control a row is; none for a sample.
pub(super) fn control(text: &str) -> (Option<ControlKind>, Option<Remark>) {
    let folded = folded(text);
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    if matches!(folded.as_str(), "no" | "false" | "0" | "sample") {
        (None, None)
    } else if matches!(folded.as_str(), "nc" | "ntc" | "blank" | "no template control" | "water")
        || begins(&["neg"])
    {
        (Some(ControlKind::Negative), None)
    } else if folded == "pc" || begins(&["pos"]) {
        (Some(ControlKind::Positive), None)
    } else if begins(&["run", "control", "yes", "true"]) {
        (Some(ControlKind::Run), None)
    } else {
        let message = "Write negative, positive or run for a control, and leave the cell empty for a sample.";
        let suggestions = ["negative", "positive", "run"].map(str::to_owned);
        (None, Some(Remark::new(Severity::Error, "control-unknown", message).suggest(suggestions)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ages_are_years_or_ranges() {
        let check = |text: &str, expected: &str| {
            let found = age(text).0.map(|age| age.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{text}");
        };
        check("34", "34");
        check("34 years", "34");
        check("34y", "34");
        check("34.5", "34");
        check("30-39", "30-39");
        check("90+", "90+");
        check(">90", "90+");
        check("7 months", "0");
        check("18 months", "1");
        check("3 days", "0");
        check("1980-05-03", "");
        check("adult", "");
        check("340", "");
        check("", "");
    }

    #[test]
    fn thresholds_and_controls_have_their_words() {
        assert_eq!(ct("21,4").0, Some(21.4));
        assert_eq!(ct("210").0, None);
        assert_eq!(ct("NaN").0, None);
        assert_eq!(control("Negative control").0, Some(ControlKind::Negative));
        assert_eq!(control("NTC").0, Some(ControlKind::Negative));
        assert_eq!(control("positive").0, Some(ControlKind::Positive));
        assert_eq!(control("yes").0, Some(ControlKind::Run));
        assert_eq!(control("no"), (None, None));
        assert_eq!(control("maybe").1.unwrap().rule, "control-unknown");
    }

    #[test]
    fn what_says_nothing_is_missing() {
        for word in ["", "NA", "n/a", "Unknown", "missing: control sample", "Not Collected", "未知"] {
            assert!(is_missing(word), "{word}");
        }
        for word in ["Nairobi", "0", "missing link", "none of these"] {
            assert!(!is_missing(word), "{word}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,20}") {
            let _ = (age(&text), ct(&text), control(&text), is_missing(&text));
        }
    }
}

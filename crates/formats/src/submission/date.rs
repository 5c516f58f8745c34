//! Dates as people and programs write them.
//!
//! What can mean one date only is taken, and the way ISO 8601 writes it is suggested; what can mean two is not
//! taken, and both are suggested. INSDC's way (`03-May-2024`, `May-2024`) is taken in silence: its databases ask
//! for it. Refuses two-digit years, and dates that have not come yet. Start at [`read`].

use super::finding::{Remark, Severity};
use hearth_base::date::{PartialDate, Precision};
use hearth_base::language::folded;
use jiff::civil::Date;

/// The first year that a sample with a genome is taken from without asking.
const EARLIEST_YEAR: i16 = 1900;
/// Days since 30 December 1899, as spreadsheets count them: 1 January 1990 and 31 December 2079.
const SERIAL_DAYS: std::ops::RangeInclusive<i32> = 32_874..=65_744;
/// Letters beyond which nothing is a date.
const LONGEST_BYTES: usize = 60;

/// Beginnings of the months' names in English, French, Spanish, Portuguese and Russian, folded; what is the same
/// in several stands once. `mar` and `juin` come before what begins like them in no other month.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "янв"],
    &["feb", "fev", "фев"],
    &["mar", "мар"],
    &["apr", "avr", "abr", "апр"],
    &["may", "mai", "маи", "мая"],
    &["jun", "juin", "июн"],
    &["jul", "juil", "июл"],
    &["aug", "aou", "ago", "авг"],
    &["sep", "set", "сен"],
    &["oct", "out", "окт"],
    &["nov", "ноя"],
    &["dec", "dic", "dez", "дек"],
];

/// What a text says of a date.
pub(super) struct Reading {
    pub date: Option<PartialDate>,
    pub remark: Option<Remark>,
}

/// Reads a date; `today` is the last day that can have been.
pub(super) fn read(text: &str, today: Date) -> Reading {
    if let Ok(date) = text.parse::<PartialDate>() {
        return judged(date, None, today);
    }
    if text.len() > LONGEST_BYTES {
        return refused("date-unknown", NO_DATE, Vec::new());
    }
    let text = ascii_digits(text);
    let parts = parts_of(&text);
    match parts.as_slice() {
        [Part::Number(number, 5)] => serial(*number, today),
        [Part::Number(number, 8)] => {
            let (year, rest) = (number / 10_000, number % 10_000);
            one(ymd(year, rest / 100, rest % 100), today)
        }
        [Part::Number(year, 4), rest @ ..] => year_first(*year, rest, &text, today),
        [Part::Number(day, 1..=2), Part::Month(month), Part::Number(year, 4)] => {
            one_insdc(ymd(*year, *month, *day), today)
        }
        [Part::Month(month), Part::Number(day, 1..=2), Part::Number(year, 4)] => {
            one(ymd(*year, *month, *day), today)
        }
        [Part::Month(month), Part::Number(year, 4)] => one_insdc(ym(*year, *month), today),
        [Part::Number(month, 1..=2), Part::Number(year, 4)] => one(ym(*year, *month), today),
        [Part::Number(a, 1..=2), Part::Number(b, 1..=2), Part::Number(year, 4), ..] => {
            day_or_month_first(*a, *b, *year, today)
        }
        [Part::Number(_, 1..=2), .., Part::Number(_, 1..=2)] => {
            refused("date-short-year", "The year has two digits: write all four, as 2024-05-03.", Vec::new())
        }
        _ => refused("date-unknown", NO_DATE, Vec::new()),
    }
}

const NO_DATE: &str = "This is no date: write 2024-05-03, 2024-05 or 2024, as exactly as it is known.";

/// A piece of a date.
#[derive(Debug, PartialEq)]
enum Part {
    /// A number and how many digits it has.
    Number(i32, usize),
    /// The name of a month.
    Month(i32),
    /// `XX`: not known.
    Hidden,
    /// Anything else.
    Word,
}

fn parts_of(text: &str) -> Vec<Part> {
    let spaced = text.replace(['年', '月', '日'], " ");
    let folded = folded(&spaced);
    let mut parts = Vec::new();
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            parts.push(word.parse().map_or(Part::Word, |number| Part::Number(number, word.len())));
        } else if word.bytes().all(|byte| byte == b'x') {
            parts.push(Part::Hidden);
        } else if let Some(month) = month_of(word) {
            parts.push(Part::Month(month));
        } else if !matches!(word, "de" | "del" | "of" | "г" | "года") {
            // `03May2024`, `3rd`, `2024T10`: digits and letters run together.
            parts.extend(run_together(word));
        }
    }
    parts
}

fn run_together(word: &str) -> Vec<Part> {
    let is_digit = |c: char| c.is_ascii_digit();
    let Some(end) = word.find(|c| !is_digit(c)).filter(|end| *end > 0) else { return vec![Part::Word] };
    let (number, rest) = word.split_at(end);
    let Ok(value) = number.parse() else { return vec![Part::Word] };
    let number = Part::Number(value, number.len());
    if matches!(rest, "st" | "nd" | "rd" | "th" | "er") {
        return vec![number];
    }
    let letters = rest.find(is_digit).unwrap_or(rest.len());
    let (name, after) = rest.split_at(letters);
    let mut parts = vec![number];
    match month_of(name) {
        Some(month) => parts.push(Part::Month(month)),
        None => parts.push(Part::Word),
    }
    if !after.is_empty() {
        parts.push(after.parse().map_or(Part::Word, |value| Part::Number(value, after.len())));
    }
    parts
}

fn month_of(word: &str) -> Option<i32> {
    let begins = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
    let letters = word.chars().count();
    let month = (3..=10).contains(&letters).then(|| MONTHS.iter().position(begins))?;
    month.and_then(|month| i32::try_from(month + 1).ok())
}

/// Digits of Arabic, Persian and Devanagari script and full-width ones as ASCII.
fn ascii_digits(text: &str) -> String {
    let digit = |c: char| {
        let zero =
            ['٠', '۰', '०', '０'].into_iter().find(|&zero| (zero..).take(10).any(|digit| digit == c))?;
        char::from_digit(u32::from(c) - u32::from(zero), 10)
    };
    text.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

fn year_first(year: i32, rest: &[Part], text: &str, today: Date) -> Reading {
    match rest {
        [Part::Hidden] | [Part::Hidden, Part::Hidden] | [Part::Number(0, _), Part::Number(0, _)] => {
            one(y(year), today)
        }
        [Part::Number(month, 1..=2), Part::Hidden | Part::Number(0, _)] => one(ym(year, *month), today),
        [Part::Number(month, 1..=2)] | [Part::Month(month)] => one(ym(year, *month), today),
        [Part::Number(month, 1..=2) | Part::Month(month), Part::Number(day, 1..=2)] => {
            one(ymd(year, *month, *day), today)
        }
        // A time of day behind the date: `2024-05-03T10:22:00`, `2024-05-03 10:22`.
        [Part::Number(month, 2), Part::Number(day, 2), Part::Word | Part::Number(0..=24, 1..=2), ..]
            if text.contains(':') =>
        {
            one(ymd(year, *month, *day), today)
        }
        [Part::Number(month, 2), Part::Number(day, 2), Part::Word, ..] if text.contains(':') => {
            one(ymd(year, *month, *day), today)
        }
        _ => interval(text, today),
    }
}

/// `2024-05-01/2024-05-31`: the narrowest date that holds both ends.
fn interval(text: &str, today: Date) -> Reading {
    let ends = text.split_once('/').or_else(|| text.split_once(" - ")).or_else(|| text.split_once(".."));
    let read = |end: &str| end.trim().parse::<PartialDate>().ok();
    let Some((from, to)) = ends.and_then(|(from, to)| read(from).zip(read(to))) else {
        return refused("date-unknown", NO_DATE, Vec::new());
    };
    let holds_both = [Precision::Day, Precision::Month, Precision::Year].into_iter().find_map(|precision| {
        let date = from.coarsen(precision);
        (date.contains(from.first_day()) && date.contains(to.last_day())).then_some(date)
    });
    match holds_both {
        Some(date) => {
            let message = format!("Two dates are given; they are taken together as {date}.");
            judged(
                date,
                Some(Remark::new(Severity::Note, "date-interval", message).suggest([date.to_string()])),
                today,
            )
        }
        None => {
            let message = "The two dates lie in different years: give the year of collection alone.";
            refused("date-interval", message, vec![from.coarsen(Precision::Year).to_string()])
        }
    }
}

fn day_or_month_first(a: i32, b: i32, year: i32, today: Date) -> Reading {
    let readings = [ymd(year, b, a), ymd(year, a, b)];
    match readings {
        [Some(first), Some(second)] if first == second => one(Some(first), today),
        [Some(day_first), Some(month_first)] => {
            // If one of the two has not come yet, the other is meant.
            match (day_first.first_day() > today, month_first.first_day() > today) {
                (true, false) => one(Some(month_first), today),
                (false, true) => one(Some(day_first), today),
                _ => {
                    let message = format!(
                        "This can be {day_first} or {month_first}: choose one, or write {} if you do not know.",
                        day_first.coarsen(Precision::Year)
                    );
                    refused("date-ambiguous", &message, vec![day_first.to_string(), month_first.to_string()])
                }
            }
        }
        [date, None] | [None, date] => one(date, today),
    }
}

/// A count of days, which is what a spreadsheet leaves of a date when the cell is made a number.
fn serial(days: i32, today: Date) -> Reading {
    let epoch = jiff::civil::date(1899, 12, 30);
    let date =
        SERIAL_DAYS.contains(&days).then(|| epoch.checked_add(jiff::Span::new().days(days)).ok()).flatten();
    match date.map(PartialDate::from) {
        Some(date) if date.first_day() <= today => {
            let message =
                format!("This is a number; if a spreadsheet made it of a date, the date was {date}.");
            refused("date-serial", &message, vec![date.to_string()])
        }
        _ => refused("date-unknown", NO_DATE, Vec::new()),
    }
}

fn y(year: i32) -> Option<PartialDate> {
    PartialDate::year(i16::try_from(year).ok()?)
}

fn ym(year: i32, month: i32) -> Option<PartialDate> {
    PartialDate::month(i16::try_from(year).ok()?, i8::try_from(month).ok()?)
}

fn ymd(year: i32, month: i32, day: i32) -> Option<PartialDate> {
    PartialDate::day(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

/// A date written in its own way, which can mean one thing only.
fn one(date: Option<PartialDate>, today: Date) -> Reading {
    let Some(date) = date else {
        let message = "There is no such day: check day and month, and write it as 2024-05-03.";
        return refused("date-impossible", message, Vec::new());
    };
    let message = format!("Read as {date}.");
    judged(date, Some(Remark::new(Severity::Note, "date-format", message).suggest([date.to_string()])), today)
}

fn one_insdc(date: Option<PartialDate>, today: Date) -> Reading {
    match date {
        Some(date) => judged(date, None, today),
        None => one(None, today),
    }
}

fn refused(rule: &'static str, message: &str, suggestions: Vec<String>) -> Reading {
    Reading { date: None, remark: Some(Remark::new(Severity::Error, rule, message).suggest(suggestions)) }
}

/// Whether a date can be that of a sample.
fn judged(date: PartialDate, remark: Option<Remark>, today: Date) -> Reading {
    if date.first_day() > today {
        let message = format!(
            "This lies after today, {today}: check the year, and that day and month are not swapped."
        );
        return refused("date-future", &message, Vec::new());
    }
    if date.first_day().year() < EARLIEST_YEAR {
        let message = format!("This lies before {EARLIEST_YEAR}: check the year.");
        return Reading {
            date: Some(date),
            remark: Some(Remark::new(Severity::Warning, "date-early", message)),
        };
    }
    Reading { date: Some(date), remark }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> Date {
        jiff::civil::date(2024, 11, 22)
    }

    /// The date, the rule that spoke, what it suggests.
    fn check(text: &str, expected: (&str, &str, &[&str])) {
        let reading = read(text, today());
        let date = reading.date.map(|date| date.to_string()).unwrap_or_default();
        let (rule, suggestions) = reading.remark.map(|r| (r.rule, r.suggestions)).unwrap_or_default();
        assert_eq!(
            (date.as_str(), rule, suggestions.as_slice()),
            (expected.0, expected.1, &expected.2.iter().map(|s| s.to_string()).collect::<Vec<_>>()[..]),
            "{text}"
        );
    }

    #[test]
    fn dates_keep_their_precision() {
        check("2024", ("2024", "", &[]));
        check("2024-05", ("2024-05", "", &[]));
        check("2024-05-03", ("2024-05-03", "", &[]));
        check("03-May-2024", ("2024-05-03", "", &[]));
        check("May-2024", ("2024-05", "", &[]));
        check("2024-05-XX", ("2024-05", "date-format", &["2024-05"]));
        check("2024-XX-XX", ("2024", "date-format", &["2024"]));
        check("2024-05-00", ("2024-05", "date-format", &["2024-05"]));
        check("05/2024", ("2024-05", "date-format", &["2024-05"]));
    }

    #[test]
    fn other_ways_to_write_are_read_and_set_right() {
        for text in [
            "2024/05/03",
            "2024.5.3",
            "20240503",
            "2024-05-03T10:22:00",
            "2024-05-03 10:22",
            "May 3, 2024",
            "May 3rd, 2024",
            "2024年5月3日",
            "٢٠٢٤-٠٥-٠٣",
            "2024-May-03",
            "2024-05-03T10:22:00+00:00",
        ] {
            check(text, ("2024-05-03", "date-format", &["2024-05-03"]));
        }
        for text in ["3 de mayo de 2024", "3 mai 2024", "03 мая 2024 г.", "03May2024", "3-may.-2024"] {
            check(text, ("2024-05-03", "", &[]));
        }
        check("17 août 2023", ("2023-08-17", "", &[]));
        check("25/03/2024", ("2024-03-25", "date-format", &["2024-03-25"]));
        check("03/25/2024", ("2024-03-25", "date-format", &["2024-03-25"]));
        check("05/05/2024", ("2024-05-05", "date-format", &["2024-05-05"]));
    }

    #[test]
    fn what_can_mean_two_days_is_left_to_a_person() {
        check("05/03/2024", ("", "date-ambiguous", &["2024-03-05", "2024-05-03"]));
        check("1.2.2023", ("", "date-ambiguous", &["2023-02-01", "2023-01-02"]));
        // 12 May would be; 5 December 2024 has not come yet.
        check("05/12/2024", ("2024-05-12", "date-format", &["2024-05-12"]));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        check("2024-11-23", ("", "date-future", &[]));
        check("2025", ("", "date-future", &[]));
        check("2024-12", ("", "date-future", &[]));
        check("2024-02-30", ("", "date-impossible", &[]));
        check("31/02/2024", ("", "date-impossible", &[]));
        check("05/03/24", ("", "date-short-year", &[]));
        check("45415", ("", "date-serial", &["2024-05-03"]));
        check("12345", ("", "date-unknown", &[]));
        check("last week", ("", "date-unknown", &[]));
        check("1824-05-03", ("1824-05-03", "date-early", &[]));
    }

    #[test]
    fn intervals_become_the_date_that_holds_them() {
        check("2024-05-01/2024-05-31", ("2024-05", "date-interval", &["2024-05"]));
        check("2024-05/2024-07", ("2024", "date-interval", &["2024"]));
        check("2023-12/2024-01", ("", "date-interval", &["2023"]));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,30}") {
            let _ = read(&text, today());
        }

        #[test]
        fn numbers_and_marks_do_not_break_it(text in "[0-9XTx:/. -]{0,24}") {
            let reading = read(&text, today());
            prop_assert!(reading.date.is_none_or(|date| date.first_day() <= today()));
        }

        #[test]
        fn a_suggestion_is_taken_in_silence(text in "[0-9]{1,2}[/.-][0-9]{1,2}[/.-](19|20)[0-9]{2}") {
            for suggestion in read(&text, today()).remark.map(|remark| remark.suggestions).unwrap_or_default() {
                prop_assert!(read(&suggestion, today()).remark.is_none_or(|remark| remark.rule == "date-future"));
            }
        }
    }
}

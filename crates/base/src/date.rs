//! Dates of known precision: a year, a month of a year, or a day.
//!
//! The text is ISO 8601-1:2019, section 5.2.2, and nothing else: `2024`, `2024-05`, `2024-05-03`. Other ways to
//! write a date (`03/05/24`, `May 2024`) are the business of whoever reads files. Refuses to know time zones, the
//! clock and times of day. Start at [`PartialDate`].

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// How exactly a date is known, finest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// Year, month and day.
    Day,
}

/// A year, a month of a year, or a day, in the proleptic Gregorian calendar, years 1 to 9999.
///
/// Ordered by the first day it can mean; of two with the same first day, the one that can mean more days comes
/// first, so that `2024 < 2024-01 < 2024-01-01 < 2024-01-02 < 2024-02`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialDate {
    first: Date,
    precision: Precision,
}

/// Why a text is no [`PartialDate`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not a date as ISO 8601 writes it: give 2024, 2024-05 or 2024-05-03")]
pub struct DateError {
    /// The text, at most 40 characters of it.
    pub given: String,
}

impl PartialDate {
    /// A whole year; `None` outside 1 to 9999.
    pub fn year(year: i16) -> Option<Self> {
        Self::of(year, 1, 1, Precision::Year)
    }

    /// A month; `None` outside the calendar.
    pub fn month(year: i16, month: i8) -> Option<Self> {
        Self::of(year, month, 1, Precision::Month)
    }

    /// A day; `None` outside the calendar, as for 30 February.
    pub fn day(year: i16, month: i8, day: i8) -> Option<Self> {
        Self::of(year, month, day, Precision::Day)
    }

    fn of(year: i16, month: i8, day: i8, precision: Precision) -> Option<Self> {
        let first = Date::new(year, month, day).ok()?;
        (year >= 1).then_some(Self { first, precision })
    }

    /// How exactly the date is known.
    pub fn precision(self) -> Precision {
        self.precision
    }

    /// The first day it can mean.
    pub fn first_day(self) -> Date {
        self.first
    }

    /// The last day it can mean.
    pub fn last_day(self) -> Date {
        match self.precision {
            Precision::Year => self.first.last_of_year(),
            Precision::Month => self.first.last_of_month(),
            Precision::Day => self.first,
        }
    }

    /// Whether it can mean `day`.
    pub fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last_day()
    }

    /// The same date known no more exactly than `precision`; a coarser date stays as it is.
    #[must_use]
    pub fn coarsen(self, precision: Precision) -> Self {
        let precision = self.precision.min(precision);
        let first = match precision {
            Precision::Year => self.first.first_of_year(),
            Precision::Month => self.first.first_of_month(),
            Precision::Day => self.first,
        };
        Self { first, precision }
    }
}

/// A day, known as such.
impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { first: date, precision: Precision::Day }
    }
}

impl Ord for PartialDate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.first.cmp(&other.first).then(self.precision.cmp(&other.precision))
    }
}

impl PartialOrd for PartialDate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As ISO 8601 writes it.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.first.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", self.first.month())?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{:02}", self.first.day())?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let digits = |from: usize, to: usize| -> Option<i16> {
            let part = text.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?;
            part.parse().ok()
        };
        let two = |from: usize| digits(from, from + 2).and_then(|value| i8::try_from(value).ok());
        let hyphen = |at: usize| text.as_bytes().get(at) == Some(&b'-');
        let date = match text.len() {
            4 => digits(0, 4).and_then(Self::year),
            7 if hyphen(4) => digits(0, 4).zip(two(5)).and_then(|(year, month)| Self::month(year, month)),
            10 if hyphen(4) && hyphen(7) => digits(0, 4)
                .zip(two(5))
                .zip(two(8))
                .and_then(|((year, month), day)| Self::day(year, month, day)),
            _ => None,
        };
        date.ok_or_else(|| DateError { given: text.chars().take(40).collect() })
    }
}

/// As its text.
impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    #[test]
    fn first_and_last_day_follow_the_precision() {
        let check = |text: &str, first: &str, last: &str| {
            let date = date(text);
            assert_eq!(
                (date.first_day().to_string(), date.last_day().to_string()),
                (first.into(), last.into())
            );
            assert_eq!(date.to_string(), text);
        };
        check("2024", "2024-01-01", "2024-12-31");
        check("2024-02", "2024-02-01", "2024-02-29");
        check("2023-02", "2023-02-01", "2023-02-28");
        check("2024-05-03", "2024-05-03", "2024-05-03");
        check("0001", "0001-01-01", "0001-12-31");
    }

    #[test]
    fn only_the_three_forms_of_iso_8601_are_dates() {
        for wrong in [
            "",
            "24",
            "02024",
            "0000",
            "2024-5",
            "2024-13",
            "2024-00",
            "2024-02-30",
            "2024-05-03T10:00",
            "2024/05",
            "20240503",
            "+024",
            "2024-+5",
            "２０２４",
            "-024",
            "2024-05-0x",
            "2024‐05",
        ] {
            assert!(wrong.parse::<PartialDate>().is_err(), "{wrong}");
        }
        let said = "next tuesday".parse::<PartialDate>().unwrap_err().to_string();
        assert_eq!(
            said,
            "\"next tuesday\" is not a date as ISO 8601 writes it: give 2024, 2024-05 or 2024-05-03"
        );
    }

    #[test]
    fn wider_dates_come_before_the_narrower_ones_that_begin_with_them() {
        let sorted = ["2023-12-31", "2024", "2024-01", "2024-01-01", "2024-01-02", "2024-02", "2025"];
        assert!(sorted.windows(2).all(|pair| date(pair[0]) < date(pair[1])));
    }

    #[test]
    fn json_holds_the_text() {
        assert_eq!(serde_json::to_string(&date("2024-05")).unwrap(), "\"2024-05\"");
        assert_eq!(serde_json::from_str::<PartialDate>("\"2024-05\"").unwrap(), date("2024-05"));
        assert!(serde_json::from_str::<PartialDate>("\"May\"").is_err());
    }

    proptest! {
        #[test]
        fn text_and_date_are_one(year in 1i16..=9999, month in 1i8..=12, day in 1i8..=28, precision in 0usize..3) {
            let precision = [Precision::Year, Precision::Month, Precision::Day][precision];
            let date = PartialDate::day(year, month, day).unwrap().coarsen(precision);
            prop_assert_eq!(date.to_string().parse::<PartialDate>().unwrap(), date);
        }

        #[test]
        fn a_coarser_date_holds_the_finer_one(year in 1i16..=9999, month in 1i8..=12, day in 1i8..=28) {
            let day = PartialDate::day(year, month, day).unwrap();
            for precision in [Precision::Year, Precision::Month, Precision::Day] {
                let coarse = day.coarsen(precision);
                prop_assert!(coarse.contains(day.first_day()));
                prop_assert!(coarse <= day);
                prop_assert_eq!(coarse.coarsen(Precision::Day), coarse);
            }
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,12}") {
            let _ = text.parse::<PartialDate>();
        }
    }
}

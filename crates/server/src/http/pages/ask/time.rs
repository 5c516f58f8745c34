//! Genomes over time, from sums by day: by week if that is not too many, else by month, else by year.
//!
//! Start at [`times`].

use hearth_base::time::UtcTime;
use hearth_index::row::Value;
use hearth_pages::site::ask::{Times, Unit};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// More times than this are drawn as longer ones; of years, only the last so many.
const MOST: usize = 53;
const DAY_MS: i64 = 86_400_000;

/// All times from the first that has genomes to the last, with how many were collected in each.
pub(super) fn times(days: &BTreeMap<Value, u64>) -> Times {
    let unknown = days.get(&Value::Null).copied().unwrap_or(0);
    let known = days.iter().filter_map(|(value, count)| match value {
        Value::Number(day) => Some((date_of(*day), *count)),
        _ => None,
    });
    let known: Vec<(Date, u64)> = known.collect();
    let mut last = None;
    for unit in [Unit::Week, Unit::Month, Unit::Year] {
        let (counts, is_whole) = counted(&known, unit);
        last = Some((unit, counts));
        if is_whole {
            break;
        }
    }
    let Some((unit, counts)) = last else { return Times { unknown, ..Times::default() } };
    let drawn: u64 = counts.iter().map(|(_, count)| count).sum();
    let all: u64 = known.iter().map(|(_, count)| count).sum();
    Times { unit, counts, earlier: all - drawn, unknown }
}

/// The last [`MOST`] times of a unit, and whether they are all.
fn counted(days: &[(Date, u64)], unit: Unit) -> (Vec<(String, u64)>, bool) {
    let mut sums: BTreeMap<Date, u64> = BTreeMap::new();
    for (day, count) in days {
        *sums.entry(begin(*day, unit)).or_insert(0) += count;
    }
    let (Some(first), Some(end)) = (sums.keys().next().copied(), sums.keys().next_back().copied()) else {
        return (Vec::new(), true);
    };
    let mut counts = Vec::new();
    let mut at = end;
    while at >= first && counts.len() < MOST {
        counts.push((named(at, unit), sums.get(&at).copied().unwrap_or(0)));
        match at.yesterday() {
            Ok(before) => at = begin(before, unit),
            Err(_) => break,
        }
    }
    counts.reverse();
    (counts, at < first)
}

/// The first day of the time that a day is in.
fn begin(day: Date, unit: Unit) -> Date {
    match unit {
        Unit::Week => {
            let days = i64::from(day.weekday().to_monday_zero_offset());
            day.checked_sub(jiff::Span::new().days(days)).unwrap_or(day)
        }
        Unit::Month => day.first_of_month(),
        Unit::Year => day.first_of_year(),
    }
}

fn named(begin: Date, unit: Unit) -> String {
    let day = begin.to_string();
    let letters = match unit {
        Unit::Week => 10,
        Unit::Month => 7,
        Unit::Year => 4,
    };
    day.get(..letters).unwrap_or(&day).to_owned()
}

/// A day by its number since 1970-01-01.
pub(super) fn date_of(day: i64) -> Date {
    UtcTime::from_unix_ms(day.saturating_mul(DAY_MS)).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(days: &[(i64, u64)], unit: Unit, times: &[(&str, u64)], earlier: u64) {
        let mut tally: BTreeMap<Value, u64> =
            days.iter().map(|(day, count)| (Value::Number(*day), *count)).collect();
        tally.insert(Value::Null, 4);
        let found = super::times(&tally);
        assert_eq!((found.unit, found.earlier, found.unknown), (unit, earlier, 4));
        let ends: Vec<_> = [found.counts.first(), found.counts.last()].into_iter().flatten().collect();
        let ends: Vec<(&str, u64)> = ends.into_iter().map(|(time, count)| (time.as_str(), *count)).collect();
        assert_eq!(ends, times);
        let all: u64 = found.counts.iter().map(|(_, count)| count).sum();
        assert_eq!(all + earlier, days.iter().map(|(_, count)| count).sum::<u64>());
        assert!(found.counts.len() <= MOST);
    }

    #[test]
    fn times_are_as_long_as_they_must_be() {
        // 1970-01-05 was a Monday.
        check(&[], Unit::Week, &[], 0);
        check(&[(4, 1), (10, 2)], Unit::Week, &[("1970-01-05", 3), ("1970-01-05", 3)], 0);
        check(&[(4, 1), (11, 2)], Unit::Week, &[("1970-01-05", 1), ("1970-01-12", 2)], 0);
        check(&[(4, 1), (4 + 52 * 7, 2)], Unit::Week, &[("1970-01-05", 1), ("1971-01-04", 2)], 0);
        check(&[(4, 1), (4 + 53 * 7, 2)], Unit::Month, &[("1970-01", 1), ("1971-01", 2)], 0);
        check(&[(0, 1), (5 * 366, 2)], Unit::Year, &[("1970", 1), ("1975", 2)], 0);
        check(&[(-100 * 365, 5), (0, 1)], Unit::Year, &[("1918", 0), ("1970", 1)], 5);
    }
}

//! Days of the Gregorian calendar as numbers since 1970-01-01, and back.
//!
//! After H. Hinnant, "chrono-compatible low-level date algorithms", section days_from_civil. Start at [`day_of`].

/// Days in each month of a year without a leap day.
const MONTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The number of a day written as `YYYY-MM-DD`; `None` where there is no such day.
pub fn day_of(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let mut part = |digits: usize| {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|one| one.is_ascii_digit()));
        part.and_then(|part| part.parse::<i64>().ok())
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let most = MONTHS.get(usize::try_from(month - 1).ok()?)? + i64::from(month == 2 && is_leap);
    if parts.next().is_some() || !(1..=most).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

/// A day as `YYYY-MM-DD`.
pub fn date_of(day: i64) -> String {
    let shifted = day.saturating_add(719_468);
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let (day, month) =
        (day_of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_have_numbers() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(day_of(text), expected, "{text}");
        check("1970-01-01", Some(0));
        check("2000-03-01", Some(11_017));
        check("2024-02-29", Some(19_782));
        check("2023-02-29", None);
        check("2023-00-01", None);
        check("2023-1-01", None);
        check("2023-01-01-", None);
    }

    proptest! {
        #[test]
        fn every_day_comes_back(day in -700_000..2_900_000i64) {
            prop_assert_eq!(day_of(&date_of(day)), Some(day));
        }
    }
}

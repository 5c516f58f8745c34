//! Moments in universal time, to the millisecond.
//!
//! The text form is that of RFC 3339 with three digits of a second and `Z`. Refuses to know what time it is. Start at
//! [`UtcTime`]. Days, and dates known only to the month, are in [`crate::date`].

use crate::text::serde_as_text;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use std::fmt;
use std::str::FromStr;

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UtcTime(i64);

/// Why a text is no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time: it is written 2026-11-22T18:04:05.123Z")]
pub struct UtcTimeError(String);

impl UtcTime {
    /// The moment so many milliseconds after 1970, kept within the years that can be written.
    pub fn from_unix_ms(ms: i64) -> Self {
        Self(ms.clamp(Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond()))
    }

    /// Milliseconds since 1970.
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// The day in universal time.
    pub fn date(self) -> Date {
        Offset::UTC.to_datetime(self.timestamp()).date()
    }

    /// The first moment of a day in universal time.
    pub fn start_of(date: Date) -> Self {
        let start = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN);
        Self(start.as_millisecond())
    }

    /// The last moment of a day in universal time.
    pub fn end_of(date: Date) -> Self {
        let end = Offset::UTC.to_timestamp(date.at(23, 59, 59, 999_000_000)).unwrap_or(Timestamp::MAX);
        Self(end.as_millisecond())
    }

    /// This moment and so many milliseconds.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self::from_unix_ms(self.0.saturating_add(ms))
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}

impl fmt::Debug for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for UtcTime {
    type Err = UtcTimeError;

    fn from_str(text: &str) -> Result<Self, UtcTimeError> {
        let refused = || UtcTimeError(text.chars().take(40).collect());
        let timestamp: Timestamp = text.parse().map_err(|_| refused())?;
        Ok(Self(timestamp.as_millisecond()))
    }
}

serde_as_text!(UtcTime);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_universal_time_to_the_millisecond() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<UtcTime>().expect(text).to_string(), expected);
        };
        check("2020-03-26T12:00:00Z", "2020-03-26T12:00:00.000Z");
        check("2020-03-26T12:00:00.5+08:00", "2020-03-26T04:00:00.500Z");
        check("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z");
        assert!("26 March".parse::<UtcTime>().is_err());
    }

    #[test]
    fn a_day_begins_and_ends_in_universal_time() {
        let noon: UtcTime = "2020-02-29T12:00:00Z".parse().expect("a time");
        assert_eq!(UtcTime::start_of(noon.date()).to_string(), "2020-02-29T00:00:00.000Z");
        assert_eq!(UtcTime::end_of(noon.date()).to_string(), "2020-02-29T23:59:59.999Z");
        assert_eq!(UtcTime::from_unix_ms(i64::MAX).plus_ms(1), UtcTime::from_unix_ms(i64::MAX));
    }
}

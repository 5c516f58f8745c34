//! When something happened, as precisely as is known: a moment, a day, a month, a year.
//!
//! Refuses to guess: "March 2020" stays a month. Whether it happened by a certain day is answered with the last moment
//! it may have been. Start at [`Happened`].

use hearth_base::date::PartialDate;
use hearth_base::time::UtcTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// When something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// At this moment.
    At(UtcTime),
    /// On this day, or in this month or year.
    On(PartialDate),
}

/// Why a text is no time of an act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time of an act: it is written 2020, 2020-03, 2020-03-26 or 2020-03-26T12:00:00Z")]
pub struct HappenedError(String);

impl Happened {
    /// The last moment at which it may have happened.
    pub fn latest(&self) -> UtcTime {
        match self {
            Self::At(time) => *time,
            Self::On(date) => UtcTime::end_of(date.last_day()),
        }
    }
}

impl fmt::Display for Happened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => time.fmt(f),
            Self::On(date) => date.fmt(f),
        }
    }
}

impl FromStr for Happened {
    type Err = HappenedError;

    fn from_str(text: &str) -> Result<Self, HappenedError> {
        let refused = || HappenedError(text.chars().take(40).collect());
        if text.contains('T') {
            text.parse().map(Self::At).map_err(|_| refused())
        } else {
            text.parse().map(Self::On).map_err(|_| refused())
        }
    }
}

impl Serialize for Happened {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Happened {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_to_the_month_may_have_been_on_its_last_day() {
        let check = |text: &str, expected: &str| {
            let happened: Happened = text.parse().expect(text);
            assert_eq!(happened.latest().to_string(), expected);
            assert_eq!(happened.to_string().parse(), Ok(happened));
        };
        check("2020", "2020-12-31T23:59:59.999Z");
        check("2020-02", "2020-02-29T23:59:59.999Z");
        check("2020-03-26", "2020-03-26T23:59:59.999Z");
        check("2020-03-26T12:00:00Z", "2020-03-26T12:00:00.000Z");
        assert!("late March".parse::<Happened>().is_err());
    }
}

//! A past moment, as questions write it: `2026-05-01`, or a time as RFC 3339 has it.
//!
//! Start at [`time`].

use hearth_base::time::UtcTime;
use jiff::civil::Date;

/// A day's last moment, or a time.
pub fn time(text: &str) -> Option<UtcTime> {
    let day = text.parse::<Date>().ok().filter(|_| text.len() == "2026-11-01".len());
    day.map(UtcTime::end_of).or_else(|| text.parse().ok())
}

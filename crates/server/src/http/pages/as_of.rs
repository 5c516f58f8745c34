//! A past moment that a list is asked as of: a day, a time, or an entry of the log.
//!
//! What is told is the content of then, to the extent that the reader may see it now (LEDGER.md 10). A day ends with its
//! last moment; what lies ahead is now. Refuses to tell places in the log. Start at [`Moment::size`].

use crate::app::Problem;
use hearth_base::id::EntryId;
use hearth_base::time::UtcTime;
use hearth_store::db::Session;
use hearth_store::log::read::size_at;
use hearth_store::log::visible;
use hearth_store::state::scope::Scope;
use jiff::civil::Date;

/// A past moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Moment {
    /// At this time.
    Time(UtcTime),
    /// When this entry was written.
    Entry(EntryId),
}

impl Moment {
    /// Reads what somebody wrote.
    ///
    /// # Errors
    /// Says what can be written.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let day = text.parse::<Date>().ok().filter(|_| text.len() == "2026-11-01".len());
        let time = day.map(UtcTime::end_of).or_else(|| text.parse().ok()).map(Self::Time);
        let moment = time.or_else(|| text.parse().ok().map(Self::Entry));
        moment.ok_or_else(|| {
            let known = "a day as 2026-11-01, a time as 2026-11-01T08:00:00Z, or an entry of the ledger";
            Problem::field("as_of", format!("“{text}” is no moment to look back to: write {known}"))
        })
    }

    /// How long the log was then.
    ///
    /// # Errors
    /// When the reader may see no such entry, or the store fails.
    pub async fn size(self, session: &mut Session, scope: &Scope) -> Result<u64, Problem> {
        match self {
            Self::Time(time) => Ok(size_at(session, time).await?),
            Self::Entry(id) => {
                let entry = visible::may_see_entry(session, scope, id).await?;
                Ok(entry.ok_or(Problem::NotFound("entry"))?.kept.seq + 1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_times_and_entries_are_read_and_nothing_else() {
        let time = |text: &str| Moment::Time(text.parse().expect("a time"));
        let read = |text: &str| Moment::read(text).ok();
        assert_eq!(read("2026-11-01"), Some(time("2026-11-01T23:59:59.999Z")));
        assert_eq!(read("2026-11-01T08:00:00Z"), Some(time("2026-11-01T08:00:00Z")));
        let id = EntryId::from_bytes([7; 16]);
        assert_eq!(read(&id.to_string()), Some(Moment::Entry(id)));
        for wrong in ["", "soon", "2026-13-01", "20261101", "4711", "2026-11-01; DROP TABLE entry"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}

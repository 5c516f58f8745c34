//! The ledger as a reader may see it: lists, single entries, the head.
//!
//! Who may see an entry is decided in one place, `hearth_store::log::visible`. Refuses to verify. Start at [`entries`].

use super::sharing::{Called, called};
use super::{App, Problem};
use hearth_base::id::EntryId;
use hearth_ledger::entry::{Entry, Kind};
use hearth_ledger::tree::Hash;
use hearth_store::log::append::Head;
use hearth_store::log::visible::{self, VisibleEntry, Wanted};
use hearth_store::state::parties;
use hearth_store::state::scope::Scope;

/// Entries on one page.
pub const PAGE: u32 = 100;

/// An entry with the names that a list shows.
#[derive(Clone, Debug)]
pub struct Line {
    /// The entry as it is kept.
    pub seen: VisibleEntry,
    /// What it says; `None` when it was erased.
    pub entry: Option<Entry>,
    /// What the record is called, if the reader may see it.
    pub called: Option<Called>,
    /// The party's name.
    pub party: String,
    /// The person's name; only within their own party.
    pub person: String,
}

/// A page of entries.
#[derive(Clone, Debug)]
pub struct Entries {
    /// Where the log ends.
    pub head: Head,
    /// The entries, the newest first.
    pub lines: Vec<Line>,
    /// The entry after which the next page begins, if there is one.
    pub next: Option<EntryId>,
    /// How many entries of each kind the reader may see.
    pub counts: Vec<(Kind, u64)>,
}

/// Entries that a reader may see, the newest first.
///
/// # Errors
/// When the store fails.
pub async fn entries(
    app: &App,
    scope: &Scope,
    kind: Option<Kind>,
    before: Option<EntryId>,
) -> Result<Entries, Problem> {
    let mut read = app.store.read().await?;
    let head = hearth_store::log::read::head(&mut read).await?;
    let wanted = Wanted { kind, before, limit: PAGE + 1 };
    let mut found = visible::list(&mut read, scope, &wanted).await?;
    let is_more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| is_more).map(|seen| seen.id);
    let counts = visible::counts(&mut read, scope).await?;
    let mut lines = Vec::with_capacity(found.len());
    for seen in found {
        lines.push(line(&mut read, scope, seen).await?);
    }
    Ok(Entries { head, lines, next, counts })
}

/// An entry, if the reader may see it, and the leaf of the tree that commits to it.
///
/// # Errors
/// When they may not, or the store fails.
pub async fn entry(app: &App, scope: &Scope, id: EntryId) -> Result<(Line, Hash), Problem> {
    let mut read = app.store.read().await?;
    let seen = visible::may_see_entry(&mut read, scope, id).await?.ok_or(Problem::NotFound("entry"))?;
    let leaf = seen.kept.commitment().leaf_hash();
    Ok((line(&mut read, scope, seen).await?, leaf))
}

async fn line(
    session: &mut hearth_store::db::Session,
    scope: &Scope,
    seen: VisibleEntry,
) -> Result<Line, Problem> {
    let entry = seen.kept.entry()?;
    let called = called(session, scope, seen.record).await?;
    let party = parties::find(session, seen.party).await?.map(|party| party.name).unwrap_or_default();
    let person = entry.as_ref().and_then(|entry| entry.draft.person);
    let person = match person.filter(|_| scope.reader().party == Some(seen.party)) {
        Some(person) => parties::person(session, person.into()).await?.map(|(_, person)| person.name),
        None => None,
    };
    Ok(Line { seen, entry, called, party, person: person.unwrap_or_default() })
}

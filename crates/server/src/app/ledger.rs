//! The ledger as a reader may see it: lists, single entries, the head.
//!
//! Who may see an entry is decided in one place, `hearth_store::log::visible`. Refuses to verify. Start at [`entries`].

use super::sharing::{Called, called};
use super::{App, Problem};
use hearth_base::id::{EntryId, PartyId, PersonId};
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::entry::{Entry, Kind};
use hearth_ledger::tree::Hash;
use hearth_store::db::Session;
use hearth_store::log::append::Head;
use hearth_store::log::heads;
use hearth_store::log::visible::{self, VisibleEntry, Wanted};
use hearth_store::state::scope::Scope;
use hearth_store::state::{kinds, parties};
use std::collections::HashMap;

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
    /// When the newest head was signed.
    pub signed: Option<UtcTime>,
    /// The log's key of today, as a note names it; empty before it has one.
    pub key: String,
    /// The entries, the newest first.
    pub lines: Vec<Line>,
    /// The kinds of which there is any that the reader may see.
    pub kinds: Vec<Kind>,
    /// The entry after which the next page begins, if there is one.
    pub next: Option<EntryId>,
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
    let mut names = Names::default();
    let mut lines = Vec::with_capacity(found.len());
    for seen in found {
        lines.push(line(&mut read, scope, &mut names, seen).await?);
    }
    let signed = heads::latest(&mut read).await?.map(|head| head.published);
    let key = heads::history(&mut read).await?.map(|history| history.current().to_string());
    let kinds = kinds::seen(&mut read, scope).await?;
    Ok(Entries { head, signed, key: key.unwrap_or_default(), lines, kinds, next })
}

/// An entry, if the reader may see it, and the leaf of the tree that commits to it.
///
/// # Errors
/// When they may not, or the store fails.
pub async fn entry(app: &App, scope: &Scope, id: EntryId) -> Result<(Line, Hash), Problem> {
    let mut read = app.store.read().await?;
    let seen = visible::may_see_entry(&mut read, scope, id).await?.ok_or(Problem::NotFound("entry"))?;
    let leaf = seen.kept.commitment().leaf_hash();
    Ok((line(&mut read, scope, &mut Names::default(), seen).await?, leaf))
}

/// Names that were read for one page.
#[derive(Default)]
struct Names {
    parties: HashMap<PartyId, String>,
    people: HashMap<PersonId, String>,
}

impl Names {
    async fn party(&mut self, session: &mut Session, id: PartyId) -> Result<String, Problem> {
        if let Some(name) = self.parties.get(&id) {
            return Ok(name.clone());
        }
        let name = parties::find(session, id).await?.map(|party| party.name).unwrap_or_default();
        self.parties.insert(id, name.clone());
        Ok(name)
    }

    async fn person(&mut self, session: &mut Session, id: PersonId) -> Result<String, Problem> {
        if let Some(name) = self.people.get(&id) {
            return Ok(name.clone());
        }
        let person = parties::person(session, id.into()).await?;
        let name = person.map(|(_, person)| person.name).unwrap_or_default();
        self.people.insert(id, name.clone());
        Ok(name)
    }
}

async fn line(
    session: &mut Session,
    scope: &Scope,
    names: &mut Names,
    seen: VisibleEntry,
) -> Result<Line, Problem> {
    let entry = seen.kept.entry()?;
    let called = match entry.as_ref().map(|entry| &entry.draft.body) {
        // Whoever may see an entry of a genome may see the genome, and an accession never changes.
        Some(Body::Genome(genome)) => Some(Called { title: genome.accession.to_string(), page: seen.record }),
        _ => called(session, scope, seen.record).await?,
    };
    let party = names.party(session, seen.party).await?;
    let person = entry.as_ref().and_then(|entry| entry.draft.person);
    let person = match person.filter(|_| scope.reader().party == Some(seen.party)) {
        Some(person) => names.person(session, person).await?,
        None => String::new(),
    };
    Ok(Line { seen, entry, called, party, person })
}

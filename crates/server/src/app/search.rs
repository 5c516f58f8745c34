//! One search over genomes, documents and parties, within what the reader may see.
//!
//! Capped, and never counted to the end: a count over everything would look at every record. Refuses to rank. Start at
//! [`search`].

use super::documents::{self, Found};
use super::{App, Problem, parties};
use hearth_base::id::PartyId;
use hearth_ledger::body::documents::Work;
use hearth_ledger::body::parties::Party;
use hearth_store::state::genomes::{self, Wanted};
use hearth_store::state::records::{Face, Seen};
use hearth_store::state::scope::Scope;
use std::collections::BTreeSet;

/// Shown of each kind.
pub const MOST: usize = 20;
/// The longest text that is searched for, in characters.
pub const TEXT_MAX_CHARS: usize = 200;

/// What was found of one kind: at most [`MOST`], and whether there is more.
#[derive(Clone, Debug)]
pub struct Part<T> {
    /// The first of them.
    pub first: Vec<T>,
    /// Whether there is more.
    pub is_more: bool,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Results {
    /// Genomes whose accession or name begins so.
    pub genomes: Part<Seen>,
    /// Documents with it in their title.
    pub documents: Part<Found<Work>>,
    /// Parties with it in their name; for those who are signed in.
    pub parties: Part<(PartyId, Party)>,
}

impl<T> Part<T> {
    fn of(mut all: Vec<T>) -> Self {
        let is_more = all.len() > MOST;
        all.truncate(MOST);
        Self { first: all, is_more }
    }
}

/// Searches for a text.
///
/// # Errors
/// When the store fails.
pub async fn search(app: &App, scope: &Scope, text: &str) -> Result<Results, Problem> {
    let one_more = MOST as u32 + 1;
    let mut read = app.store.read().await?;
    let mut found: Vec<Seen> = Vec::new();
    for face in [Face::Released, Face::Kept] {
        let wanted = Wanted { face, text: Some(text.to_owned()), limit: one_more, ..Wanted::default() };
        found.extend(genomes::list(&mut read, scope, &wanted).await?);
    }
    drop(read);
    // What others see of a genome comes before what its owner keeps of it.
    let mut known = BTreeSet::new();
    found.retain(|seen| known.insert(seen.version.record));
    let documents = documents::titled(app, scope, text, MOST + 1).await?;
    let mut named = Vec::new();
    if scope.reader().party.is_some() {
        let wanted = text.to_lowercase();
        let all = parties::list(app).await?.into_iter();
        named.extend(all.filter(|(_, party)| party.name.to_lowercase().contains(&wanted)));
        named.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
    }
    Ok(Results { genomes: Part::of(found), documents: Part::of(documents), parties: Part::of(named) })
}

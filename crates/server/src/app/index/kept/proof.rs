//! Whether what was read of a file is what the database says: every row, and all rights.
//!
//! Asked while questions are answered already: that the log is the same was seen before any was. It is asked of the file,
//! since what is in memory goes on. Refuses to act on the answer. Start at [`prove`].

use super::file::Opened;
use super::header::Header;
use super::{KeptError, rows};
use crate::app::App;
use crate::app::index::origins::Origin;
use crate::app::pathogens::Pathogen;
use hearth_base::id::{PartyId, VersionId};
use hearth_index::row::{DataVersion, Disclosure, RowId};
use hearth_index::saved::{Part, SavedRights};
use hearth_store::state::follow::{self, Ended, Standing};
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Instant;

/// States that are asked for at once: some 20 ms of the database.
const PAGE: u32 = 4_000;
/// Why a file is not used.
const OTHER_STATES: KeptError = KeptError::Unfit("the ledger has other states");

/// What is to be proved.
pub struct Proof {
    pub(super) opened: Arc<Opened>,
    pub(super) header: Header,
}

/// Holds all that the file says against the states of the database.
///
/// # Errors
/// When they differ, or cannot be read.
pub async fn prove(app: &App, proof: Proof) -> Result<(), KeptError> {
    let Proof { opened, header } = proof;
    let mut first = 0;
    for (shelf, own) in header.shelves.iter().zip(&app.indexes.shelves) {
        if shelf.rows == 0 {
            continue;
        }
        let parts = Part::all(own.held().index.schema());
        let stated = Stated::of(app, (own.pathogen(), header.size), (&opened, first, shelf.rows)).await?;
        let rights = parts.iter().position(|part| *part == Part::Rights).unwrap_or_default();
        let (opened, at, rows) = (Arc::clone(&opened), first + 1 + rights, shelf.rows);
        let compared = tokio::task::spawn_blocking(move || {
            Ok::<_, KeptError>(stated.are(&SavedRights::load(rows, &mut opened.part(at)?)?))
        });
        if !compared.await.map_err(io::Error::other)?? {
            return Err(KeptError::Unfit("rights are other ones"));
        }
        first += parts.len() + 1;
    }
    Ok(())
}

/// Rows as the database states them, with rights by number: many have the same.
#[derive(Default)]
struct Stated {
    rows: Vec<(DataVersion, i64, u32)>,
    disclosures: Vec<Disclosure>,
    numbers: HashMap<Said, u32>,
    /// Of each row: the place in the log at which it began, its version, its terms, and those that the file has.
    states: Vec<(u64, VersionId, Option<VersionId>, Option<VersionId>)>,
    /// The newest row of each version.
    newest: HashMap<VersionId, usize>,
    ended: Vec<(RowId, DataVersion, i64)>,
}

/// Rights that a state says, before they are numbers of the index.
type Said = (i64, Option<(i64, i64)>, PartyId);

impl Stated {
    /// All states of a pathogen before a place in the log, which are those of the rows in a part of a file.
    async fn of(
        app: &App,
        (pathogen, until): (&Pathogen, u64),
        (opened, part, rows): (&Opened, usize, usize),
    ) -> Result<Self, KeptError> {
        let mut stated = Self::default();
        let (mut input, mut from) = (opened.part(part)?, 0);
        loop {
            let begun = Instant::now();
            // A session of its own each time: nobody waits for one that reads for long.
            let mut session = app.store.read().await?;
            let found = follow::standing(&mut session, pathogen.name(), (from, until), PAGE).await?;
            drop(session);
            if stated.rows.len() + found.len() > rows {
                return Err(OTHER_STATES);
            }
            let own;
            (input, own) = read_some(input, found.len(), pathogen.segments().len()).await?;
            found.iter().zip(&own).try_for_each(|(state, own)| stated.add(app, state, own))?;
            match found.last().filter(|_| found.len() == PAGE as usize) {
                Some(last) => from = last.since + 1,
                None => break,
            }
            // Questions are more urgent.
            tokio::time::sleep(3 * begun.elapsed()).await;
        }
        if stated.rows.len() != rows {
            return Err(OTHER_STATES);
        }
        stated.renew()?;
        let mut session = app.store.read().await?;
        stated.end(&follow::ended(&mut session, (0, until)).await?);
        Ok(stated)
    }

    /// Adds a state, if it is that of the file's row.
    fn add(&mut self, app: &App, state: &Standing, own: &Origin) -> Result<(), KeptError> {
        if *own != (Origin { terms: own.terms, ..origin_of(state) }) {
            return Err(OTHER_STATES);
        }
        let said = (state.audience, state.opens, state.owner);
        let next = self.disclosures.len() as u32;
        let number = *self.numbers.entry(said).or_insert(next);
        if number == next {
            self.disclosures.push(app.indexes.disclosure(said.0, said.1, said.2));
        }
        self.newest.insert(state.version, self.states.len());
        self.rows.push((DataVersion(state.since + 1), state.recorded.unix_ms(), number));
        self.states.push((state.since, state.version, state.terms, own.terms));
        Ok(())
    }

    /// Gives all states of a version the rights of the newest, if the file has them under its terms.
    fn renew(&mut self) -> Result<(), KeptError> {
        for at in 0..self.states.len() {
            let Some((_, version, _, terms)) = self.states.get(at) else { continue };
            let last = self.newest.get(version).copied().unwrap_or(at);
            if self.states.get(last).is_none_or(|(_, _, today, _)| today != terms) {
                return Err(KeptError::Unfit("terms are other ones"));
            }
            let today = self.rows.get(last).map(|(.., number)| *number);
            if let (Some(row), Some(today)) = (self.rows.get_mut(at), today) {
                row.2 = today;
            }
        }
        Ok(())
    }

    /// Ends rows. What ended of other pathogens is none of them.
    fn end(&mut self, all: &[Ended]) {
        for ended in all {
            if let Ok(row) = self.states.binary_search_by_key(&ended.from, |(since, ..)| *since) {
                let (version, at_ms) = (DataVersion(ended.at + 1), ended.recorded.unix_ms());
                self.ended.push((RowId(row as u32), version, at_ms));
            }
        }
    }

    /// Whether these are what was saved.
    fn are(&self, saved: &SavedRights) -> bool {
        let nobody = Disclosure::default();
        let disclosed = |number: u32| self.disclosures.get(number as usize).unwrap_or(&nobody);
        let rows = self.rows.iter().map(|(from, from_ms, number)| (*from, *from_ms, disclosed(*number)));
        saved.are(rows, self.ended.iter().copied())
    }
}

/// The next so many origins of a part.
async fn read_some<R: Read + Send + 'static>(
    mut input: R,
    count: usize,
    segments: usize,
) -> Result<(R, Vec<Origin>), KeptError> {
    let reading = tokio::task::spawn_blocking(move || {
        let origins = (0..count).map(|_| rows::read(&mut input, segments).map(|(origin, _)| origin));
        let origins = origins.collect::<io::Result<Vec<Origin>>>()?;
        Ok::<_, io::Error>((input, origins))
    });
    Ok(reading.await.map_err(io::Error::other)??)
}

fn origin_of(state: &Standing) -> Origin {
    Origin {
        version: state.version,
        since: state.since,
        content: state.content,
        entry: state.entry,
        owner: state.owner,
        terms: state.terms,
    }
}

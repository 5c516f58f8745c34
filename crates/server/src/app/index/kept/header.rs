//! What a file of indexes says of itself, and whether that still holds.
//!
//! States and rights follow from the log by the rules of the program: where the log of that size has the same root, they
//! are what they were. Start at [`Header::of`] and [`Header::still_holds`].

use super::KeptError;
use crate::app::App;
use crate::app::index::Shelf;
use crate::app::index::fields::FIELDS;
use hearth_base::digest::Digester;
use hearth_base::id::PartyId;
use hearth_store::StoreError;
use hearth_store::db::Session;
use hearth_store::log::read::head;
use hearth_store::log::serve::root_at;
use hearth_store::state::follow;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What a file says of itself, before everything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    program: String,
    fields: Vec<String>,
    /// Of the log.
    origin: String,
    /// Entries of the log that are in it.
    pub(super) size: u64,
    /// Of the log of that size.
    root: String,
    /// Of the audiences up to a number, which rights are written with.
    audiences: Audiences,
    /// Owners of records, whose numbers rights are written with.
    pub(super) owners: Vec<PartyId>,
    pub(super) misses: u64,
    /// In the order of the server's pathogens.
    pub(super) shelves: Vec<ShelfHeader>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Audiences {
    last: i64,
    digest: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ShelfHeader {
    /// Its name, and each segment with its pack.
    pathogen: String,
    pub(super) rows: usize,
}

impl Audiences {
    /// Those up to a number, or all.
    async fn until(session: &mut Session, last: Option<i64>) -> Result<Self, StoreError> {
        let all = follow::audiences(session, last.unwrap_or(i64::MAX)).await?;
        let mut digester = Digester::default();
        for (number, text) in &all {
            digester.update(format!("{number} {} {text}\n", text.len()).as_bytes());
        }
        let last = last.or_else(|| all.last().map(|(number, _)| *number)).unwrap_or_default();
        Ok(Self { last, digest: digester.finish().to_string() })
    }
}

impl Header {
    /// What a file would say that is written now.
    pub(super) async fn of(app: &App) -> Result<Self, StoreError> {
        let size = app.indexes.size();
        let mut session = app.store.read().await?;
        let root = root_at(&mut session, size).await?.map(|root| root.to_string()).unwrap_or_default();
        let shelf = |shelf: &Arc<Shelf>| ShelfHeader {
            pathogen: identity(shelf),
            rows: shelf.held_if_made().map_or(0, |held| held.origins().len()),
        };
        Ok(Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            fields: FIELDS.iter().map(|field| field.name.to_owned()).collect(),
            origin: app.config.origin(),
            size,
            root,
            audiences: Audiences::until(&mut session, None).await?,
            owners: app.indexes.owners(),
            misses: app.indexes.misses.load(Ordering::Relaxed),
            shelves: app.indexes.shelves.iter().map(shelf).collect(),
        })
    }

    /// Whether a file that says this is for a server that would say `own`.
    pub(super) fn is_for(&self, own: &Self) -> bool {
        let pathogens =
            |header: &Self| header.shelves.iter().map(|shelf| shelf.pathogen.clone()).collect::<Vec<_>>();
        let same = |one: &Self| (one.program.clone(), one.fields.clone(), one.origin.clone(), pathogens(one));
        same(self) == same(own)
    }

    /// Whether the log is the one that the file was written of, and all that was erased is not in the file.
    pub(super) async fn still_holds(&self, session: &mut Session) -> Result<(), KeptError> {
        let root = root_at(session, self.size).await?.map(|root| root.to_string());
        if root.as_deref() != Some(&self.root) {
            return Err(KeptError::Unfit("the log is another one"));
        }
        if Audiences::until(session, Some(self.audiences.last)).await? != self.audiences {
            return Err(KeptError::Unfit("audiences have other numbers"));
        }
        let size = head(session).await?.size;
        if !follow::erased(session, (self.size, size)).await?.is_empty() {
            return Err(KeptError::Unfit("something was erased since"));
        }
        Ok(())
    }
}

/// Everything that rows of a pathogen follow from but the ledger: its segments with their packs.
fn identity(shelf: &Shelf) -> String {
    let segments = shelf.pathogen().segments().iter().map(|segment| {
        let ready = shelf.pack_of(segment);
        format!("{} {} {}", segment.name, ready.pack.name(), ready.digest)
    });
    let segments: Vec<String> = segments.collect();
    format!("{}: {}", shelf.pathogen().name(), segments.join("; "))
}

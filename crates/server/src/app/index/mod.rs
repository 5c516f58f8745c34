//! The index of released genomes: one for each pathogen, in memory, that follows the ledger and can be made anew from it
//! at any time.
//!
//! Questions are asked of a [`Shelf`], for a [`Scope`]: what a reader may see is decided by the index's own
//! `Visible`, from the numbers that the store keeps beside each state. Refuses to know HTTP and query texts. Start at
//! [`Indexes::shelf`]; what brings genomes in is [`follow`].

pub mod fields;
pub mod follow;
mod rows;
mod schema;

use crate::app::packs::{Packs, ReadyPack};
use hearth_base::id::{PartyId, RecordId};
use hearth_index::ancestors::AncestorError;
use hearth_index::engine::Index;
use hearth_index::row::{AudienceId, DataVersion, RowId};
use hearth_index::visible::Reader;
use hearth_store::state::scope::Scope;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

/// The indexes of all pathogens.
#[derive(Debug)]
pub struct Indexes {
    shelves: Vec<Shelf>,
    owners: Mutex<HashMap<PartyId, u32>>,
}

/// The index of one pathogen.
#[derive(Debug)]
pub struct Shelf {
    held: RwLock<Held>,
}

/// What a shelf holds.
#[derive(Debug)]
pub struct Held {
    /// The index.
    pub index: Index,
    /// So many entries of the ledger it knows of.
    pub size: u64,
    /// The rows of each record.
    rows: HashMap<RecordId, Vec<Stood>>,
}

/// A state of a record, and its row.
#[derive(Clone, Copy, Debug)]
struct Stood {
    version: u32,
    from: u64,
    row: RowId,
}

impl Indexes {
    /// Empty indexes for all packs.
    ///
    /// # Errors
    /// When a pack's tree does not fit its reference, or the reference is too long.
    pub fn new(packs: &Packs) -> Result<Self, AncestorError> {
        let shelf = |ready: &ReadyPack| {
            let index = Index::new(schema::schema_of(&ready.pack), &schema::ancestors_of(&ready.pack))?;
            let held = Held { index, size: 0, rows: HashMap::new() };
            Ok(Shelf { held: RwLock::new(held) })
        };
        let shelves = packs.all().iter().map(shelf).collect::<Result<_, _>>()?;
        Ok(Self { shelves, owners: Mutex::default() })
    }

    /// None at all.
    pub fn none() -> Self {
        Self { shelves: Vec::new(), owners: Mutex::default() }
    }

    /// The index of the pack with a number.
    pub fn shelf(&self, pack: usize) -> Option<&Shelf> {
        self.shelves.get(pack)
    }

    /// What a scope is for an index: who asks, at its moment, about a log of this size.
    pub fn reader(&self, scope: &Scope, size: u64) -> Reader {
        let mut audiences: Vec<AudienceId> = scope.numbers().map(of_number).collect();
        audiences.extend(scope.reader().party.and_then(|party| self.known_owner(party)));
        Reader { audiences, now_ms: scope.now().unix_ms(), version: DataVersion(size) }
    }

    fn known_owner(&self, party: PartyId) -> Option<AudienceId> {
        let owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        owners.get(&party).copied().map(of_owner)
    }

    fn owner(&self, party: PartyId) -> AudienceId {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        let next = owners.len() as u32;
        of_owner(*owners.entry(party).or_insert(next))
    }
}

/// The audience with a number of the store: an even number here.
fn of_number(number: i64) -> AudienceId {
    AudienceId(u32::try_from(number.saturating_mul(2)).unwrap_or(u32::MAX - 1))
}

/// Whoever owns records: an odd number.
fn of_owner(number: u32) -> AudienceId {
    AudienceId(number.saturating_mul(2).saturating_add(1))
}

impl Shelf {
    /// What it holds, which stays so while it is looked at.
    pub fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

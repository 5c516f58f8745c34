//! The index of released genomes: one for each pathogen, in memory, that follows the ledger and can be made anew from it
//! at any time.
//!
//! Questions are asked of a [`Shelf`], for a [`Scope`]: what a reader may see is decided by the index's own
//! `Visible`, from the numbers that the store keeps beside each state. Refuses to know HTTP and query texts. Start at
//! [`Indexes::shelf`]; what brings genomes in is [`follow`].

mod digesting;
pub mod fields;
pub mod follow;
mod held;
pub mod kept;
pub mod loose;
mod origins;
mod rows;
pub mod schema;

use crate::app::packs::{Packs, ReadyPack};
use crate::app::pathogens::{Pathogen, Segment};
use hearth_base::id::PartyId;
use hearth_index::engine::Index;
use hearth_index::row::{AudienceId, DataVersion, Disclosure, Opening};
use hearth_index::visible::Reader;
use hearth_store::state::scope::Scope;
pub use held::Held;
pub use origins::Origin;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::Semaphore;

/// Pieces of downloads that are written at the same time: more would take memory and end no sooner.
const PIECES: usize = 32;

/// The indexes of all pathogens.
#[derive(Debug)]
pub struct Indexes {
    shelves: Vec<Arc<Shelf>>,
    owners: Mutex<HashMap<PartyId, u32>>,
    size: AtomicU64,
    misses: AtomicU64,
    /// Genomes whose sequence could not be read.
    unreadable: AtomicU64,
    is_caught_up: AtomicBool,
    /// Whether memory holds something of what was erased since the start, though nobody is shown it.
    holds_erased: AtomicBool,
    /// Pieces of downloads that are written at the same time.
    pub pieces: Semaphore,
}

/// The index of one pathogen, made when it is first needed: the tree of a pack takes memory.
#[derive(Debug)]
pub struct Shelf {
    packs: Arc<Packs>,
    pathogen: usize,
    held: OnceLock<RwLock<Held>>,
}

impl Indexes {
    /// Empty indexes for all pathogens.
    pub fn new(packs: &Arc<Packs>) -> Self {
        let shelf = |pathogen| Arc::new(Shelf { packs: Arc::clone(packs), pathogen, held: OnceLock::new() });
        let shelves = (0..packs.pathogens().all().len()).map(shelf).collect();
        Self {
            shelves,
            owners: Mutex::default(),
            size: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            unreadable: AtomicU64::new(0),
            is_caught_up: AtomicBool::new(false),
            holds_erased: AtomicBool::new(false),
            pieces: Semaphore::new(PIECES),
        }
    }

    /// The index of the pathogen with a number.
    pub fn shelf(&self, pathogen: usize) -> Option<&Arc<Shelf>> {
        self.shelves.get(pathogen)
    }

    /// The index of the pathogen with a name.
    pub fn shelf_named(&self, pathogen: &str) -> Option<&Arc<Shelf>> {
        self.shelves.iter().find(|shelf| shelf.pathogen().name() == pathogen)
    }

    /// So many entries of the ledger all indexes know of: what came later is not told yet.
    pub fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }

    /// Whether all that the ledger had was brought in once since the start. Before that, answers would be of a part.
    pub fn is_caught_up(&self) -> bool {
        self.is_caught_up.load(Ordering::Acquire)
    }

    /// All that the ledger has was brought in.
    fn caught_up(&self) {
        self.is_caught_up.store(true, Ordering::Release);
    }

    /// Whether every released genome that the ledger had by then is in an index.
    pub fn is_whole(&self) -> bool {
        self.misses.load(Ordering::Relaxed) == 0
    }

    /// Empties all indexes, which are then made anew from the ledger.
    fn begin_again(&self) {
        self.is_caught_up.store(false, Ordering::Release);
        self.size.store(0, Ordering::Release);
        self.misses.store(0, Ordering::Relaxed);
        for shelf in self.shelves.iter().filter(|shelf| shelf.held.get().is_some()) {
            *shelf.lock().write().unwrap_or_else(PoisonError::into_inner) = shelf.made();
        }
    }

    /// Those who own records, in the order of their numbers.
    fn owners(&self) -> Vec<PartyId> {
        let owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<(u32, PartyId)> = owners.iter().map(|(party, number)| (*number, *party)).collect();
        all.sort_by_key(|(number, _)| *number);
        all.into_iter().map(|(_, party)| party).collect()
    }

    /// Gives owners their numbers; whether none had one.
    fn set_owners(&self, all: &[PartyId]) -> bool {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = owners.is_empty();
        if is_first {
            *owners = all.iter().copied().zip(0u32..).collect();
        }
        is_first
    }

    /// A released genome is in no index.
    fn miss(&self) {
        self.misses.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether an embargo of any pathogen ended after a moment and not after another.
    pub fn is_opened_between(&self, after_ms: i64, until_ms: i64) -> bool {
        let mut held = self.shelves.iter().filter_map(|shelf| shelf.held_if_made());
        held.any(|held| held.index.is_opened_between(after_ms, until_ms))
    }

    /// What a scope is for an index: who asks, at its moment, about what is known now.
    pub fn reader(&self, scope: &Scope) -> Reader {
        let mut audiences: Vec<AudienceId> = scope.numbers().map(of_number).collect();
        audiences.extend(scope.reader().party.and_then(|party| self.known_owner(party)));
        Reader { audiences, now_ms: scope.now().unix_ms(), version: DataVersion(self.size()) }
    }

    /// Who may see a state, by the numbers of its audiences and its owner.
    fn disclosure(&self, audience: i64, opens: Option<(i64, i64)>, owner: PartyId) -> Disclosure {
        let opening = opens.map(|(at_ms, to)| Opening { at_ms, to: of_number(to) });
        Disclosure { audiences: vec![of_number(audience), self.owner(owner)], opening }
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
    /// The pathogen that it is for.
    pub fn pathogen(&self) -> &Pathogen {
        // It was made for a pathogen there is.
        &self.packs.pathogens().all()[self.pathogen]
    }

    /// The pack of a segment of it.
    pub fn pack_of(&self, segment: &Segment) -> &ReadyPack {
        // Pathogens were made of packs there are.
        &self.packs.all()[segment.pack]
    }

    /// The pack of the segment that names clades, lineages and nodes.
    pub fn lead(&self) -> &ReadyPack {
        let pathogen = self.pathogen();
        self.pack_of(&pathogen.segments()[pathogen.lead()])
    }

    /// What it holds, which stays so while it is looked at.
    pub fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.lock().read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it holds, if anything was ever put there or asked for.
    pub fn held_if_made(&self) -> Option<RwLockReadGuard<'_, Held>> {
        self.held.get().map(|held| held.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn lock(&self) -> &RwLock<Held> {
        self.held.get_or_init(|| RwLock::new(self.made()))
    }

    fn made(&self) -> Held {
        let (packs, pathogen) = (self.packs.all(), self.pathogen());
        let index = Index::new(schema::schema_of(packs, pathogen), &schema::ancestors_of(packs, pathogen));
        let index = match index {
            Ok(index) => index,
            // A pack whose tree does not fit it was refused when it was read.
            Err(error) => {
                tracing::error!(%error, "no question can be asked about the genomes of a pathogen");
                Index::default()
            }
        };
        Held::new(index)
    }
}

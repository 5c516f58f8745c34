//! What the server can do, whoever asks in whatever way.
//!
//! A use case takes the [`App`], who acts, and plain values; it gives plain values or a [`Problem`]. Refuses to know HTTP,
//! pages and forms. Start at [`App`]; accounts are in [`accounts`], what is done with genomes in [`genomes`].

pub mod accounts;
pub mod aid;
pub mod demo;
pub mod documents;
pub mod figures;
pub mod genomes;
pub mod index;
pub mod ledger;
pub mod packs;
pub mod parties;
pub mod pathogens;
mod problem;
pub mod questions;
pub mod refget;
pub mod search;
pub mod searches;
pub mod sharing;
pub mod terms;
pub mod trees;
pub mod upkeep;
pub mod uploads;
pub mod usage;

pub use problem::{FieldFault, Problem};

use crate::config::Config;
use accounts::Gate;
use accounts::oidc::Sso;
use genomes::{GenomeLimits, Genomes};
use hearth_base::id::PartyId;
use hearth_base::time::UtcTime;
use hearth_formats::submission::DisclosurePolicy;
use hearth_store::Store;
use hearth_store::blob::BlobStore;
use index::Indexes;
use packs::Packs;
use refget::References;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use usage::Usage;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> UtcTime + Send + Sync>;

/// Everything that use cases stand on. Clones share it.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// What an [`App`] consists of.
pub struct Shared {
    /// The ledger and its state.
    pub store: Store,
    /// Blobs.
    pub blobs: BlobStore,
    /// What genomes are analysed with.
    pub packs: Arc<Packs>,
    /// Released genomes, for questions.
    pub indexes: Indexes,
    /// How often genomes are looked at and taken.
    pub usage: Usage,
    /// Settings.
    pub config: Config,
    /// Who may try to sign in now.
    pub gate: Gate,
    /// Single sign-on, where it is set.
    pub sso: Option<Sso>,
    references: OnceLock<References>,
    clock: Clock,
    is_demonstration: AtomicBool,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Puts it together. `clock` is [`system_clock`] but in tests.
    pub fn new(store: Store, blobs: BlobStore, packs: Arc<Packs>, config: Config, clock: Clock) -> Self {
        let indexes = Indexes::new(&packs);
        let gate = Gate::new(&config.accounts);
        let sso = Sso::new(&config.oidc);
        Self(Arc::new(Shared {
            store,
            blobs,
            packs,
            indexes,
            usage: Usage::default(),
            config,
            gate,
            sso,
            references: OnceLock::new(),
            clock,
            is_demonstration: AtomicBool::new(false),
        }))
    }

    /// Whether what it holds is made up, which every page says then.
    pub fn is_demonstration(&self) -> bool {
        self.0.is_demonstration.load(Ordering::Relaxed)
    }

    /// Says that what it holds is made up.
    fn mark_demonstration(&self) {
        self.0.is_demonstration.store(true, Ordering::Relaxed);
    }

    /// Sequences that everybody may take, read when they are first asked for: some tenths of a second.
    pub fn references(&self) -> &References {
        self.references.get_or_init(|| References::read(&self.packs, &self.config.data.refget_folder))
    }

    /// What time it is.
    pub fn now(&self) -> UtcTime {
        (self.clock)()
    }

    /// What can be done with genomes.
    pub fn genomes(&self) -> Genomes {
        Genomes {
            store: self.store.clone(),
            blobs: self.blobs.clone(),
            packs: Arc::clone(&self.packs),
            prefix: self.config.accession_prefix(),
            policy: DisclosurePolicy::default(),
            limits: GenomeLimits::of(&self.config.limits),
        }
    }

    /// The party that runs this server, once it is set up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn host(&self) -> Result<Option<PartyId>, Problem> {
        Ok(self.store.head().await?.host)
    }
}

/// The system's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| UtcTime::from_unix_ms(jiff::Timestamp::now().as_millisecond()))
}

//! What every handler stands on: the app, the words of pages, and what is counted.
//!
//! Start at [`Site`].

use super::metrics::Metrics;
use super::rates::Rates;
use super::routes::Rule;
use super::take::{Known, Spent};
use crate::app::App;
use hearth_pages::messages::Catalogue;
use std::ops::Deref;
use std::sync::Arc;

/// What every handler stands on. Clones share it.
#[derive(Clone)]
pub struct Site(Arc<Shared>);

/// What a [`Site`] consists of.
pub struct Shared {
    /// What the server can do.
    pub app: App,
    /// The words of pages.
    pub words: Catalogue,
    /// How often each address asked.
    pub addresses: Rates,
    /// How often each party asked.
    pub parties: Rates,
    /// What is counted.
    pub metrics: Metrics,
    /// What is known of files that were taken away.
    pub known: Known,
    /// How much was kept of what readers have.
    pub spent: Spent,
}

impl Deref for Site {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Site {
    /// A site for these routes.
    pub fn new(app: App, rules: &[Rule]) -> Self {
        let rates = &app.config.rates;
        let addresses = Rates::new(rates.address_per_minute, rates.address_burst, rates.remembered);
        let parties = Rates::new(rates.party_per_minute, rates.party_burst, rates.remembered);
        let metrics = Metrics::new(rules);
        let (words, known, spent) = (Catalogue::english(), Known::default(), Spent::default());
        Self(Arc::new(Shared { app, words, addresses, parties, metrics, known, spent }))
    }
}

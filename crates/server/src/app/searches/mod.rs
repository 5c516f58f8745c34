//! Saved searches, and how their owners are told what is new.
//!
//! A search is a question about things of a [`Sort`]; what is [`news`] follows from the question, two moments and the
//! owner's rights of today, and is kept nowhere. [`keeping`] is what owners do with their searches, [`teller`] what the
//! server does for them. Refuses to know HTTP and pages. Start at [`teller::tell`].

pub mod keeping;
pub mod mail;
pub mod news;
pub mod payload;
pub mod post;
pub mod reach;
pub mod teller;
pub mod webhook;

use super::{App, Problem};
use hearth_base::id::PersonId;
use hearth_base::time::UtcTime;
use hearth_pages::site::address;
use hearth_store::db::Session;
use hearth_store::searches::{Moment, Saved};
use hearth_store::state::parties;
use hearth_store::state::scope::Scope;

/// Of what a question is asked. Another sort has its news in [`news::of`], its page in [`Sort::page`], and its check in
/// [`keeping`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Released genomes of a pathogen.
    Genomes,
}

impl Sort {
    /// As it is written down.
    pub fn word(self) -> &'static str {
        match self {
            Self::Genomes => "genomes",
        }
    }

    /// The sort with a word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Genomes].into_iter().find(|sort| sort.word() == word)
    }

    /// The path of the page that asks the question.
    pub fn page(self, subject: &str, question: &str) -> String {
        let room = match self {
            Self::Genomes => "/ask",
        };
        let mark = if question.is_empty() { "" } else { "?" };
        format!("{}{mark}{question}", address::below(room, subject))
    }
}

/// The path of the page that asks what a search asks.
pub fn page_of(search: &Saved) -> String {
    Sort::read(&search.sort)
        .map_or_else(|| "/".to_owned(), |sort| sort.page(&search.subject, &search.question))
}

/// Now, as far as the indexes know the ledger.
pub fn present(app: &App) -> Moment {
    Moment { size: app.indexes.size(), at: app.now() }
}

/// What a person may see at a moment, by the roles and groups of today.
///
/// # Errors
/// When the store fails.
pub async fn scope_of(read: &mut Session, person: PersonId, now: UtcTime) -> Result<Option<Scope>, Problem> {
    let Some((party, said)) = parties::person(read, person.into()).await? else { return Ok(None) };
    let roles = said.roles.iter().copied().collect();
    Ok(Some(Scope::of(read, Some(person), party, roles, now).await?))
}

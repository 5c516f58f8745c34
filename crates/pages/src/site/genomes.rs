//! The list of genomes with its filters, and the page of search results.
//!
//! Refuses to filter: it is told what the filters left. Start at [`GenomesPage`].

use super::address;
use super::frame::Frame;
use super::parts::{Choice, FilterLink, Kind, Link, Paging};
use crate::messages::{Catalogue, Key, Value};
use crate::number;
use crate::report::Status;

/// The list of genomes.
#[derive(Clone, Debug, Default)]
pub struct GenomesPage {
    /// What every page carries.
    pub frame: Frame,
    /// What the list is narrowed to.
    pub filters: Filters,
    /// Pathogens to choose from.
    pub pathogens: Vec<Choice>,
    /// Countries to choose from.
    pub countries: Vec<Choice>,
    /// Lineages as links, the most frequent first.
    pub lineages: Vec<FilterLink>,
    /// Countries as links, the most frequent first.
    pub by_country: Vec<FilterLink>,
    /// The genomes of this part, the newest first.
    pub genomes: Vec<GenomeLine>,
    /// Which part of them.
    pub paging: Paging,
    /// What follows `?` in the address of this list without its place in it, percent-encoded; downloads have the same.
    pub query: String,
}

/// What a list is narrowed to; empty texts are no filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// A lineage; with a star behind it, those below it too.
    pub lineage: String,
    /// The lineages below it that the filter takes too; nothing if it takes that one alone.
    pub below: Option<Vec<String>>,
    /// Collected on or after: `2026`, `2026-11` or `2026-11-20`.
    pub from: String,
    /// Collected on or before.
    pub to: String,
    /// Words anywhere in names and metadata.
    pub text: String,
    /// As of a day, a time or an entry of the log.
    pub as_of: String,
    /// Whether any filter is set, pathogen and country included.
    pub is_any: bool,
}

/// A genome in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenomeLine {
    /// Accession with version.
    pub accession: String,
    /// Its name.
    pub name: String,
    /// Its pathogen.
    pub pathogen: String,
    /// Country of collection, and place if it is told.
    pub place: String,
    /// Date of collection, as precise as it is known.
    pub collected: String,
    /// Clade and lineage, as one text.
    pub lineage: String,
    /// Its quality.
    pub status: Status,
    /// The party that it belongs to.
    pub party: String,
    /// Code of its terms.
    pub terms: String,
    /// Whether it is withdrawn.
    pub is_withdrawn: bool,
    /// Whether only some may see it.
    pub is_restricted: bool,
}

/// What a search led to.
#[derive(Clone, Debug, Default)]
pub struct SearchPage {
    /// What every page carries.
    pub frame: Frame,
    /// What was searched for.
    pub query: String,
    /// What was found, by kind; a kind of which there is nothing is left out.
    pub found: Vec<Found>,
}

/// What was found of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What kind of thing.
    pub kind: Kind,
    /// What is shown of it.
    pub hits: Vec<Hit>,
    /// Whether there is more than is shown.
    pub is_more: bool,
    /// Path of the list of all of them; empty if there is none.
    pub all: String,
}

/// Something that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hit {
    /// Its name and page.
    pub link: Link,
    /// A line about it.
    pub about: String,
}

impl Found {
    /// The heading of its kind.
    pub fn key(&self) -> Key {
        match self.kind {
            Kind::Genome => Key::GenomesTitle,
            Kind::Document => Key::DocumentsTitle,
            Kind::Party => Key::PartiesTitle,
            other => other.key(),
        }
    }

    /// How many there are, as far as they were looked for: `3`, or `at least 20`.
    pub fn told(&self, words: &Catalogue) -> String {
        let count = number::whole(self.hits.len() as u64);
        if self.is_more { words.with(Key::SearchAtLeast, "count", &count) } else { count }
    }

    /// Path of all of them, if it is one of this server.
    pub fn local_all(&self) -> Option<&str> {
        address::local(&self.all)
    }
}

impl Filters {
    /// What the filter by lineage takes, in words; nothing if it takes one lineage alone.
    pub fn below_told(&self, words: &Catalogue) -> Option<String> {
        let below = self.below.as_ref()?;
        let lineage = self.lineage.trim_end_matches('*');
        let names = below.join(", ");
        let given = [
            ("count", Value::Count(below.len() as u64)),
            ("lineage", Value::Text(lineage)),
            ("names", Value::Text(&names)),
        ];
        Some(words.tell(Key::FilterBelow, &given))
    }
}

impl GenomesPage {
    /// Path of the page that asks about the pathogen that is chosen, or about which one.
    pub fn ask(&self) -> String {
        let chosen = self.pathogens.iter().find(|choice| choice.is_chosen && !choice.value.is_empty());
        chosen.map_or("/ask".to_owned(), |choice| address::below("/ask", &choice.value))
    }

    /// Path of this list as a file: `fasta`, `tsv`, `json`.
    pub fn download(&self, format: &str) -> String {
        match self.query.as_str() {
            "" => format!("/genomes.{format}"),
            query => format!("/genomes.{format}?{query}"),
        }
    }
}

page!(GenomesPage, "site/genomes.html");
page!(SearchPage, "site/search.html");

//! Documents: works, their editions, and the files of an edition by language.
//!
//! Start at [`DocumentsPage`] and [`DocumentPage`].

use super::address;
use super::frame::Frame;
use super::parts::{Choice, FieldProblem, Paging};
use crate::messages::{Catalogue, Key, Value};
use crate::number;

/// The list of works.
#[derive(Clone, Debug, Default)]
pub struct DocumentsPage {
    /// What every page carries.
    pub frame: Frame,
    /// Works, the one that changed last first.
    pub works: Vec<Work>,
    /// Which part of them.
    pub paging: Paging,
    /// Whether the reader may add some.
    pub may_add: bool,
    /// What a new work can be about, as figures count by.
    pub subjects: Vec<Choice>,
    /// What is wrong with the form.
    pub problems: Vec<FieldProblem>,
}

/// A work, with its newest edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Name of its newest edition.
    pub edition: String,
    /// When that was published, or made.
    pub on: String,
    /// State of that edition.
    pub state: EditionState,
    /// Languages of that edition, by tag.
    pub languages: Vec<String>,
    /// Who keeps it.
    pub party: String,
}

/// How far an edition is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EditionState {
    /// Not published.
    #[default]
    Draft,
    /// Current.
    Current,
    /// A newer edition is there.
    Superseded,
    /// Taken back.
    Withdrawn,
}

/// A work with its editions.
#[derive(Clone, Debug, Default)]
pub struct DocumentPage {
    /// What every page carries.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who keeps it.
    pub party: String,
    /// What it is about, as figures count by.
    pub subjects: Vec<String>,
    /// Its editions, the newest first.
    pub editions: Vec<Edition>,
    /// Whether the reader may add editions and share them.
    pub may_change: bool,
    /// Parties and groups that it can be shared with.
    pub candidates: Vec<Choice>,
    /// Terms that an edition can be released under.
    pub terms: Vec<Choice>,
    /// Languages to choose from.
    pub languages: Vec<Choice>,
    /// What is wrong with a form.
    pub problems: Vec<FieldProblem>,
}

/// An edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edition {
    /// Its id.
    pub id: String,
    /// Its name, such as `7`.
    pub name: String,
    /// When it was published, or made.
    pub on: String,
    /// How far it is.
    pub state: EditionState,
    /// What changed against the one before, in the words of who wrote it.
    pub changed: String,
    /// Its files.
    pub renditions: Vec<Rendition>,
    /// Whom it was shared with.
    pub shares: Vec<EditionShare>,
    /// When it was withdrawn, and why.
    pub withdrawn: Option<(String, String)>,
}

/// A file of an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendition {
    /// Name of its language, in that language.
    pub language: String,
    /// The language's tag, such as `ar`.
    pub tag: String,
    /// Name of the file.
    pub file: String,
    /// Path of the download.
    pub address: String,
    /// Its size.
    pub bytes: u64,
    /// How it came into its language.
    pub origin: Origin,
}

/// How a file came into its language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Written in it.
    #[default]
    Original,
    /// Translated by people.
    Translation,
    /// Translated by a machine.
    Machine,
}

/// Whom an edition was shared with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditionShare {
    /// Id of the share, which the form hands back.
    pub id: String,
    /// The party.
    pub party: String,
    /// Its country.
    pub country: String,
    /// By which channel.
    pub channel: String,
    /// When it was sent.
    pub sent: String,
    /// When it was confirmed.
    pub confirmed: Option<String>,
    /// Whether the reader may confirm it.
    pub may_confirm: bool,
}

impl Origin {
    /// All of them, in the order in which forms offer them.
    pub const ALL: [Self; 3] = [Self::Original, Self::Translation, Self::Machine];

    /// What forms hand back: field `origin`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Translation => "translation",
            Self::Machine => "machine-translation",
        }
    }

    /// Its name.
    pub fn key(self) -> Key {
        match self {
            Self::Original => Key::OriginOriginal,
            Self::Translation => Key::OriginTranslation,
            Self::Machine => Key::MachineMade,
        }
    }

    /// Its colour, by class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Original | Self::Translation => "state",
            Self::Machine => "state caution",
        }
    }
}

impl EditionState {
    /// Its name.
    pub fn key(self) -> Key {
        match self {
            Self::Draft => Key::EditionDraft,
            Self::Current => Key::EditionCurrent,
            Self::Superseded => Key::EditionSuperseded,
            Self::Withdrawn => Key::EditionWithdrawn,
        }
    }

    /// Its colour, by class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Draft => "state waiting",
            Self::Current => "state done",
            Self::Superseded => "state",
            Self::Withdrawn => "state problem",
        }
    }
}

impl Edition {
    /// How many of those whom it was shared with confirmed it, in words.
    pub fn confirmed_told(&self, words: &Catalogue) -> String {
        let confirmed = self.shares.iter().filter(|share| share.confirmed.is_some()).count();
        let [confirmed, all] = [confirmed, self.shares.len()].map(|count| number::whole(count as u64));
        words.tell(Key::ConfirmedOf, &[("confirmed", Value::Text(&confirmed)), ("all", Value::Text(&all))])
    }
}

impl Edition {
    /// Whether its files can still be downloaded.
    pub fn is_standing(&self) -> bool {
        self.state != EditionState::Withdrawn
    }
}

impl DocumentPage {
    /// Path of an edition, below which its forms are sent.
    pub fn edition_address(&self, edition: &str) -> String {
        address::below(&(address::document(&self.id) + "/editions"), edition)
    }
}

page!(DocumentsPage, "site/documents.html");
page!(DocumentPage, "site/document.html");

//! What every page carries: the site, who reads, the token of its forms, the message of the last act.
//!
//! Refuses to know sessions and rights: it is told who reads and what they may do. Start at [`Frame`].

use crate::messages::{Catalogue, Key};

/// What every page carries. The language is that of the catalogue which the page is made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Name of the site, such as that of the laboratory that runs it.
    pub site: String,
    /// Who is signed in.
    pub reader: Option<Reader>,
    /// What every form hands back in its hidden field `csrf`.
    pub csrf: String,
    /// Path of this page, such as `/genomes`, so that the navigation can mark where one is.
    pub path: String,
    /// What the last act led to.
    pub flash: Option<Flash>,
    /// Whether all data of this server are simulated. Every page says so then.
    pub is_demonstration: bool,
}

/// Who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// Name of the person.
    pub name: String,
    /// Name of the party they act for.
    pub party: String,
    /// Id of that party, for links.
    pub party_id: String,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// What a person may do for a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Brings records in.
    Submit,
    /// Approves them or sends them back.
    Review,
    /// Makes them visible to others.
    Release,
    /// Keeps documents, figures and shipments.
    Curate,
    /// Keeps people, parties and terms.
    Administer,
}

/// What the last act led to, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// How it went.
    pub kind: FlashKind,
    /// What is said.
    pub text: String,
}

/// How an act went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashKind {
    /// It is done.
    Done,
    /// It is done, and there is something to look at.
    Caution,
    /// It is not done.
    Problem,
}

impl Role {
    /// All of them, in the order in which forms offer them.
    pub const ALL: [Self; 5] = [Self::Submit, Self::Review, Self::Release, Self::Curate, Self::Administer];

    /// What forms hand back: field `role`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Review => "review",
            Self::Release => "release",
            Self::Curate => "curate",
            Self::Administer => "administer",
        }
    }

    /// What it is called.
    pub fn key(self) -> Key {
        match self {
            Self::Submit => Key::RoleSubmit,
            Self::Review => Key::RoleReview,
            Self::Release => Key::RoleRelease,
            Self::Curate => Key::RoleCurate,
            Self::Administer => Key::RoleAdminister,
        }
    }
}

impl FlashKind {
    /// Its colour, by class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "flash done",
            Self::Caution => "flash caution",
            Self::Problem => "flash problem",
        }
    }
}

impl Frame {
    /// Whether the reader has a role.
    pub fn may(&self, role: Role) -> bool {
        self.reader.as_ref().is_some_and(|reader| reader.roles.contains(&role))
    }

    /// Whether this page lies under an address, for the navigation.
    pub fn is_under(&self, address: &str) -> bool {
        self.path.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// A link of the navigation: address, label, and whether one is there.
type Place = (&'static str, String, bool);

impl Frame {
    /// The navigation, as far as it is of use to the reader.
    pub fn navigation(&self, words: &Catalogue) -> Vec<Place> {
        let places = [
            ("/genomes", Key::NavGenomes, true),
            ("/ask", Key::AskNav, true),
            ("/searches", Key::SearchesTitle, self.reader.is_some()),
            ("/submit", Key::NavSubmit, self.may(Role::Submit)),
            ("/batches", Key::NavBatches, self.reader.is_some()),
            ("/documents", Key::NavDocuments, true),
            ("/aid", Key::NavAid, true),
            ("/figures", Key::NavFigures, true),
            ("/parties", Key::NavParties, true),
            ("/ledger", Key::NavLedger, true),
            ("/search", Key::SearchTitle, true),
        ];
        let shown = places.into_iter().filter(|(_, _, is_shown)| *is_shown);
        shown.map(|(address, key, _)| (address, words.say(key), self.is_under(address))).collect()
    }
}

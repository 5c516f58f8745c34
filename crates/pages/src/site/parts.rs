//! What several pages carry: links, choices of forms, parts of long lists, events, states.
//!
//! Start at [`Paging`].

use super::address;
use crate::messages::{Catalogue, Key, Value};
use crate::number;
use crate::report::Status;

/// A link to a page of this server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// What it is called.
    pub label: String,
    /// Its path, with what follows a `?`; see [`super::address`]. Anything else than a path of this server is not linked.
    pub address: String,
}

/// One of several to choose from in a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the form hands back.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Whether it is chosen already.
    pub is_chosen: bool,
}

/// A filter that one click sets or takes away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterLink {
    /// What it is called.
    pub label: String,
    /// Records behind it that this reader may see, where they are counted.
    pub count: Option<u64>,
    /// The list with the filter set, or with it taken away if it is set.
    pub address: String,
    /// Whether it is set.
    pub is_set: bool,
}

/// Which part of a long list is shown. `Default` is an empty list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paging {
    /// Number of the first that is shown, from 1; 0 if there is none.
    pub first: u64,
    /// How many are shown.
    pub shown: u64,
    /// How many there are; 0 where they are not counted.
    pub all: u64,
    /// Path of the part before.
    pub previous: Option<String>,
    /// Path of the part after.
    pub next: Option<String>,
}

/// What is wrong with a field of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldProblem {
    /// Its label, as the reader sees it; empty for the form as a whole.
    pub field: String,
    /// What is wrong and what to do.
    pub text: String,
}

/// Something that happened to a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// When, as text: `2026-11-22 03:00 UTC`.
    pub at: String,
    /// What was done.
    pub act: Act,
    /// The person; empty if the reader may not know.
    pub person: String,
    /// The party; empty if the reader may not know.
    pub party: String,
    /// Why, in their words; may be empty.
    pub reason: String,
    /// Id of its entry in the ledger, if the reader may see it.
    pub entry: Option<String>,
}

/// What was done to a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Act {
    /// Brought in.
    #[default]
    Submitted,
    /// Analysed, with what it led to.
    Analysed,
    /// Found fit for release.
    Approved,
    /// Sent back to who submitted it.
    SentBack,
    /// Made visible to others.
    Released,
    /// Replaced by a new version.
    Revised,
    /// Taken back, with a reason.
    Withdrawn,
    /// Given to a party.
    Shared,
    /// Confirmed by who received it.
    Confirmed,
    /// Made: a party, a person, a document, a shipment, terms.
    Added,
    /// Changed: a party, a person, terms, a state.
    Changed,
    /// Taken out: a member, a role.
    Removed,
    /// Terms were accepted.
    Accepted,
    /// Stated by a named source.
    Attested,
    /// Sent off.
    Sent,
    /// Arrived.
    Arrived,
    /// Body erased by a rule of retention.
    Erased,
    /// The key of the ledger was changed.
    Rotated,
}

/// Kinds of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A genome with its metadata.
    #[default]
    Genome,
    /// Several genomes that were brought in together.
    Batch,
    /// A run of the analysis.
    Analysis,
    /// A document, an edition or a rendition.
    Document,
    /// A shipment of goods.
    Shipment,
    /// A number that somebody stated.
    Figure,
    /// An organisation or a group.
    Party,
    /// A person.
    Person,
    /// Terms of use.
    Terms,
    /// A record that was given to a party.
    Share,
    /// A confirmation.
    Receipt,
    /// A key of the ledger.
    LedgerKey,
}

/// Who may see a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// Only the party that it belongs to.
    #[default]
    Own,
    /// Everybody, signed in or not.
    Everybody,
    /// Parties or groups, by name.
    Named(Vec<String>),
}

/// Terms, as other records name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermsName {
    /// Their code, such as `OPEN`.
    pub code: String,
    /// Their title.
    pub title: String,
}

/// Addresses of the parts of a ledger's proof, as other pages link them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Id of the entry.
    pub entry: String,
    /// Its number, if the reader may know it.
    pub number: Option<u64>,
    /// Size of the head that it was proved under.
    pub head_size: u64,
    /// Root of that head; shown shortened.
    pub head_root: String,
}

impl Act {
    /// What it is called, as a past act: `released`.
    pub fn key(self) -> Key {
        match self {
            Self::Submitted => Key::ActSubmitted,
            Self::Analysed => Key::ActAnalysed,
            Self::Approved => Key::ActApproved,
            Self::SentBack => Key::ActSentBack,
            Self::Released => Key::ActReleased,
            Self::Revised => Key::ActRevised,
            Self::Withdrawn => Key::ActWithdrawn,
            Self::Shared => Key::ActShared,
            Self::Confirmed => Key::ActConfirmed,
            Self::Added => Key::ActAdded,
            Self::Changed => Key::ActChanged,
            Self::Removed => Key::ActRemoved,
            Self::Accepted => Key::ActAccepted,
            Self::Attested => Key::ActAttested,
            Self::Sent => Key::ActSent,
            Self::Arrived => Key::ActArrived,
            Self::Erased => Key::ActErased,
            Self::Rotated => Key::ActRotated,
        }
    }
}

impl Kind {
    /// What it is called.
    pub fn key(self) -> Key {
        match self {
            Self::Genome => Key::KindGenome,
            Self::Batch => Key::KindBatch,
            Self::Analysis => Key::KindAnalysis,
            Self::Document => Key::KindDocument,
            Self::Shipment => Key::KindShipment,
            Self::Figure => Key::KindFigure,
            Self::Party => Key::KindParty,
            Self::Person => Key::KindPerson,
            Self::Terms => Key::KindTerms,
            Self::Share => Key::KindShare,
            Self::Receipt => Key::KindReceipt,
            Self::LedgerKey => Key::KindLedgerKey,
        }
    }
}

impl Audience {
    /// Who they are, in words: `everybody`.
    pub fn told(&self, words: &Catalogue) -> String {
        match self {
            Self::Own => words.say(Key::AudienceOwn),
            Self::Everybody => words.say(Key::AudienceEverybody),
            Self::Named(names) => {
                let names = names.join(", ");
                words.tell(Key::AudienceNamed, &[("names", Value::Text(&names))])
            }
        }
    }
}

impl Link {
    /// Its path, if it is one of this server.
    pub fn local(&self) -> Option<&str> {
        address::local(&self.address)
    }
}

/// A sign, its colour by class, and a word.
pub type Word = (&'static str, &'static str, Key);

/// The word for a status, for tables.
pub fn status_word(status: &Status) -> Word {
    match status {
        Status::Good => ("✓", "good", Key::StatusGood),
        Status::Mediocre => ("!", "mediocre", Key::StatusMediocre),
        Status::Bad => ("✕", "bad", Key::StatusBad),
        Status::Unjudged => ("·", "unjudged", Key::StatusUnjudged),
        Status::Failed => ("–", "failed", Key::StatusFailed),
    }
}

impl FilterLink {
    /// Its path; the list without filters if it is none of this server.
    pub fn local(&self) -> &str {
        address::local(&self.address).unwrap_or("?")
    }
}

impl Paging {
    /// Which part it is, in words.
    pub fn told(&self, words: &Catalogue) -> String {
        let last = (self.first + self.shown).saturating_sub(1);
        let [first, last, all] = [self.first, last, self.all].map(number::whole);
        if self.all == 0 {
            return words
                .tell(Key::PagingUncounted, &[("first", Value::Text(&first)), ("last", Value::Text(&last))]);
        }
        let given =
            [("first", Value::Text(&first)), ("last", Value::Text(&last)), ("all", Value::Text(&all))];
        words.tell(Key::PagingTold, &given)
    }

    /// Path of the part before.
    pub fn local_previous(&self) -> Option<&str> {
        self.previous.as_deref().and_then(address::local)
    }

    /// Path of the part after.
    pub fn local_next(&self) -> Option<&str> {
        self.next.as_deref().and_then(address::local)
    }
}

impl Verified {
    /// What was proved, in words.
    pub fn told(&self, words: &Catalogue) -> String {
        let head = number::shortened(&self.head_root, 13);
        let given = [("head", Value::Text(&head)), ("count", Value::Count(self.head_size))];
        match self.number {
            Some(number) => {
                let entry = number::whole(number);
                let [head, count] = given;
                words.tell(Key::ProofTold, &[head, count, ("entry", Value::Text(&entry))])
            }
            None => words.tell(Key::ProofUnnumbered, &given),
        }
    }
}

//! Saved searches: the list of one's own, one of them with what is new and how one is told, and what is confirmed behind a
//! link in a mail.
//!
//! Refuses to keep a secret: a new one is shown once, by the page that follows its making. Start at [`SearchesPage`].

use super::address;
use super::frame::Frame;
use super::parts::FieldProblem;
use crate::messages::{Catalogue, Key};

/// The reader's saved searches.
#[derive(Clone, Debug, Default)]
pub struct SearchesPage {
    /// What every page carries.
    pub frame: Frame,
    /// The searches, the oldest first.
    pub searches: Vec<Saved>,
    /// Where they take mail.
    pub mail: MailState,
    /// What is wrong with a form.
    pub problems: Vec<FieldProblem>,
}

/// Where somebody takes mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailState {
    /// Whether this server sends mail.
    pub is_sent: bool,
    /// The address; empty if there is none.
    pub address: String,
    /// Whether its owner said so from there.
    pub is_verified: bool,
}

/// A saved search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// The path of the page that asks the same.
    pub page: String,
    /// The question in one line; empty if anything is asked for.
    pub question: String,
    /// What things it is asked of.
    pub subject: String,
    /// Since when: `2026-11-20`.
    pub created: String,
    /// When its owner looked last.
    pub looked: String,
    /// How many things are new since then; none if the question cannot be asked any more.
    pub new: Option<u64>,
    /// Whether nothing is told for now.
    pub is_paused: bool,
    /// Whether its feed has an address.
    pub has_feed: bool,
    /// Whether a webhook is told.
    pub has_webhook: bool,
    /// Whether mail is sent.
    pub has_mail: bool,
    /// Whether a way of being told was stopped.
    pub is_stopped: bool,
}

/// One saved search.
#[derive(Clone, Debug, Default)]
pub struct SavedPage {
    /// What every page carries.
    pub frame: Frame,
    /// The search.
    pub search: Saved,
    /// Why the question cannot be asked any more; empty while it can.
    pub unaskable: String,
    /// What is new: some of it.
    pub news: Vec<Happened>,
    /// Addresses of its feed that were just made, as Atom and as JSON. They are shown this once.
    pub feeds: Option<(String, String)>,
    /// The secret of a webhook that was just made. It is shown this once.
    pub secret: Option<String>,
    /// How a webhook is told.
    pub webhook: Option<Told>,
    /// How mail is sent.
    pub mail: Option<Told>,
    /// Where they take mail.
    pub mail_state: MailState,
    /// What is wrong with a form.
    pub problems: Vec<FieldProblem>,
}

/// Something that happened to a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// What.
    pub change: Change,
    /// The name of the thing.
    pub name: String,
    /// The path of its page.
    pub address: String,
}

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change {
    /// It came.
    #[default]
    New,
    /// It is there in another version.
    Revised,
    /// It was withdrawn.
    Withdrawn,
    /// It is not among the answers any more.
    Left,
}

/// A way of being told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Where to.
    pub address: String,
    /// Whether once a day.
    pub is_daily: bool,
    /// Why it was stopped; empty while it is not.
    pub stopped: String,
    /// When the next try of what failed is; empty if none waits.
    pub again: String,
    /// The last tries, the newest first.
    pub tries: Vec<Try>,
}

/// A try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Try {
    /// When.
    pub at: String,
    /// So many things it told.
    pub things: u64,
    /// Whether it was taken.
    pub is_done: bool,
    /// What came of it.
    pub outcome: String,
}

/// What somebody confirms who came by a link in a mail.
#[derive(Clone, Debug, Default)]
pub struct ConfirmPage {
    /// What every page carries.
    pub frame: Frame,
    /// What it is about.
    pub matter: Matter,
    /// Where the form is sent.
    pub action: String,
    /// Whether it was confirmed.
    pub is_done: bool,
}

/// What is confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Matter {
    /// That no more mail is wanted.
    #[default]
    NoMoreMail,
    /// That an address is theirs.
    Address(String),
}

impl Saved {
    /// Path of its page.
    pub fn address(&self) -> String {
        address::below("/searches", &self.id)
    }

    /// Where a form about it is sent.
    pub fn act(&self, act: &str) -> String {
        format!("{}/{act}", self.address())
    }

    /// The page that asks the same, if it is an address of this server.
    pub fn local(&self) -> &str {
        address::local(&self.page).unwrap_or("/ask")
    }
}

impl Happened {
    /// What happened, in words.
    pub fn key(&self) -> Key {
        match self.change {
            Change::New => Key::NewsNew,
            Change::Revised => Key::NewsRevised,
            Change::Withdrawn => Key::NewsWithdrawn,
            Change::Left => Key::NewsLeft,
        }
    }

    /// Its page, if it is an address of this server.
    pub fn local(&self) -> &str {
        address::local(&self.address).unwrap_or("/")
    }
}

impl ConfirmPage {
    /// Its title.
    pub fn title(&self, words: &Catalogue) -> String {
        words.say(match self.matter {
            Matter::NoMoreMail => Key::UnsubscribeTitle,
            Matter::Address(_) => Key::VerifyTitle,
        })
    }

    /// What is confirmed, or was.
    pub fn text(&self, words: &Catalogue) -> String {
        match (&self.matter, self.is_done) {
            (Matter::NoMoreMail, false) => words.say(Key::UnsubscribeText),
            (Matter::NoMoreMail, true) => words.say(Key::UnsubscribeDone),
            (Matter::Address(address), false) => words.with(Key::VerifyText, "address", address),
            (Matter::Address(address), true) => words.with(Key::VerifyDone, "address", address),
        }
    }

    /// The word on the button.
    pub fn button(&self, words: &Catalogue) -> String {
        words.say(match self.matter {
            Matter::NoMoreMail => Key::UnsubscribeButton,
            Matter::Address(_) => Key::VerifyButton,
        })
    }
}

page!(SearchesPage, "site/searches.html");
page!(SavedPage, "site/saved.html");
page!(ConfirmPage, "site/confirm.html");

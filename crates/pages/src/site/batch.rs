//! A batch: its progress, its genomes, what was found in its fields, and what may be done with it.
//!
//! Refuses to decide what is allowed: [`Allowed`] says it. Start at [`BatchPage`].

use super::address;
use super::frame::Frame;
use super::parts::{Audience, Event, FilterLink, Link, Paging, TermsName};
use super::submission::BatchState;
use crate::messages::{Catalogue, Key, Value};
use crate::number;
use crate::report::Status;

/// A batch.
#[derive(Clone, Debug, Default)]
pub struct BatchPage {
    /// What every page carries.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// Which state of it this page shows. Every act hands it back as `revision`, so that nobody approves or releases
    /// what they have not seen.
    pub revision: String,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub state: BatchState,
    /// Who submitted it: the person, and the party.
    pub person: String,
    /// The party that it belongs to.
    pub party: String,
    /// When it was brought in.
    pub made: String,
    /// Its pathogen, and whether Hearth found it by itself; empty if not known.
    pub pathogen: String,
    /// Whether the pathogen was found and not given.
    pub is_pathogen_found: bool,
    /// Its terms.
    pub terms: TermsName,
    /// End of its embargo: `2027-01-31`.
    pub embargo: Option<String>,
    /// Who sees it when it is released, or sees it now.
    pub audience: Audience,
    /// Files that it was made from, by name.
    pub files: Vec<String>,
    /// Genomes in it.
    pub genomes_all: u64,
    /// Those that are analysed.
    pub analysed: u64,
    /// Those that others can see by now, while a release goes on.
    pub opened: Option<u64>,
    /// Seconds until the rest is, if that can be said.
    pub left_s: Option<u64>,
    /// Seconds until the page loads itself again; nothing when there is nothing to wait for.
    pub refresh_s: Option<u64>,
    /// What must be changed before it can go on: patient identifiers above all. Sentences.
    pub stops: Vec<Stop>,
    /// Its negative controls.
    pub controls: Vec<Control>,
    /// By status, as filters of the table; without those of which there is none.
    pub statuses: Vec<FilterLink>,
    /// The genomes of this part, those that need attention first.
    pub genomes: Vec<BatchGenome>,
    /// Which part of them.
    pub paging: Paging,
    /// What was found in fields; at most 100 are plenty.
    pub findings: Vec<FieldFinding>,
    /// How many more findings there are.
    pub findings_left_out: u64,
    /// Whether one click may accept all suggestions.
    pub has_suggestions: bool,
    /// What the reader may do with it now.
    pub allowed: Allowed,
    /// What happened to it, the newest first.
    pub history: Vec<Event>,
}

/// What must be changed before a batch can go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// Where: file and line, or the column.
    pub place: String,
    /// What is wrong and what to do.
    pub text: String,
}

/// A control that ran with the specimens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Control {
    /// Its name in the run.
    pub name: String,
    /// What came out.
    pub verdict: ControlVerdict,
    /// Share of the genome that was read in it, 0 to 1.
    pub read: f64,
}

/// What a control says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ControlVerdict {
    /// A negative control is empty, as it should be.
    #[default]
    Empty,
    /// A negative control is not empty: the run may be contaminated.
    NotEmpty,
    /// A positive control was read, as it should be.
    Read,
    /// A positive control was not read.
    NotRead,
}

/// A genome of a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchGenome {
    /// Its name as submitted.
    pub name: String,
    /// Its page, if it has one.
    pub address: Option<String>,
    /// Its accession with version, once it has one.
    pub accession: Option<String>,
    /// Its quality.
    pub status: Status,
    /// Whether it is analysed at all yet.
    pub is_waiting: bool,
    /// Clade and lineage, as one text; empty if not known.
    pub lineage: String,
    /// Share of the genome that was read, 0 to 1.
    pub coverage: Option<f64>,
    /// What was found, in words, the gravest first.
    pub remarks: Vec<String>,
    /// Findings in its fields.
    pub findings: u64,
    /// Where the same sequence, sample or name was seen before: each kind once.
    pub seen: Vec<Seen>,
}

/// Where something was seen before. Only what the reader may see is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What is the same.
    pub what: Same,
    /// The other records.
    pub links: Vec<Link>,
}

/// What is the same in two records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Same {
    /// The sequence, letter by letter.
    #[default]
    Sequence,
    /// The sample.
    Sample,
    /// The name.
    Name,
}

/// What was found in a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldFinding {
    /// Its id, which the form hands back.
    pub id: String,
    /// The record; empty if it is about a whole column.
    pub record: String,
    /// The field, by its label.
    pub field: String,
    /// What was given.
    pub given: String,
    /// What is wrong with it, and what to do.
    pub text: String,
    /// What it should perhaps be.
    pub suggestion: Option<String>,
    /// How many other records have the same in this field; accepting changes them all.
    pub others: u64,
    /// Whether it must be dealt with before submission.
    pub must: bool,
}

/// What a reader may do with a batch now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Hand it in for review.
    pub submit: bool,
    /// Find it fit for release.
    pub approve: bool,
    /// Send it back.
    pub send_back: bool,
    /// Make it visible.
    pub release: bool,
    /// Accept suggestions.
    pub correct: bool,
    /// Throw a draft away.
    pub discard: bool,
}

impl Allowed {
    /// Whether anything may be done that has a button of its own.
    pub fn any_act(&self) -> bool {
        self.submit || self.approve || self.send_back || self.release || self.discard
    }
}

impl BatchGenome {
    /// Path of its page, if it has one.
    pub fn local(&self) -> Option<&str> {
        self.address.as_deref().and_then(address::local)
    }
}

impl Same {
    /// What it is called.
    pub fn key(self) -> Key {
        match self {
            Self::Sequence => Key::SameSequence,
            Self::Sample => Key::SameSample,
            Self::Name => Key::SameName,
        }
    }
}

impl Control {
    /// What it says, in a sentence.
    pub fn told(&self, words: &Catalogue) -> String {
        let share = number::percent(self.read);
        let given = [("name", Value::Text(&self.name)), ("share", Value::Text(&share))];
        words.tell(
            match self.verdict {
                ControlVerdict::Empty => Key::ControlEmpty,
                ControlVerdict::NotEmpty => Key::ControlNotEmpty,
                ControlVerdict::Read => Key::ControlRead,
                ControlVerdict::NotRead => Key::ControlNotRead,
            },
            &given,
        )
    }

    /// Its colour, by class.
    pub fn class(&self) -> &'static str {
        match self.verdict {
            ControlVerdict::Empty | ControlVerdict::Read => "flash done",
            ControlVerdict::NotEmpty => "flash problem",
            ControlVerdict::NotRead => "flash caution",
        }
    }
}

impl BatchPage {
    /// What a release leads to, in one plain sentence.
    pub fn release_sentence(&self, words: &Catalogue) -> String {
        let audience = self.audience.told(words);
        let count = ("count", Value::Count(self.genomes_all));
        let (audience, terms) =
            (("audience", Value::Text(&audience)), ("terms", Value::Text(&self.terms.code)));
        match &self.embargo {
            None => words.tell(Key::ReleaseNow, &[count, audience, terms]),
            Some(date) => {
                words.tell(Key::ReleaseEmbargoed, &[count, audience, terms, ("date", Value::Text(date))])
            }
        }
    }

    /// Who sees it now, or will.
    pub fn seen_by(&self, words: &Catalogue) -> String {
        let key = if self.state == BatchState::Released { Key::SeenNow } else { Key::SeenLater };
        words.with(key, "audience", &self.audience.told(words))
    }

    /// Name of who reads it, and so of who confirms a release.
    pub fn reader_name(&self) -> &str {
        self.frame.reader.as_ref().map_or("", |reader| &reader.name)
    }
}

page!(BatchPage, "site/batch.html");

//! Figures: numbers with their definition, their two dates and their source.
//!
//! What the ledger counted and what somebody attested are different kinds, and look different. Start at [`FiguresPage`].

use super::frame::Frame;
use super::parts::Link;
use crate::messages::Key;

/// Figures as of two dates.
#[derive(Clone, Debug, Default)]
pub struct FiguresPage {
    /// What every page carries.
    pub frame: Frame,
    /// The figures.
    pub figures: Vec<Figure>,
    /// What happened by this date counts: `2026-11-20`.
    pub happened_by: String,
    /// As it was known on this date.
    pub known_by: String,
    /// What is wrong with the dates; may be empty.
    pub problem: String,
}

/// A figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// Its id, such as `K1`.
    pub id: String,
    /// The sentence that it supports.
    pub sentence: String,
    /// Its value, as text: `36`, `1,200`; nothing if it is not known for these dates.
    pub value: Option<String>,
    /// Of what: `countries`.
    pub unit: String,
    /// `at least`, `about`; may be empty.
    pub qualifier: String,
    /// How it came about.
    pub kind: FigureKind,
    /// Its definition in words.
    pub definition: String,
    /// What happened by this date counts.
    pub happened_by: String,
    /// As it was known on this date.
    pub known_by: String,
    /// Whether rows behind it are simulated.
    pub is_simulated: bool,
}

/// How a figure came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// The ledger counted it: so many entries stand behind it, and a list of them.
    Counted {
        /// How many entries were counted.
        entries: u64,
        /// How many of them are simulated.
        simulated: u64,
        /// Where they are listed, if the reader may see them.
        list: Option<Link>,
    },
    /// Somebody stated it.
    Attested {
        /// Who.
        by: String,
        /// When: `2026-11-20`.
        on: String,
        /// Where it stands: a title; never a link to elsewhere.
        source: String,
        /// The entry in the ledger, if the reader may see it.
        entry: Option<String>,
    },
}

impl Default for FigureKind {
    fn default() -> Self {
        Self::Counted { entries: 0, simulated: 0, list: None }
    }
}

impl Figure {
    /// How it came about, in a word.
    pub fn kind_key(&self) -> Key {
        match self.kind {
            FigureKind::Counted { .. } => Key::FigureCountedKind,
            FigureKind::Attested { .. } => Key::FigureAttestedKind,
        }
    }

    /// Its looks, by class.
    pub fn class(&self) -> &'static str {
        match self.kind {
            FigureKind::Counted { .. } => "counted",
            FigureKind::Attested { .. } => "attested",
        }
    }
}

page!(FiguresPage, "site/figures.html");

//! Terms of use: the list of them, the form for others, and the page that asks for acceptance.
//!
//! Start at [`TermsPage`] and [`AcceptPage`].

use super::frame::Frame;
use super::parts::FieldProblem;
use crate::messages::Key;

/// All terms.
#[derive(Clone, Debug, Default)]
pub struct TermsPage {
    /// What every page carries.
    pub frame: Frame,
    /// The terms.
    pub terms: Vec<Terms>,
    /// Whether the reader may write others.
    pub may_add: bool,
    /// What was given before, in the form.
    pub given: Terms,
    /// What is wrong with the form.
    pub problems: Vec<FieldProblem>,
}

/// Terms of use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Their code, such as `OPEN`.
    pub code: String,
    /// Their title.
    pub title: String,
    /// How far they reach.
    pub reach: Reach,
    /// Whether records under them may be embargoed.
    pub may_embargo: bool,
    /// Whether they must be accepted before a download.
    pub must_accept: bool,
    /// Whether they forbid giving records on.
    pub is_bound: bool,
    /// What they say.
    pub text: String,
    /// Records under them that the reader may see.
    pub records: u64,
}

/// How far terms reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Everybody.
    #[default]
    Everybody,
    /// Parties and groups that are named.
    Partners,
    /// The party alone.
    Own,
}

/// Where terms are accepted before a restricted download.
#[derive(Clone, Debug, Default)]
pub struct AcceptPage {
    /// What every page carries.
    pub frame: Frame,
    /// The terms.
    pub terms: Terms,
    /// The path to go on to, handed back as `next`.
    pub next: String,
    /// Records that are asked for.
    pub records: u64,
    /// Who is to be credited for them, so that it is known before.
    pub parties: Vec<String>,
}

impl Reach {
    /// All of them, in the order in which forms offer them.
    pub const ALL: [Self; 3] = [Self::Everybody, Self::Partners, Self::Own];

    /// What forms hand back: field `reach`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Partners => "partners",
            Self::Own => "own",
        }
    }

    /// What it is called.
    pub fn key(self) -> Key {
        match self {
            Self::Everybody => Key::ReachEverybody,
            Self::Partners => Key::ReachPartners,
            Self::Own => Key::ReachOwn,
        }
    }
}

page!(TermsPage, "site/terms.html");
page!(AcceptPage, "site/accept.html");

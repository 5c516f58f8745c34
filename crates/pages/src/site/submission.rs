//! Bringing genomes in: the form, and the list of what was brought in.
//!
//! Start at [`SubmitPage`] and [`BatchesPage`].

use super::frame::Frame;
use super::parts::{Choice, FieldProblem, FilterLink, Paging};
use crate::messages::Key;

/// Where files are dropped. The form hands back `files` (several), `pathogen`, `party`, `name`, `terms`, `partners`
/// (several), `embargo`.
#[derive(Clone, Debug, Default)]
pub struct SubmitPage {
    /// What every page carries.
    pub frame: Frame,
    /// Pathogens; "find by itself" is offered before them, with an empty value.
    pub pathogens: Vec<Choice>,
    /// Parties that the reader may submit for.
    pub parties: Vec<Choice>,
    /// Terms.
    pub terms: Vec<Choice>,
    /// Parties and groups that may see it under terms that name partners.
    pub partners: Vec<Choice>,
    /// Name of the batch that was given before.
    pub name: String,
    /// End of the embargo that was given before: `2027-01-31`.
    pub embargo: String,
    /// Most megabytes in one upload.
    pub most_megabytes: u64,
    /// Most genomes in one batch.
    pub most_genomes: u64,
    /// What is wrong.
    pub problems: Vec<FieldProblem>,
}

/// The submissions that the reader may see.
#[derive(Clone, Debug, Default)]
pub struct BatchesPage {
    /// What every page carries.
    pub frame: Frame,
    /// By state.
    pub states: Vec<FilterLink>,
    /// The batches, the newest first.
    pub batches: Vec<BatchLine>,
    /// Which part of them.
    pub paging: Paging,
}

/// A batch in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who submitted it.
    pub party: String,
    /// Its pathogen; empty if not yet known.
    pub pathogen: String,
    /// When it was brought in: `2026-11-20`.
    pub made: String,
    /// Its genomes.
    pub genomes: u64,
    /// Those that are analysed.
    pub analysed: u64,
    /// What there is to look at.
    pub findings: u64,
    /// What must be changed before it can go on.
    pub stops: u64,
    /// How far it is.
    pub state: BatchState,
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BatchState {
    /// Files arrive or are read.
    Receiving,
    /// Genomes are analysed.
    Analysing,
    /// Nobody but its party sees it; it is not submitted.
    #[default]
    Draft,
    /// Submitted, waits for review.
    InReview,
    /// Sent back to who submitted it.
    SentBack,
    /// Approved, waits for release.
    Approved,
    /// Visible to its audience.
    Released,
    /// Taken back.
    Withdrawn,
    /// Could not be read at all.
    Failed,
}

impl BatchState {
    /// Its name.
    pub fn key(self) -> Key {
        match self {
            Self::Receiving => Key::BatchReceiving,
            Self::Analysing => Key::BatchAnalysing,
            Self::Draft => Key::BatchDraft,
            Self::InReview => Key::BatchInReview,
            Self::SentBack => Key::BatchSentBack,
            Self::Approved => Key::BatchApproved,
            Self::Released => Key::BatchReleased,
            Self::Withdrawn => Key::BatchWithdrawn,
            Self::Failed => Key::BatchFailed,
        }
    }

    /// Its colour, by class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Receiving | Self::Analysing => "state working",
            Self::Draft => "state",
            Self::InReview | Self::Approved => "state waiting",
            Self::SentBack => "state caution",
            Self::Released => "state done",
            Self::Withdrawn | Self::Failed => "state problem",
        }
    }

    /// Whether something is going on by itself, so that looking again is worth it.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Receiving | Self::Analysing)
    }
}

page!(SubmitPage, "site/submit.html");
page!(BatchesPage, "site/batches.html");

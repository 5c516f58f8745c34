//! Batches as JSON, and what is done with them.
//!
//! Start at [`Batch`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A batch to be begun.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewBatch {
    /// Uploads that are complete: sequences, and at most one file of metadata.
    #[schemars(length(min = 1, max = 1000))]
    pub uploads: Vec<String>,
    /// The submitter's own name for it.
    #[schemars(length(max = 500))]
    pub title: String,
    /// The code of the terms that its genomes are to be released under.
    pub terms: String,
    /// Identifiers of parties and groups that they are to be shared with.
    pub partners: Vec<String>,
    /// The day on which an embargo ends: year-month-day.
    pub embargo: Option<String>,
    /// The pathogen, where it should not be found out.
    pub pathogen: Option<String>,
}

/// A batch that was begun.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Begun {
    /// Its identifier.
    pub id: String,
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BatchState {
    /// It is being analysed.
    Analysing,
    /// It can be looked through and handed in.
    Draft,
    /// It cannot be read; the message says why.
    Failed,
    /// It was handed in, and waits for somebody who reviews.
    InReview,
    /// It was sent back to who handed it in; the message says why.
    SentBack,
    /// It was approved, and waits for somebody who releases.
    Approved,
    /// Its genomes were released.
    Released,
    /// It was withdrawn.
    Withdrawn,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gravity {
    /// Something to know.
    Note,
    /// Something to look at.
    Warning,
    /// It must be put right before the batch is handed in.
    Error,
    /// It looks like something about a patient: it must be taken out.
    Stopped,
}

/// Something that was found in the metadata.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How grave it is.
    pub gravity: Gravity,
    /// The first row that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// In how many rows it is.
    pub rows: u32,
    /// The column's header; empty if it is about no column.
    pub column: String,
    /// What stands in the cell.
    pub given: String,
    /// What is wrong and what to do.
    pub message: String,
    /// What would be right, the likeliest first.
    pub suggestions: Vec<String>,
}

/// What a control of the run says.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Control {
    /// Its name.
    pub name: String,
    /// Whether nothing should have been in it.
    pub is_negative: bool,
    /// Whether it is as it should be.
    pub is_good: bool,
    /// The share of the reference that was read in it.
    pub share: f64,
}

/// A file of a batch.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Whether it holds metadata, and not sequences.
    pub is_metadata: bool,
    /// Its bytes.
    pub bytes: u64,
    /// SHA-256 of them, in hexadecimal digits.
    pub sha256: String,
}

/// A batch.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    /// Its identifier.
    pub id: String,
    /// The submitter's own name for it.
    pub title: String,
    /// How far it is.
    pub state: BatchState,
    /// By which an act says what it was decided on: it changes with everything that can be seen here.
    pub revision: String,
    /// When it was brought.
    pub made: String,
    /// What is to be said about it as a whole.
    pub message: String,
    /// Records that were analysed so far.
    pub analysed: u64,
    /// Records to be analysed, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Genomes that will be, or were, handed in.
    pub genomes: u64,
    /// Records that are left out: each says why.
    pub left_out: u64,
    /// The code of the terms that were chosen.
    pub terms: String,
    /// The day on which an embargo ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargo: Option<String>,
    /// Whether something must be put right before it can be handed in.
    pub is_stopped: bool,
    /// What was found, the gravest first, at most 1000; left out in lists.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// What the controls say; left out in lists.
    #[serde(default)]
    pub controls: Vec<Control>,
    /// What the controls say together, in words.
    #[serde(default)]
    pub controls_told: String,
    /// Its files; left out in lists.
    #[serde(default)]
    pub files: Vec<File>,
}

/// Which batches.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BatchQuery {
    /// Only in this state.
    pub state: Option<BatchState>,
    /// What the part before gave as `next`.
    #[schemars(length(max = 200))]
    pub after: Option<String>,
    /// At most so many items.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u32>,
}

/// How good a genome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// As it should be.
    Good,
    /// There are no rules for it.
    Unjudged,
    /// Some remarks.
    Mediocre,
    /// Not fit for use without a look.
    Bad,
    /// It could not be analysed, or is left out.
    Failed,
}

/// A genome of a batch.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct BatchGenome {
    /// Its place, from 0.
    pub place: u64,
    /// Its name.
    pub name: String,
    /// How good it is.
    pub quality: Quality,
    /// Its clade, as assigned.
    pub clade: String,
    /// Its lineage, as assigned.
    pub lineage: String,
    /// The share of the reference that was read.
    pub coverage: f64,
    /// Why it is left out, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
    /// What a reader should know.
    pub remarks: Vec<String>,
}

/// The revision of a batch that an act was decided on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Revision(pub String);

/// One value put right.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The column's header.
    pub column: String,
    /// What stands in cells.
    pub given: String,
    /// What is to stand there.
    pub right: String,
}

/// Values to be put right.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Correct {
    /// Whether the first suggestion of each finding is accepted.
    pub all: bool,
    /// Single values.
    #[schemars(length(max = 1000))]
    pub corrections: Vec<Correction>,
}

/// A batch to be handed in.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HandIn {
    /// If given, the batch has to be as it was then.
    pub revision: Option<Revision>,
}

/// A batch that was handed in.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct HandedIn {
    /// How many genomes it has.
    pub genomes: u64,
}

/// A batch to be approved.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ApproveBatch {
    /// If given, the batch has to be as it was then.
    pub revision: Option<Revision>,
    /// What there is to say, if anything.
    #[schemars(length(max = 4000))]
    pub reason: String,
}

/// A batch that was approved.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Approved {
    /// True.
    pub is_approved: bool,
}

/// A reason for what is done.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reasoned {
    /// Why, for those whom it concerns.
    #[schemars(length(min = 1, max = 4000))]
    pub reason: String,
    /// If given, the batch has to be as it was then.
    #[serde(default)]
    pub revision: Option<Revision>,
}

/// Something that was sent back.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct SentBack {
    /// True.
    pub is_sent_back: bool,
}

/// Something that was withdrawn.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Withdrawn {
    /// True.
    pub is_withdrawn: bool,
}

/// How far something is to go. Without terms, as was chosen before.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Release {
    /// If given, the batch has to be as it was then.
    pub revision: Option<Revision>,
    /// The code of other terms than were chosen with the batch.
    pub terms: Option<String>,
    /// Identifiers of parties and groups, with `terms`.
    pub partners: Vec<String>,
    /// The day on which an embargo ends, with `terms`.
    pub embargo: Option<String>,
}

/// What was released.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Released {
    /// How many genomes are released by now.
    pub genomes: u64,
    /// Whether the others of a large batch follow within seconds.
    pub rest_follows: bool,
}

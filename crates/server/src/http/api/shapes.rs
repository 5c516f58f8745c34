//! What goes in and out as JSON.
//!
//! Names here are the API's: once a program relies on one it stays. Refuses to know where values come from. Start at
//! [`Batch`] and [`GenomeRecord`].
#![allow(rustdoc::bare_urls, reason = "the same words stand in the OpenAPI document")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A problem, as RFC 9457 has it.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Problem {
    /// `about:blank`: the status says what it is.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What is wrong and what to do, for people.
    #[serde(default)]
    pub detail: String,
    /// By which the operator finds the request.
    #[serde(default)]
    pub request: String,
    /// What is wrong with single fields.
    #[serde(default)]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with a field.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct FieldProblem {
    /// Its name; empty for all of it.
    pub field: String,
    /// What is wrong and what to do.
    pub detail: String,
}

/// A part of a list.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// What to pass as `after` for the next part; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Paging {
    /// What the part before gave as `next`.
    #[schemars(length(max = 200))]
    pub after: Option<String>,
    /// At most so many items.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u32>,
}

/// A party's name.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct PartyRef {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Whom a token stands for.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct WhoAmI {
    /// The person's name.
    pub person: String,
    /// Their party.
    pub party: PartyRef,
    /// What the token may do: submit, review, release, curate, administer.
    pub roles: Vec<String>,
    /// Whether the party runs this server.
    pub is_of_host: bool,
}

/// How far terms let something go.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Everybody.
    Everybody,
    /// Parties and groups that are named.
    Partners,
    /// The owner alone.
    Own,
}

/// Terms of sharing.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// Their code, by which they are chosen.
    pub code: String,
    /// Their name for people.
    pub title: String,
    /// How far they let something go.
    pub reach: Reach,
    /// Whether a day must be given from which everybody may see it.
    pub needs_embargo: bool,
    /// Whether they must be accepted before something under them is taken.
    pub needs_acceptance: bool,
    /// Whether who receives something may hand it on.
    pub may_be_handed_on: bool,
    /// The full text.
    pub text: String,
}

/// What a party is.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartySort {
    /// A country.
    Country,
    /// An organisation in a country.
    Organisation,
    /// An international or regional organisation.
    International,
    /// A group of parties.
    Group,
}

/// A party.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// Its identifier, by which partners are named.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub sort: PartySort,
    /// Its country (ISO 3166-1 alpha-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A file on its way.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Upload {
    /// Its identifier.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// Bytes that it will have.
    pub bytes: u64,
    /// Bytes that arrived.
    pub arrived: u64,
    /// When it is forgotten, unless more arrives.
    pub expires: String,
    /// The batch that it became a file of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
}

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
    /// How many genomes.
    pub genomes: u64,
}

/// Which genomes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GenomeQuery {
    /// Only of this pathogen: the name of its pack.
    pub pathogen: Option<String>,
    /// Only of this country (ISO 3166-1 alpha-2).
    #[schemars(length(equal = 2))]
    pub country: Option<String>,
    /// Only of this lineage or clade.
    pub lineage: Option<String>,
    /// Only sampled then or later: year, year-month or year-month-day.
    pub from: Option<String>,
    /// Only sampled then or earlier.
    pub to: Option<String>,
    /// Only whose name or accession begins so.
    pub text: Option<String>,
    /// Only of this batch.
    pub batch: Option<String>,
    /// What one's own party keeps, released or not, in place of what others see.
    pub kept: Option<bool>,
    /// As of a log of this size.
    pub as_of: Option<u64>,
    /// What the part before gave as `next`.
    #[schemars(length(max = 200))]
    pub after: Option<String>,
    /// At most so many items.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u32>,
}

/// A genome in a list.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Genome {
    /// Its accession.
    pub accession: String,
    /// Its version.
    pub version: u32,
    /// The name of its sample.
    pub name: String,
    /// The name of its pathogen's pack.
    pub pathogen: String,
    /// Whose it is.
    pub party: PartyRef,
    /// The code of the terms that it is under; absent before its release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Where it was sampled (ISO 3166-1 alpha-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// When it was sampled, as precisely as may be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<String>,
    /// Its clade, as assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clade: Option<String>,
    /// Its lineage, as assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lineage: Option<String>,
    /// Whether it was withdrawn.
    pub is_withdrawn: bool,
    /// Whether it is simulated, for a demonstration or an exercise.
    pub is_simulated: bool,
}

/// A sequence of a genome.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Sequence {
    /// The segment; empty where there is one only.
    pub segment: String,
    /// SHA-256 of its letters, in hexadecimal digits.
    pub sha256: String,
    /// Its letters.
    pub length_nt: u32,
}

/// A version of a genome.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// Its number, from 1.
    pub version: u32,
    /// When the entry that brought it was recorded.
    pub recorded: String,
    /// Whether this is what others see, or what the owner keeps.
    pub is_released: bool,
    /// Whether it was withdrawn then.
    pub is_withdrawn: bool,
    /// The entry of the ledger.
    pub entry: String,
}

/// A genome with all that is known of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GenomeRecord {
    /// What lists say of it.
    #[serde(flatten)]
    pub genome: Genome,
    /// Its sequences, one for each segment.
    pub sequences: Vec<Sequence>,
    /// What is known of the sample, by the columns of the template.
    pub metadata: BTreeMap<String, String>,
    /// Why this version was made.
    pub reason: String,
    /// Every version that the caller may see, the newest first.
    pub versions: Vec<Version>,
    /// How to cite it.
    pub citation: String,
}

/// A sequence in place of another.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSequence {
    /// The segment; empty where there is one only.
    #[serde(default)]
    pub segment: String,
    /// Its letters, as in FASTA without the header.
    #[schemars(length(min = 1))]
    pub letters: String,
}

/// What is to be changed of a genome.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revise {
    /// The version that it was decided on: the newest.
    pub version: u32,
    /// Values by the columns of the template; columns that are not named stay.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The sequence, if it changes.
    #[serde(default)]
    pub sequence: Option<NewSequence>,
    /// Why.
    #[schemars(length(min = 1, max = 4000))]
    pub reason: String,
}

/// A new version.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Revised {
    /// Its number.
    pub version: u32,
}

//! What goes in and out as JSON.
//!
//! Names here are the API's: once a program relies on one it stays. Refuses to know where values come from. Start at
//! [`Batch`] and [`GenomeRecord`].
#![allow(rustdoc::bare_urls, reason = "the same words stand in the OpenAPI document")]

mod batches;
mod genomes;
mod searches;

pub use batches::*;
pub use genomes::*;
pub use searches::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

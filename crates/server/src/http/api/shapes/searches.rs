//! Saved searches as JSON.
//!
//! Start at [`SavedSearch`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A question that somebody keeps under a name.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct SavedSearch {
    /// Its identifier.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Of what it is asked: `genomes`.
    pub sort: String,
    /// Of which: the pathogen.
    pub subject: String,
    /// The question, as the address of its page has it behind `?`.
    pub question: String,
    /// The page that asks the same.
    pub address: String,
    /// Since when it is kept.
    pub created: String,
    /// Whether nothing is told for now.
    pub is_paused: bool,
    /// When its owner looked last.
    pub looked: String,
    /// How many things are new since then; absent if the question cannot be asked any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<u64>,
}

/// A question to keep.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSearch {
    /// What it is to be called.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Of what it is asked; `genomes` if nothing is said.
    #[serde(default)]
    pub sort: Option<String>,
    /// Of which: the pathogen, as `sars-cov-2`.
    pub subject: String,
    /// The question, as the address of a page under /ask has it behind `?`.
    #[serde(default)]
    pub question: String,
}

/// What is to be otherwise about a saved search.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSearch {
    /// Another name.
    #[serde(default)]
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// Whether nothing is told for now.
    #[serde(default)]
    pub is_paused: Option<bool>,
}

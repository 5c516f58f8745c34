//! Why a tree was refused.

use super::super::pathogen::PathogenError;

/// Why a tree was refused.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// It is larger than the limit.
    #[error("the tree has {found} {what}; at most {limit} are read")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// It is not JSON.
    #[error("the tree is not valid JSON at byte {byte}: {problem}")]
    Json {
        /// 0-based.
        byte: usize,
        /// What was expected.
        problem: String,
    },
    /// A node cannot be used.
    #[error("the tree, node {node}: {problem}")]
    Node {
        /// Its name, or its number where the name is not known yet.
        node: String,
        /// What is wrong, without a full stop.
        problem: String,
    },
    /// A part every tree must have is missing.
    #[error("the tree has no \"{0}\"; is this an Auspice v2 file?")]
    Missing(&'static str),
    /// `meta` cannot be used.
    #[error("the tree's \"meta\": {0}")]
    Meta(serde_json::Error),
    /// The `pathogen.json` inside the tree cannot be used.
    #[error("inside the tree's \"meta.extensions.nextclade.pathogen\": {0}")]
    Pathogen(#[from] PathogenError),
}

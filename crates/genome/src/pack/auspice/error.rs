//! Why a tree was refused.

use super::super::pathogen::PathogenError;

/// Why a tree was refused.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// It is larger than the limit.
    #[error("the tree has more than {limit} {what}; such trees are not read.")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// It is not JSON of the shape expected.
    #[error("the tree is not as it should be at byte {byte}: {problem}.")]
    Json {
        /// 0-based.
        byte: usize,
        /// What was expected, without a full stop.
        problem: String,
    },
    /// A node cannot be used.
    #[error("the tree, node {node}: {problem}.")]
    Node {
        /// Its name in quotes, or its number where it has no name.
        node: String,
        /// What is wrong, without a full stop.
        problem: String,
    },
    /// A part every tree must have is missing.
    #[error("the tree has no \"{0}\"; is this an Auspice JSON file, version 2?")]
    Missing(&'static str),
    /// `meta` cannot be used.
    #[error("the tree's \"meta\" (lines counted from its opening brace): {0}.")]
    Meta(serde_json::Error),
    /// The `pathogen.json` inside the tree cannot be used.
    #[error("in the tree's \"meta.extensions.nextclade\": {0}")]
    Pathogen(#[from] PathogenError),
}

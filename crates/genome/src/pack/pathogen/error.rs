//! Why a `pathogen.json` was refused.

/// Why a `pathogen.json` was refused.
#[derive(Debug, thiserror::Error)]
pub enum PathogenError {
    /// It is not JSON.
    #[error("pathogen.json is not valid JSON: {0}.")]
    Json(#[from] serde_json::Error),
    /// It is longer than any such file should be.
    #[error("pathogen.json is {bytes} bytes long; at most {limit} are read.")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A value is of the wrong type, out of range, or of a version no longer read.
    #[error("pathogen.json, {path}: {problem}.")]
    Value {
        /// Where: keys joined by dots, list items as `[0]`.
        path: String,
        /// What is wrong and what to do, without a full stop.
        problem: String,
    },
}

impl PathogenError {
    pub(super) fn value(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Value { path: path.into(), problem: problem.into() }
    }
}

//! Why an annotation was refused.

/// Why an annotation was refused. Lines are 1-based.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnnotationError {
    /// The file breaks the format or contradicts itself.
    #[error("genome annotation, line {line}: {problem}.")]
    Line {
        /// Where.
        line: u32,
        /// What is wrong and what to do, without a full stop.
        problem: String,
    },
    /// The file as a whole is not usable.
    #[error("genome annotation: {problem}.")]
    File {
        /// What is wrong and what to do, without a full stop.
        problem: String,
    },
}

impl AnnotationError {
    pub(super) fn line(line: u32, problem: impl Into<String>) -> Self {
        Self::Line { line, problem: problem.into() }
    }

    pub(super) fn file(problem: impl Into<String>) -> Self {
        Self::File { problem: problem.into() }
    }
}

//! Why a question has no answer, with the status that the API gives it.
//!
//! Start at [`Fault`].

use hearth_index::query::QueryError;
use http::StatusCode;

/// A sentence and its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Of the answer.
    pub status: StatusCode,
    /// For whoever asked.
    pub detail: String,
}

impl Fault {
    /// Of any status.
    pub fn of(status: StatusCode, detail: String) -> Self {
        Self { status, detail }
    }

    /// Something in the server is wrong, which it told its operator.
    pub fn failed() -> Self {
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, "the server failed; try again".to_owned())
    }

    /// Something in the question is wrong.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, detail.into())
    }
}

impl From<QueryError> for Fault {
    fn from(error: QueryError) -> Self {
        Self::bad(error.to_string())
    }
}

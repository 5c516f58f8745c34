//! Why a question has no answer, with the status that the API gives it.
//!
//! Start at [`Fault`].

use hearth_index::filter::FilterError;
use hearth_index::query::QueryError;
use http::StatusCode;

/// How it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Within the envelope that answers have.
    Enveloped,
    /// As a problem alone (RFC 9457): where the question did not come as far as its meaning.
    Bare,
}

/// A sentence and its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Of the answer.
    pub status: StatusCode,
    /// For whoever asked.
    pub detail: String,
    /// How it is told.
    pub shape: Shape,
    /// When to ask again, in seconds.
    pub wait_s: Option<u64>,
}

impl Fault {
    /// Of any status.
    pub fn of(status: StatusCode, detail: String) -> Self {
        let shape = match status {
            StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::NOT_ACCEPTABLE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE => Shape::Bare,
            _ => Shape::Enveloped,
        };
        Self { status, detail, shape, wait_s: None }
    }

    /// Something in the server is wrong, which it told its operator.
    pub fn failed() -> Self {
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, "the server failed; try again".to_owned())
    }

    /// Something in the question is wrong.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, detail.into())
    }

    /// A list in an address holds what cannot be read. Clients know these words.
    pub fn unread(list: &str, value: &str) -> Self {
        let detail = format!("Failed to convert '{list}' with value: '{value}'");
        Self { shape: Shape::Bare, ..Self::bad(detail) }
    }

    /// Not now.
    pub fn later(detail: impl Into<String>, wait_s: u64) -> Self {
        Self { wait_s: Some(wait_s), ..Self::of(StatusCode::SERVICE_UNAVAILABLE, detail.into()) }
    }
}

impl From<QueryError> for Fault {
    fn from(error: QueryError) -> Self {
        Self::bad(error.to_string())
    }
}

impl From<FilterError> for Fault {
    fn from(error: FilterError) -> Self {
        Self::bad(error.to_string())
    }
}

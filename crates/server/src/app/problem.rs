//! Why something was not done, whoever asked in whatever way.
//!
//! What is said to people and what is written into the log are apart: only [`Problem::Internal`] has the latter. Refuses
//! to know status codes: one file of `http` maps them. Start at [`Problem`].

use super::genomes::GenomeError;
use hearth_ledger::rules::Refusal;
use hearth_store::StoreError;
use hearth_store::blob::BlobError;
use hearth_store::db::DbError;

/// What is wrong with a field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name, as forms and the API have it; empty for all of it.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub text: String,
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// What was given cannot be taken.
    #[error("{}", .0.iter().map(|fault| fault.text.as_str()).collect::<Vec<_>>().join(" "))]
    Invalid(Vec<FieldFault>),
    /// The request itself cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// Nobody is signed in, or no longer.
    #[error("sign in first")]
    SignIn,
    /// The name or the password is wrong; which is not said.
    #[error("the user name or the password is wrong")]
    WrongPassword,
    /// They may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// It is not there, or not for these eyes.
    #[error("there is no such {0}, or it was not shared with you")]
    NotFound(&'static str),
    /// It was there, and what it says was destroyed or never kept.
    #[error("{0}")]
    Gone(String),
    /// It does not fit what is the case.
    #[error("{0}")]
    Conflict(String),
    /// The address is right and the method is not.
    #[error("this address cannot be asked in this way")]
    Method,
    /// The body is of a kind that is not taken here.
    #[error("this address takes {0}: say so in Content-Type")]
    Media(&'static str),
    /// What the request builds on is not so.
    #[error("{0}")]
    Precondition(String),
    /// More bytes than are allowed.
    #[error("this is larger than {0} bytes, which is the most that this address takes")]
    TooLarge(u64),
    /// Too often.
    #[error("too many requests: wait {0} seconds")]
    TooMany(u64),
    /// The request came too slowly.
    #[error("the request came too slowly, and was given up")]
    TooSlow,
    /// It may work a little later.
    #[error("{text}")]
    Unavailable {
        /// What is wrong.
        text: String,
        /// When to try again, in seconds.
        wait_s: u64,
    },
    /// Our fault. The words are for the log, not for people.
    #[error("{0}")]
    Internal(String),
}

const FULL: &str =
    "the server's disk is full: nothing was written. Tell whoever runs it; when there is room, repeat this";
const READ_ONLY: &str = "the server cannot write at the moment: nothing was written. Tell whoever runs it";
const UNCONFIRMED: &str = "the connection to the database broke while this was being confirmed: it may have been done or \
                           not. Look first, then repeat it if it is not there";

impl Problem {
    /// Something wrong with one field.
    pub fn field(field: &'static str, text: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldFault { field, text: text.into() }])
    }

    fn later(text: &str, wait_s: u64) -> Self {
        Self::Unavailable { text: text.to_owned(), wait_s }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(what) => Self::NotFound(what),
            Refusal::Conflict(text) => Self::Conflict(text),
            Refusal::Invalid(text) => Self::field("", text),
            Refusal::NeedsRole(_) | Refusal::NotYours | Refusal::NeedsHost => {
                Self::Forbidden(refusal.to_string())
            }
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        tracing::warn!(error = %error, "the database did not do as it was asked");
        match &error {
            DbError::Full { .. } => Self::later(FULL, 60),
            DbError::ReadOnly { .. } => Self::later(READ_ONLY, 60),
            DbError::Unconfirmed { .. } => Self::later(UNCONFIRMED, 5),
            DbError::NulCharacter => Self::field("", "a text contains a NUL character: remove it"),
            other if other.is_passing() => Self::later("the database is busy or cannot be reached", 5),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Database(error) => error.into(),
            StoreError::Refused(refusal) => refusal.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<GenomeError> for Problem {
    fn from(error: GenomeError) -> Self {
        match error {
            GenomeError::Refused(refusal) => refusal.into(),
            GenomeError::Store(error) => error.into(),
            GenomeError::Blob(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<BlobError> for Problem {
    fn from(error: BlobError) -> Self {
        tracing::warn!(error = %error, "the blob store did not do as it was asked");
        match &error {
            BlobError::TooLarge { limit } => Self::TooLarge(*limit),
            BlobError::Full { .. } => Self::later(FULL, 60),
            BlobError::ReadOnly { .. } => Self::later(READ_ONLY, 60),
            other if other.is_passing() => {
                Self::later("the store of files cannot be reached at the moment: nothing was written", 10)
            }
            other => Self::Internal(other.to_string()),
        }
    }
}

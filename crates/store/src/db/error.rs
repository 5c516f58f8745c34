//! What can go wrong with a database, told apart by what to do next.
//!
//! One sentence each, for whoever is called at night: what is wrong, where, what to do. Refuses to know which
//! statement was meant for what. Start at [`DbError`]; the codes of the two databases are sorted in `sort`.

use std::fmt;

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

/// Which database an error speaks of, in words: "the database file /srv/hearth/ledger.db".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(pub(super) std::sync::Arc<str>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What went wrong with the database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// A row with the same key is there already.
    #[error("{table} already has a row with this {columns}")]
    Unique {
        /// The table.
        table: String,
        /// Its columns that must differ, `a, b`; empty when the database did not say.
        columns: String,
        /// The constraint's name, where the database tells it (PostgreSQL).
        constraint: Option<String>,
    },
    /// Another rule of the schema was broken: a foreign key, NOT NULL, CHECK.
    #[error("a rule of the database's tables was broken, nothing was written: {reason}")]
    Rule {
        /// The database's words.
        reason: String,
    },
    /// Somebody else was writing. Trying again helps.
    #[error("{place} is busy, nothing was written: try again ({reason})")]
    Busy {
        /// Which database.
        place: Place,
        /// What was waited for.
        reason: String,
    },
    /// There is no connection. Nothing was written; trying again later helps.
    #[error(
        "{place} cannot be reached, nothing was written: is it running, and is its address right? ({reason})"
    )]
    Unreachable {
        /// Which database.
        place: Place,
        /// The system's words.
        reason: String,
    },
    /// The connection broke while the database was confirming.
    #[error(
        "the connection to {place} broke while a change was being confirmed: it may have been written or not, \
         look before trying again ({reason})"
    )]
    Unconfirmed {
        /// Which database.
        place: Place,
        /// The system's words.
        reason: String,
    },
    /// The database did not let us in, or not do this.
    #[error("{place} refuses access: check its user, password and rights ({reason})")]
    Denied {
        /// Which database.
        place: Place,
        /// The database's words.
        reason: String,
    },
    /// No room is left.
    #[error(
        "the disk of {place} is full, nothing was written: free some space, and it goes on by itself ({reason})"
    )]
    Full {
        /// Which database.
        place: Place,
        /// The database's words.
        reason: String,
    },
    /// It can be read only.
    #[error(
        "{place} can only be read, nothing was written: is its folder or server set to read-only? ({reason})"
    )]
    ReadOnly {
        /// Which database.
        place: Place,
        /// The database's words.
        reason: String,
    },
    /// The stored data is damaged.
    #[error("{place} is damaged: stop the server, keep a copy of the files, and restore a backup ({reason})")]
    Damaged {
        /// Which database.
        place: Place,
        /// The database's words.
        reason: String,
    },
    /// An earlier statement of the same transaction failed.
    #[error("an earlier statement of this transaction failed, nothing of it was written")]
    Spoiled,
    /// A parameter that one of the databases could not keep.
    #[error("a text to be stored contains a NUL character: remove it")]
    NulCharacter,
    /// A cell is not what the program took it for.
    #[error("column {column} of an answer holds {found} where {wanted} was expected")]
    Cell {
        /// Position and name.
        column: String,
        /// What was asked for.
        wanted: &'static str,
        /// What is there.
        found: String,
    },
    /// The address of a database cannot be understood.
    #[error("{reason}")]
    Address {
        /// What is wrong with it, and how it should look; never a password.
        reason: String,
    },
    /// Anything else: the program's mistake, or the database's.
    #[error("{place} could not carry out \"{statement}\": {reason}")]
    Other {
        /// Which database.
        place: Place,
        /// The beginning of the statement.
        statement: String,
        /// The database's words.
        reason: String,
    },
}

impl DbError {
    /// Whether the same may succeed when it is tried again: busy, or out of reach for now.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Unreachable { .. })
    }

    /// Whether a row with the same `columns` (`"a, b"`) was there already in `table`.
    #[must_use]
    pub fn is_unique(&self, of_table: &str, of_columns: &str) -> bool {
        matches!(self, Self::Unique { table, columns, .. } if table == of_table && columns == of_columns)
    }
}

/// How many characters of a statement are shown.
const SHOWN_CHARACTERS: usize = 80;

/// Sorts an error of the driver.
pub(super) fn sort(place: &Place, statement: &str, error: sqlx::Error) -> DbError {
    let place = place.clone();
    match error {
        sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(known) => postgres(place, statement, known),
            None => sqlite(place, statement, error.as_ref()),
        },
        sqlx::Error::Io(error) => DbError::Unreachable { place, reason: error.to_string() },
        sqlx::Error::Tls(error) => DbError::Unreachable { place, reason: format!("TLS: {error}") },
        sqlx::Error::WorkerCrashed => {
            DbError::Unreachable { place, reason: "the database's thread ended".to_owned() }
        }
        sqlx::Error::PoolClosed => {
            DbError::Unreachable { place, reason: "the server is stopping".to_owned() }
        }
        sqlx::Error::PoolTimedOut => {
            DbError::Busy { place, reason: "no connection became free in time".to_owned() }
        }
        // The driver speaks of its protocol when the other side vanished between two messages.
        other => other_error(place, statement, other.to_string()),
    }
}

fn other_error(place: Place, statement: &str, reason: String) -> DbError {
    let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    let statement = match words.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    };
    DbError::Other { place, statement, reason }
}

/// Result codes: <https://www.sqlite.org/rescode.html>; the low byte is the primary code.
fn sqlite(place: Place, statement: &str, error: &dyn DatabaseError) -> DbError {
    let code: i32 = error.code().and_then(|code| code.parse().ok()).unwrap_or(1);
    let reason = error.message().to_owned();
    match (code & 0xff, code) {
        (_, 1555 | 2067 | 2579) => sqlite_unique(&reason),
        (19, _) => DbError::Rule { reason },
        (5 | 6, _) => DbError::Busy { place, reason },
        (8, _) => DbError::ReadOnly { place, reason },
        // An fsync, truncate or write that failed is nearly always a disk without room, or a broken one.
        (13, _) => DbError::Full { place, reason },
        (11 | 26, _) => DbError::Damaged { place, reason },
        (14 | 10, _) => DbError::Unreachable { place, reason },
        (3 | 23, _) => DbError::Denied { place, reason },
        _ => other_error(place, statement, reason),
    }
}

/// `UNIQUE constraint failed: entry.a, entry.b`
fn sqlite_unique(message: &str) -> DbError {
    let list = message.rsplit_once(": ").map_or(message, |(_, list)| list);
    let mut table = String::new();
    let mut columns = Vec::new();
    for part in list.split(", ") {
        let (of, column) = part.split_once('.').unwrap_or(("", part));
        of.clone_into(&mut table);
        columns.push(column);
    }
    DbError::Unique { table, columns: columns.join(", "), constraint: None }
}

/// SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn postgres(place: Place, statement: &str, error: &PgDatabaseError) -> DbError {
    let reason = error.message().to_owned();
    match error.code() {
        "23505" => DbError::Unique {
            table: error.table().unwrap_or_default().to_owned(),
            columns: error.detail().and_then(first_in_brackets).unwrap_or_default().to_owned(),
            constraint: error.constraint().map(str::to_owned),
        },
        "25006" => DbError::ReadOnly { place, reason },
        "25P02" => DbError::Spoiled,
        // serialisation, deadlock, lock not available, too many connections, still starting
        "40001" | "40P01" | "55P03" | "53300" | "57P03" => DbError::Busy { place, reason },
        // query cancelled: a time-out of the server's
        "57014" => DbError::Busy { place, reason },
        "25P03" | "57P01" | "57P02" | "57P04" | "57P05" => DbError::Unreachable { place, reason },
        "53100" => DbError::Full { place, reason },
        "42501" => DbError::Denied { place, reason },
        "XX001" | "XX002" => DbError::Damaged { place, reason },
        "3D000" => DbError::Unreachable { place, reason },
        code => match code.get(..2) {
            Some("23") => DbError::Rule { reason },
            Some("08") => DbError::Unreachable { place, reason },
            Some("28") => DbError::Denied { place, reason },
            Some("58") => DbError::Unreachable { place, reason },
            _ => other_error(place, statement, reason),
        },
    }
}

/// `Key (a, b)=(1, 2) already exists.` in any language of the server.
fn first_in_brackets(detail: &str) -> Option<&str> {
    let (_, after) = detail.split_once('(')?;
    after.split_once(')').map(|(inside, _)| inside)
}

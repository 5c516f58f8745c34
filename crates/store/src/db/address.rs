//! Where a database is: a file for SQLite, a URL for PostgreSQL; and how it is opened.
//!
//! A password is never shown. Refuses to connect. Start at [`DatabaseUrl::parse`].

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use super::error::DbError;

/// The address of a database.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// The embedded database, in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(Box<PgConnectOptions>),
}

impl DatabaseUrl {
    /// Reads `sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME` (also `postgresql://`; a Unix socket as
    /// `postgres:///NAME?host=/FOLDER&user=USER`).
    ///
    /// # Errors
    /// [`DbError::Address`] when it is neither.
    pub fn parse(text: &str) -> Result<Self, DbError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(wrong("the address of the database has no file: write sqlite:PATH"));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
            return Err(wrong(
                "the address of the database is neither sqlite:PATH nor postgres://USER:PASSWORD@HOST:PORT/NAME",
            ));
        }
        // The driver's own words could repeat the password.
        let options = PgConnectOptions::from_str(text).map_err(|_| {
            wrong(
                "the address of the database cannot be read: write postgres://USER:PASSWORD@HOST:PORT/NAME, \
                   with %40 for an @ inside the password",
            )
        })?;
        Ok(Self::Postgres(Box::new(options)))
    }
}

fn wrong(reason: &str) -> DbError {
    DbError::Address { reason: reason.to_owned() }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "the database file {}", path.display()),
            Self::Postgres(at) => {
                let name = at.get_database().unwrap_or_else(|| at.get_username());
                match at.get_socket() {
                    Some(folder) => write!(f, "the PostgreSQL database {name} at {}", folder.display()),
                    None => {
                        write!(f, "the PostgreSQL database {name} at {}:{}", at.get_host(), at.get_port())
                    }
                }
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How a database is opened. [`DatabaseOptions::default`] is right for a server.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// Connections that read (SQLite: beside the one that writes; PostgreSQL: those that write as well).
    pub connections: u32,
    /// How long to wait for a connection, or for others to finish writing.
    pub patience: Duration,
    /// How long a statement may run on PostgreSQL, with the reading of all its rows.
    pub statement_limit: Duration,
    /// How long PostgreSQL keeps a transaction of ours whose process has fallen silent, with its locks.
    pub silence_limit: Duration,
    /// SQLite: how far a commit goes before it is acknowledged.
    pub durability: Durability,
    /// SQLite: bytes in a page of a new file, a power of two from 512 to 65536.
    pub page_bytes: u32,
    /// SQLite: bytes of pages that one connection may keep in memory.
    pub cache_bytes: u32,
}

/// How far a commit of SQLite goes before it is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Onto the disk: survives a power cut.
    Full,
    /// Into the system's memory: survives the end of the process, not a power cut. For tests and demonstrations.
    Process,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self {
            connections: 8,
            patience: Duration::from_secs(10),
            statement_limit: Duration::from_secs(1800),
            silence_limit: Duration::from_secs(60),
            durability: Durability::Full,
            page_bytes: 8192,
            cache_bytes: 8 << 20,
        }
    }
}

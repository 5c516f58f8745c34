//! Brings the tables of a database to the form that this program knows, step by step.
//!
//! Each step is one transaction, kept with the digest of its text: a step whose text changed since, or that this
//! program does not know, stops everything. Several processes may start at once: one does the work, the others
//! wait. Refuses to know what the tables mean. Start at [`migrate`]; the texts are in `migrations/`.

use std::time::{SystemTime, UNIX_EPOCH};

use hearth_base::digest::Digest;

use super::Database;
use super::error::{DbError, Place};
use super::session::{Dialect, Session, Write};
use super::value::Value;

/// A step: the same tables in both databases' words.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Counts from 1 without a gap.
    pub number: u32,
    /// What it brings.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

macro_rules! migrations {
    ($($number:literal, $name:literal;)*) => {
        &[$(Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/000", $number, "_", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/000", $number, "_", $name, ".sql")),
        }),*]
    };
}

/// All steps of this program, the oldest first.
pub const MIGRATIONS: &[Migration] = migrations! {
    1, "ledger";
    2, "uploads";
    3, "follow";
    4, "assigned";
    5, "usage";
    6, "searches";
    7, "refget";
};

/// Why the tables could not be brought to the right form.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The database was made by a newer program.
    #[error(
        "{place} was made by a newer program (its tables are at step {found}, this program knows {known}): start \
         that program, or restore the backup that was made before the upgrade"
    )]
    Newer {
        /// Which database.
        place: Place,
        /// The database's last step.
        found: u32,
        /// This program's last step.
        known: u32,
    },
    /// A step has another text than when it was applied.
    #[error(
        "step {number} of the tables of {place} is not the one that this program knows: this program and the one \
         that made the database are not of one line; nothing was changed"
    )]
    Changed {
        /// Which database.
        place: Place,
        /// The step.
        number: u32,
    },
    /// A step failed. Nothing of it was kept; the steps before it were.
    #[error("step {number} ({name}) of the tables failed, nothing of it was kept: {source}")]
    Failed {
        /// The step.
        number: u32,
        /// Its name.
        name: &'static str,
        /// What the database said.
        source: DbError,
    },
    /// The database itself.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// PostgreSQL's number of the lock that one migrating process holds: "hearth" in ASCII.
const ADVISORY_LOCK: i64 = 0x6865_6172_7468;

/// Applies those `steps` that `database` does not have yet. Returns how many.
///
/// # Errors
/// [`MigrateError`]; the database then stands at the last step that was applied whole.
pub async fn migrate(database: &Database, steps: &'static [Migration]) -> Result<u32, MigrateError> {
    let mut applied = 0;
    loop {
        let mut write = database.begin_write().await?;
        if write.dialect() == Dialect::Postgres {
            write.fetch_all("SELECT pg_advisory_xact_lock($1)", [Value::Int(ADVISORY_LOCK)]).await?;
        }
        write
            .execute(
                "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, \
                 sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)",
                [],
            )
            .await?;
        let done = check_done(&mut write, steps).await?;
        let Some(step) = steps.get(done) else {
            write.commit().await?;
            return Ok(applied);
        };
        let failed = |source| MigrateError::Failed { number: step.number, name: step.name, source };
        apply(&mut write, step).await.map_err(failed)?;
        write.commit().await.map_err(failed)?;
        tracing::info!(number = step.number, name = step.name, "a step of the tables was applied");
        applied += 1;
    }
}

/// How many steps were applied, all of them ours and unchanged.
async fn check_done(session: &mut Session, steps: &[Migration]) -> Result<usize, MigrateError> {
    let place = session.place.clone();
    let dialect = session.dialect();
    let rows = session.fetch_all("SELECT number, sha256 FROM migration ORDER BY number", []).await?;
    for (index, row) in rows.iter().enumerate() {
        let number: i64 = row.get(0)?;
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let Some(step) = steps.get(index) else {
            let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
            return Err(MigrateError::Newer { place, found: rows.len().try_into().unwrap_or(number), known });
        };
        let digest: &str = row.get(1)?;
        if number != step.number || digest != digest_of(step, dialect) {
            return Err(MigrateError::Changed { place, number });
        }
    }
    Ok(rows.len())
}

async fn apply(write: &mut Write, step: &Migration) -> Result<(), DbError> {
    let dialect = write.dialect();
    write.execute_script(text_of(step, dialect)).await?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let params = crate::params![
        step.number,
        step.name,
        digest_of(step, dialect),
        i64::try_from(now).unwrap_or(i64::MAX)
    ];
    write
        .execute("INSERT INTO migration (number, name, sha256, applied_at) VALUES ($1, $2, $3, $4)", params)
        .await?;
    Ok(())
}

fn text_of(step: &Migration, dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => step.sqlite,
        Dialect::Postgres => step.postgres,
    }
}

/// The digest of a step's text, in hexadecimal digits.
fn digest_of(step: &Migration, dialect: Dialect) -> String {
    Digest::of(text_of(step, dialect).as_bytes()).to_string()
}

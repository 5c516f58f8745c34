//! How often records were looked at and taken: numbers by day, of nobody in particular.
//!
//! No address, person or program is kept, so nothing here tells who came. It is no part of the ledger and is not proven:
//! a server that is killed forgets the last seconds. Start at [`add`].

use crate::db::{Session, Value, Write};
use crate::error::StoreError;
use crate::params;
use hearth_base::id::RecordId;
use sqlx::AssertSqlSafe;

/// Rows of one statement.
const ROWS_AT_ONCE: usize = 200;

/// In which way a record was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// Its page was opened.
    Seen,
    /// What is known of it was taken.
    Described,
    /// Its sequence was taken.
    Taken,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Seen, Self::Described, Self::Taken];

    fn number(self) -> i64 {
        match self {
            Self::Seen => 1,
            Self::Described => 2,
            Self::Taken => 3,
        }
    }
}

/// A record, a way, a day (since 1970-01-01).
pub type UseOf = (RecordId, Way, i64);

/// Adds numbers to what was counted before. They are added in the order of records, so that several servers do not wait
/// for each other in a circle.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Write, mut counted: Vec<(UseOf, u64)>) -> Result<(), StoreError> {
    counted.sort_unstable();
    for some in counted.chunks(ROWS_AT_ONCE) {
        let places = (0..some.len()).map(|row| {
            let [a, b, c, d] = [1, 2, 3, 4].map(|place| row * 4 + place);
            format!("(${a}, ${b}, ${c}, ${d})")
        });
        let sql = format!(
            "INSERT INTO usage (record, way, day, number) VALUES {} \
             ON CONFLICT (record, way, day) DO UPDATE SET number = usage.number + excluded.number",
            places.collect::<Vec<_>>().join(", ")
        );
        let values = some.iter().flat_map(|((record, way, day), number)| {
            let record: Value = record.as_bytes().to_vec().into();
            [record, way.number().into(), (*day).into(), (*number as i64).into()]
        });
        tx.execute(AssertSqlSafe(sql), values.collect::<Vec<Value>>()).await?;
    }
    Ok(())
}

/// How often a record was used in each way, on all days together.
///
/// # Errors
/// When the database fails.
pub async fn of(session: &mut Session, record: RecordId) -> Result<[(Way, u64); 3], StoreError> {
    let sql = "SELECT way, CAST(SUM(number) AS BIGINT) FROM usage WHERE record = $1 GROUP BY way";
    let mut found = Way::ALL.map(|way| (way, 0));
    for row in session.fetch_all(sql, params![record.as_bytes()]).await? {
        let (number, sum) = (row.get::<i64>(0)?, row.get::<i64>(1)?);
        if let Some(own) = found.iter_mut().find(|(way, _)| way.number() == number) {
            own.1 = sum as u64;
        }
    }
    Ok(found)
}

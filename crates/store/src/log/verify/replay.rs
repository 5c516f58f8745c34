//! The state once more: every entry replayed into an empty database, and every row compared.
//!
//! Uses the one way in which entries change the state ([`crate::state::project`]); what is proven is that the rows follow
//! from the entries, not that the way is right. Rows of records of which an entry was erased are left out: nobody can
//! replay those. Start at [`Replay::compare`].

use super::{VerifyError, wrong};
use crate::db::{
    Database, DatabaseOptions, DatabaseUrl, Dialect, Durability, MIGRATIONS, Session, Value, Write, migrate,
};
use crate::params;
use crate::state::project::Projection;
use futures::TryStreamExt as _;
use hearth_base::digest::Digest;
use hearth_base::id::RecordId;
use hearth_ledger::entry::Entry;
use sqlx::AssertSqlSafe;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::path::Path;

/// Entries replayed at once.
const BATCH: usize = 2_000;

/// The database beside, in a transaction that is never committed.
pub(super) struct Replay {
    pub(super) tx: Write,
    waiting: Option<(Projection, usize)>,
    /// Records of which an entry was erased.
    erased: HashSet<Vec<u8>>,
}

/// A table of the state, how its rows are read, and by which of their columns they are sorted.
struct Compared {
    name: &'static str,
    select: &'static str,
    /// So many columns are the key.
    key: usize,
    /// The column with the record by which erased ones are left out.
    record: Option<usize>,
}

/// Texts are sorted by their bytes in both databases; audiences are compared by what they say, not by their numbers.
const TABLES: [Compared; 8] = [
    Compared {
        name: "state",
        select: "SELECT s.record, s.face, s.from_seq, s.to_seq, s.kind, s.version, s.status, s.content, s.owner, \
                 CASE WHEN s.audience < 2 THEN s.audience END, a.text, s.opens_at, \
                 CASE WHEN s.opens_audience < 2 THEN s.opens_audience END, o.text, s.terms, s.terms_version, \
                 s.simulated FROM state s LEFT JOIN audience a ON a.id = s.audience \
                 LEFT JOIN audience o ON o.id = s.opens_audience ORDER BY s.record, s.face, s.from_seq",
        key: 3,
        record: Some(0),
    },
    Compared {
        name: "genome",
        select: "SELECT content, record, face, submission, accession, pathogen, country, collected_first, \
                 collected_last, name FROM genome ORDER BY content",
        key: 1,
        record: Some(1),
    },
    Compared {
        name: "genome_sequence",
        select: "SELECT digest, record, version, place FROM genome_sequence ORDER BY digest, record, version, place",
        key: 4,
        record: Some(1),
    },
    Compared {
        name: "share",
        select: "SELECT record, content, what, what_version, recipient, happened, recorded FROM share ORDER BY record",
        key: 1,
        record: Some(0),
    },
    Compared {
        name: "confirmation",
        select: "SELECT of_record, content, party, happened, recorded FROM confirmation ORDER BY of_record",
        key: 1,
        record: None,
    },
    Compared {
        name: "part",
        select: "SELECT whole, record FROM part ORDER BY whole, record",
        key: 2,
        record: Some(1),
    },
    Compared {
        name: "membership",
        select: "SELECT party, party_group, from_day, to_day FROM membership \
                 ORDER BY party, party_group, from_day BYTEWISE",
        key: 3,
        record: Some(1),
    },
    Compared {
        name: "audience_member",
        select: "SELECT m.member, m.sort, a.text FROM audience_member m LEFT JOIN audience a ON a.id = m.audience \
                 ORDER BY m.member, m.sort, a.text BYTEWISE",
        key: 3,
        record: None,
    },
];

impl Replay {
    /// Makes the empty database in a folder.
    pub(super) async fn begin(scratch: &Path) -> Result<Self, VerifyError> {
        let url = DatabaseUrl::Sqlite(scratch.join("replay.db"));
        let options =
            DatabaseOptions { durability: Durability::Process, connections: 1, ..DatabaseOptions::default() };
        let database = Database::open_with(&url, &options).await?;
        migrate(&database, MIGRATIONS).await?;
        let mut tx = database.begin_write().await?;
        tx.execute_script(
            "CREATE TABLE named_blob (digest BLOB PRIMARY KEY, bytes BIGINT NOT NULL, of TEXT NOT NULL) WITHOUT ROWID",
        )
        .await?;
        Ok(Self { tx, waiting: None, erased: HashSet::new() })
    }

    /// Replays an entry.
    pub(super) async fn entry(&mut self, seq: u64, entry: &Entry) -> Result<(), VerifyError> {
        let (mut projection, mut waiting) = self.waiting.take().unwrap_or_default();
        if waiting >= BATCH || projection.would_overtake(entry) {
            std::mem::take(&mut projection).apply(&mut self.tx).await?;
            waiting = 0;
        }
        projection.add(&mut self.tx, seq, entry).await?;
        self.waiting = Some((projection, waiting + 1));
        for blob in &entry.draft.blobs {
            self.name(blob.digest, blob.bytes, &format!("entry {seq}")).await?;
        }
        Ok(())
    }

    /// Notes a blob that must be there.
    pub(super) async fn name(&mut self, digest: Digest, bytes: u64, of: &str) -> Result<(), VerifyError> {
        let sql = "INSERT INTO named_blob (digest, bytes, of) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        self.tx.execute(sql, params![digest.as_bytes(), bytes as i64, of]).await?;
        Ok(())
    }

    /// Notes the record of an entry that cannot be replayed.
    pub(super) async fn erased(&mut self, record: Vec<u8>) -> Result<(), VerifyError> {
        self.erased.insert(record);
        Ok(())
    }

    /// Writes what still waits.
    pub(super) async fn finish(&mut self) -> Result<(), VerifyError> {
        if let Some((projection, _)) = self.waiting.take() {
            projection.apply(&mut self.tx).await?;
        }
        Ok(())
    }

    /// Compares every row of every table. How many there are.
    pub(super) async fn compare(&mut self, live: &mut Session) -> Result<u64, VerifyError> {
        let mut rows = 0;
        for table in &TABLES {
            rows += self.compare_table(table, live).await?;
        }
        Ok(rows)
    }

    async fn compare_table(&mut self, table: &Compared, live: &mut Session) -> Result<u64, VerifyError> {
        let text = |dialect| {
            let order = if dialect == Dialect::Postgres { "COLLATE \"C\"" } else { "" };
            AssertSqlSafe(table.select.replace("BYTEWISE", order))
        };
        let sql = text(live.dialect());
        let mut there = live.stream(sql, [])?;
        let sql = text(self.tx.dialect());
        let mut wanted = self.tx.stream(sql, [])?;
        let erased = &self.erased;
        let left_out = |row: &[Value<'_>]| match table.record.and_then(|column| row.get(column)) {
            Some(Value::Bytes(record)) => erased.contains(&record[..]),
            _ => false,
        };
        let (mut has, mut wants) = (values(there.try_next().await?)?, values(wanted.try_next().await?)?);
        let mut rows = 0;
        loop {
            let order = match (&has, &wants) {
                (None, None) => return Ok(rows),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(has), Some(wants)) => order_of(has, wants, table.key),
            };
            let what = match (order, &has, &wants) {
                (Ordering::Less, Some(row), _) if !(left_out(row) || is_leftover(table, erased)) => {
                    Some((row, "no entry says this row"))
                }
                (Ordering::Greater, _, Some(row)) if !left_out(row) => {
                    Some((row, "the entries say a row that is missing"))
                }
                (Ordering::Equal, Some(row), Some(wants)) if row != wants && !left_out(row) => {
                    Some((row, "the row is not what the entries say"))
                }
                _ => None,
            };
            if let Some((row, what)) = what {
                return Err(wrong(place(table, row), what).into());
            }
            if order != Ordering::Greater {
                has = values(there.try_next().await?)?;
                rows += 1;
            }
            if order != Ordering::Less {
                wants = values(wanted.try_next().await?)?;
            }
        }
    }
}

/// Audiences that only erased entries named stay.
fn is_leftover(table: &Compared, erased: &HashSet<Vec<u8>>) -> bool {
    table.name == "audience_member" && !erased.is_empty()
}

fn values(row: Option<crate::db::Row>) -> Result<Option<Vec<Value<'static>>>, VerifyError> {
    let Some(row) = row else { return Ok(None) };
    let cells: Result<Vec<_>, _> = (0..row.len()).map(|index| row.value(index)).collect();
    Ok(Some(cells?))
}

fn order_of(has: &[Value<'_>], wants: &[Value<'_>], key: usize) -> Ordering {
    let one = |has: &Value<'_>, wants: &Value<'_>| match (has, wants) {
        (Value::Int(has), Value::Int(wants)) => has.cmp(wants),
        (Value::Text(has), Value::Text(wants)) => has.as_bytes().cmp(wants.as_bytes()),
        (Value::Bytes(has), Value::Bytes(wants)) => has.cmp(wants),
        _ => Ordering::Equal,
    };
    let keys = has.iter().zip(wants).take(key);
    keys.map(|(has, wants)| one(has, wants)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn place(table: &Compared, row: &[Value<'_>]) -> String {
    let shown = |value: &Value<'_>| match value {
        Value::Null => "nothing".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Bytes(bytes) => match (<[u8; 16]>::try_from(&bytes[..]), <[u8; 32]>::try_from(&bytes[..])) {
            (Ok(id), _) => RecordId::from_bytes(id).to_string(),
            (_, Ok(digest)) => Digest::from_bytes(digest).to_string(),
            _ => format!("{} bytes", bytes.len()),
        },
    };
    let key: Vec<String> = row.iter().take(table.key).map(shown).collect();
    format!("table {}, row {}", table.name, key.join(", "))
}

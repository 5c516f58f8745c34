//! Measures what the database layer takes for many rows, for single commits and for reading, on both databases.
//!
//! `cargo run -p hearth-store --example database_speed [ROWS]`. The folder is the system's temporary one; set
//! TMPDIR to measure another disk.

use std::time::Instant;

use futures::TryStreamExt as _;
use hearth_store::db::{Database, DatabaseOptions, DatabaseUrl, Durability, Value};
use hearth_store::params;
use hearth_store::testing::{PostgresServer, options};

const TABLES: &str = "CREATE TABLE entry (seq BIGINT PRIMARY KEY, id BIGINT NOT NULL UNIQUE, kind TEXT NOT NULL, \
                      body {BYTES} NOT NULL)";
const COLUMNS: [&str; 4] = ["seq", "id", "kind", "body"];
const COMMITS: i64 = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    println!("memory for one empty database: {} MiB", empty_mebibytes().await?);
    println!("database                        rows   bulk s  skip s  read s  commits/s  bytes/row");
    for durability in [Durability::Full, Durability::Process] {
        for page_bytes in [4096, 8192, 16384] {
            let folder = tempfile::tempdir()?;
            let path = folder.path().join("speed.db");
            let options = DatabaseOptions { durability, page_bytes, ..options() };
            let database = Database::open_with(&DatabaseUrl::Sqlite(path.clone()), &options).await?;
            let name = format!("SQLite {durability:?} {page_bytes}");
            let measured = measure(&database, rows).await?;
            database.close().await;
            let size = std::fs::metadata(&path)?.len() / rows.unsigned_abs();
            println!("{name:<26} {rows:>9} {measured} {size:>10}");
        }
    }
    if let Some(server) = PostgresServer::of_this_process() {
        let database = Database::open_with(&server.new_database().await, &options()).await?;
        println!("{:<26} {rows:>9} {}", "PostgreSQL (fsync off)", measure(&database, rows).await?);
    }
    Ok(())
}

/// What an open, empty database takes in memory.
async fn empty_mebibytes() -> Result<u64, Box<dyn std::error::Error>> {
    let resident = || -> Result<u64, Box<dyn std::error::Error>> {
        let pages = std::fs::read_to_string("/proc/self/statm")?;
        Ok(pages.split(' ').nth(1).ok_or("no statm")?.parse::<u64>()? * 4 / 1024)
    };
    let folder = tempfile::tempdir()?;
    let before = resident()?;
    let database = Database::open(&DatabaseUrl::Sqlite(folder.path().join("empty.db"))).await?;
    database.read().await?.fetch_all("SELECT count(*) FROM sqlite_schema", []).await?;
    Ok(resident()?.saturating_sub(before))
}

async fn measure(database: &Database, rows: i64) -> Result<String, Box<dyn std::error::Error>> {
    let is_sqlite = database.dialect() == hearth_store::db::Dialect::Sqlite;
    let sql = TABLES.replace("{BYTES}", if is_sqlite { "BLOB" } else { "BYTEA" });
    let mut write = database.begin_write().await?;
    write.execute(hearth_store::db::AssertSqlSafe(sql), []).await?;
    write.commit().await?;
    let body = [7_u8; 400];
    let row = |seq: i64| {
        let id = seq.wrapping_mul(0x5851_f42d_4c95_7f2d);
        [Value::Int(seq), Value::Int(id), Value::from("record.released"), Value::from(&body)]
    };

    let started = Instant::now();
    let mut write = database.begin_write().await?;
    write.insert_many("entry", COLUMNS, (0..rows).map(row)).await?;
    write.commit().await?;
    let bulk = started.elapsed().as_secs_f64();

    let started = Instant::now();
    let mut write = database.begin_write().await?;
    write.insert_missing("entry", COLUMNS, (rows..2 * rows).map(row)).await?;
    let skip = started.elapsed().as_secs_f64();
    drop(write);

    let started = Instant::now();
    let mut read = database.read().await?;
    let mut bytes = 0;
    let mut stream = read.stream("SELECT seq, kind, body FROM entry ORDER BY seq", [])?;
    while let Some(row) = stream.try_next().await? {
        bytes += row.get::<&str>(1)?.len() + row.get::<&[u8]>(2)?.len();
    }
    drop(stream);
    drop(read);
    assert!(bytes > 0);
    let reading = started.elapsed().as_secs_f64();

    let started = Instant::now();
    for seq in -COMMITS..0 {
        let mut write = database.begin_write().await?;
        write.execute("INSERT INTO entry VALUES ($1, $1, $2, $3)", params![seq, "single", &body]).await?;
        write.commit().await?;
    }
    let commits = COMMITS as f64 / started.elapsed().as_secs_f64();
    Ok(format!("{bulk:>7.2} {skip:>7.2} {reading:>7.2} {commits:>10.0}"))
}

//! The same tests on both databases.

mod faults;

use std::time::Duration;

use futures::TryStreamExt as _;

use super::*;
use crate::params;
use crate::testing::{TestDatabase, each_database, options};

const TABLE: &str =
    "CREATE TABLE entry (id BIGINT PRIMARY KEY, name TEXT NOT NULL, body BYTEA, UNIQUE (name))";

async fn with_table(test: &TestDatabase) -> &Database {
    let mut write = test.database.begin_write().await.unwrap();
    write.execute_script(TABLE).await.unwrap();
    write.commit().await.unwrap();
    &test.database
}

async fn count(database: &Database) -> i64 {
    let mut read = database.read().await.unwrap();
    let row = read.fetch_optional("SELECT count(*) FROM entry", []).await.unwrap().unwrap();
    row.get(0).unwrap()
}

async fn insert(write: &mut Write, id: i64) -> Result<u64, DbError> {
    let name = format!("n{id}");
    write.execute("INSERT INTO entry (id, name, body) VALUES ($1, $2, NULL)", params![id, name]).await
}

#[tokio::test]
async fn what_is_written_is_read_as_it_was() {
    each_database(async |test| {
        let database = with_table(test).await;
        let mut write = database.begin_write().await.unwrap();
        let sql = "INSERT INTO entry (id, name, body) VALUES ($1, $2, $3)";
        // First without a body, so that the statement is prepared with NULL, then with one.
        write.execute(sql, params![i64::MAX, "Côte d’Ivoire 🦠", None::<&[u8]>]).await.unwrap();
        write.execute(sql, params![i64::MIN, "", &[0_u8, 255]]).await.unwrap();
        write
            .execute(sql, params![0_u32, String::from("'; DROP TABLE entry; --"), vec![7_u8; 100_000]])
            .await
            .unwrap();
        write.commit().await.unwrap();

        let mut read = database.read().await.unwrap();
        let rows = read.fetch_all("SELECT id, name, body FROM entry ORDER BY id", []).await.unwrap();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].get::<i64>(0).unwrap(), i64::MIN);
        assert_eq!(rows[0].get::<&str>(1).unwrap(), "");
        assert_eq!(rows[0].get::<[u8; 2]>(2).unwrap(), [0, 255]);
        assert_eq!(rows[1].get::<String>(1).unwrap(), "'; DROP TABLE entry; --");
        assert_eq!(rows[1].get::<Vec<u8>>(2).unwrap(), vec![7; 100_000]);
        assert_eq!(rows[2].get::<u64>(0).unwrap(), u64::try_from(i64::MAX).unwrap());
        assert_eq!(rows[2].get::<&str>(1).unwrap(), "Côte d’Ivoire 🦠");
        assert_eq!(rows[2].get::<Option<&[u8]>>(2).unwrap(), None);
        let found =
            read.fetch_optional("SELECT id FROM entry WHERE name = $1", params!["none"]).await.unwrap();
        assert!(found.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_cell_of_another_kind_is_an_error_with_the_columns_name() {
    each_database(async |test| {
        let database = with_table(test).await;
        let mut write = database.begin_write().await.unwrap();
        write.execute("INSERT INTO entry VALUES ($1, $2, NULL)", params![-1, "x"]).await.unwrap();
        let row = write.fetch_optional("SELECT id, name, body FROM entry", []).await.unwrap().unwrap();
        let check = |found: Result<(), DbError>, expected: &str| {
            assert_eq!(
                found.unwrap_err().to_string(),
                format!("column {expected} was expected"),
                "{}",
                test.name
            );
        };
        check(row.get::<&str>(0).map(drop), "0 (id) of an answer holds a whole number where a text");
        check(row.get::<i64>(1).map(drop), "1 (name) of an answer holds a text where a whole number");
        check(row.get::<&[u8]>(2).map(drop), "2 (body) of an answer holds nothing (NULL) where bytes");
        check(row.get::<u64>(0).map(drop), "0 (id) of an answer holds -1 where a number from 0 up");
        check(row.get::<i64>(3).map(drop), "3 of an answer holds no column where a column");
        let row = write.fetch_optional("SELECT CAST(1.5 AS REAL)", []).await.unwrap().unwrap();
        assert!(matches!(row.get::<i64>(0), Err(DbError::Cell { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_sum_needs_a_cast_and_then_is_a_whole_number() {
    each_database(async |test| {
        let database = with_table(test).await;
        let mut write = database.begin_write().await.unwrap();
        for id in 1..=3 {
            insert(&mut write, id).await.unwrap();
        }
        let sql = "SELECT CAST(sum(id) AS BIGINT), count(*), max(id), CAST($1 AS BIGINT) FROM entry";
        for last in [None, Some(4_i64)] {
            let row = write.fetch_optional(sql, params![last]).await.unwrap().unwrap();
            assert_eq!(row.get::<i64>(0).unwrap(), 6);
            assert_eq!((row.get::<i64>(1).unwrap(), row.get::<i64>(2).unwrap()), (3, 3));
            assert_eq!(row.get::<Option<i64>>(3).unwrap(), last);
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_row_with_the_same_key_says_which_key() {
    each_database(async |test| {
        let database = with_table(test).await;
        let insert_all = "INSERT INTO entry (id, name) VALUES ($1, $2)";
        let mut write = database.begin_write().await.unwrap();
        write.execute(insert_all, params![1, "a"]).await.unwrap();
        write.commit().await.unwrap();
        for (id, name, columns) in [(1, "b", "id"), (2, "a", "name")] {
            let mut write = database.begin_write().await.unwrap();
            let error = write.execute(insert_all, params![id, name]).await.unwrap_err();
            assert!(error.is_unique("entry", columns), "{}: {error}", test.name);
            assert_eq!(error.to_string(), format!("entry already has a row with this {columns}"));
            // Nothing more can be done in this transaction, on either database.
            assert!(matches!(insert(&mut write, 9).await, Err(DbError::Spoiled)));
            assert!(matches!(write.commit().await, Err(DbError::Spoiled)));
        }
        let mut write = database.begin_write().await.unwrap();
        let error = write.execute("INSERT INTO entry (id) VALUES (7)", []).await.unwrap_err();
        assert!(matches!(error, DbError::Rule { .. }), "{error}");
        assert_eq!(count(database).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_statement_is_shown_and_a_nul_character_refused() {
    each_database(async |test| {
        let database = with_table(test).await;
        let mut write = database.begin_write().await.unwrap();
        let error = write.execute("SELECT nothing\n   FROM nowhere", []).await.unwrap_err();
        assert!(
            error.to_string().contains("could not carry out \"SELECT nothing FROM nowhere\": "),
            "{error}"
        );
        drop(write);
        let mut write = database.begin_write().await.unwrap();
        let error =
            write.execute("INSERT INTO entry VALUES (1, $1, NULL)", params!["a\0b"]).await.unwrap_err();
        assert!(matches!(error, DbError::NulCharacter));
        insert(&mut write, 1).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    each_database(async |test| {
        let database = with_table(test).await;
        let mut write = database.begin_write().await.unwrap();
        insert(&mut write, 1).await.unwrap();
        drop(write);
        assert_eq!(count(database).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_reader_sees_one_state_and_cannot_write() {
    each_database(async |test| {
        let database = with_table(test).await;
        let mut read = database.read().await.unwrap();
        let sql = "SELECT count(*) FROM entry";
        assert_eq!(read.fetch_all(sql, []).await.unwrap()[0].get::<i64>(0).unwrap(), 0);
        let mut write = database.begin_write().await.unwrap();
        insert(&mut write, 1).await.unwrap();
        write.commit().await.unwrap();
        assert_eq!(read.fetch_all(sql, []).await.unwrap()[0].get::<i64>(0).unwrap(), 0);
        assert_eq!(count(database).await, 1);
        let refused = read.fetch_all("DELETE FROM entry RETURNING id", []).await;
        assert!(matches!(refused, Err(DbError::ReadOnly { .. })), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn many_rows_are_inserted_at_once_and_streamed() {
    const ROWS: i64 = 5_000;
    each_database(async |test| {
        let database = with_table(test).await;
        let mut write = database.begin_write().await.unwrap();
        let names: Vec<String> = (0..ROWS).map(|id| format!("name {id}")).collect();
        let body = [9_u8; 50];
        let rows = || {
            (0..ROWS)
                .zip(&names)
                .map(|(id, name)| [id.into(), name.into(), (id % 2 == 0).then_some(&body[..]).into()])
        };
        let columns = ["id", "name", "body"];
        assert_eq!(write.insert_many("entry", columns, rows()).await.unwrap(), ROWS as u64);
        write.commit().await.unwrap();

        let mut read = database.read().await.unwrap();
        let mut stream = read.stream("SELECT id, name, body FROM entry ORDER BY id", []).unwrap();
        let mut expected = 0;
        while let Some(row) = stream.try_next().await.unwrap() {
            assert_eq!(row.get::<i64>(0).unwrap(), expected);
            assert_eq!(row.get::<&str>(1).unwrap(), names[expected as usize]);
            let found: Option<&[u8]> = row.get(2).unwrap();
            assert_eq!(found, (expected % 2 == 0).then_some(&body[..]));
            expected += 1;
        }
        assert_eq!(expected, ROWS);
        drop(stream);
        // A stream that is left early does not harm what follows.
        drop(read.stream("SELECT id FROM entry", []).unwrap().try_next().await.unwrap());
        assert_eq!(read.fetch_all("SELECT id FROM entry WHERE id < 3", []).await.unwrap().len(), 3);

        let mut write = database.begin_write().await.unwrap();
        let error = write.insert_many("entry", columns, rows()).await.unwrap_err();
        assert!(matches!(error, DbError::Unique { .. }), "{}: {error}", test.name);
        drop(write);
        let mut write = database.begin_write().await.unwrap();
        write.execute("DELETE FROM entry WHERE id < 10", []).await.unwrap();
        assert_eq!(write.insert_missing("entry", columns, rows()).await.unwrap(), 10);
        assert_eq!(write.insert_many("entry", columns, []).await.unwrap(), 0);
        let bad = [[Value::Int(-1), Value::from("a\0"), Value::Null]];
        assert!(matches!(write.insert_many("entry", columns, bad).await, Err(DbError::NulCharacter)));
        drop(write);
        assert_eq!(count(database).await, ROWS);
    })
    .await;
}

type Cells = (Option<i64>, Option<String>, Option<Vec<u8>>);

/// The fast ways of inserting against the slow one, row by row, over rows of all kinds.
#[tokio::test]
async fn many_rows_at_once_are_what_they_are_one_by_one() {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let cell = proptest::option::of(proptest::collection::vec(any::<u8>(), 0..40));
    let name = proptest::option::of("[^\\x00]{0,20}");
    let rows = proptest::collection::vec((proptest::option::of(any::<i64>()), name, cell), 0..700);
    each_database(async |test| {
        let bytes = if test.database.dialect() == Dialect::Sqlite { "BLOB" } else { "BYTEA" };
        let mut runner = TestRunner::deterministic();
        for _ in 0..12 {
            let rows = rows.new_tree(&mut runner).unwrap().current();
            let values = || {
                (0_i64..).zip(&rows).map(|(at, (number, name, body))| {
                    [at.into(), (*number).into(), name.as_deref().into(), body.as_deref().into()]
                })
            };
            let columns = ["at", "number", "name", "body"];
            let mut write = test.database.begin_write().await.unwrap();
            for table in ["fast", "missing", "slow"] {
                let sql = format!(
                    "CREATE TABLE {table} (at BIGINT PRIMARY KEY, number BIGINT, name TEXT, body {bytes})"
                );
                write.execute(AssertSqlSafe(sql), []).await.unwrap();
            }
            write.insert_many("fast", columns, values()).await.unwrap();
            write.insert_missing("missing", columns, values()).await.unwrap();
            for row in values() {
                write.execute("INSERT INTO slow VALUES ($1, $2, $3, $4)", row).await.unwrap();
            }
            let mut found = Vec::new();
            for table in ["slow", "fast", "missing"] {
                let sql = AssertSqlSafe(format!("SELECT number, name, body FROM {table} ORDER BY at"));
                let rows = write.fetch_all(sql, []).await.unwrap();
                let cells = |row: &Row| Ok::<_, DbError>((row.get(0)?, row.get(1)?, row.get(2)?));
                let cells: Vec<Cells> = rows.iter().map(|row| cells(row).unwrap()).collect();
                found.push(cells);
            }
            assert_eq!(found, [rows.clone(), rows.clone(), rows], "{}", test.name);
        }
    })
    .await;
}

#[tokio::test]
async fn a_sqlite_file_of_a_server_survives_a_power_cut() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&DatabaseUrl::Sqlite(folder.path().join("a.db"))).await.unwrap();
    let mut write = database.begin_write().await.unwrap();
    let mut read = database.read().await.unwrap();
    // synchronous: 2 is FULL (https://www.sqlite.org/pragma.html#pragma_synchronous).
    for (pragma, expected) in
        [("synchronous", 2), ("foreign_keys", 1), ("page_size", 8192), ("query_only", 0)]
    {
        let sql = || AssertSqlSafe(format!("PRAGMA {pragma}"));
        let found: i64 = write.fetch_all(sql(), []).await.unwrap()[0].get(0).unwrap();
        assert_eq!(found, expected, "{pragma}");
        let found: i64 = read.fetch_all(sql(), []).await.unwrap()[0].get(0).unwrap();
        assert_eq!(found, if pragma == "query_only" { 1 } else { expected }, "{pragma} of a reader");
    }
    let rows = write.fetch_all("PRAGMA journal_mode", []).await.unwrap();
    assert_eq!(rows[0].get::<&str>(0).unwrap(), "wal");
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_writers_leave_no_gap_and_lose_nothing() {
    const EACH: i64 = 25;
    each_database(async |test| {
        let mut write = test.database.begin_write().await.unwrap();
        write
            .execute_script("CREATE TABLE head (size BIGINT NOT NULL); INSERT INTO head VALUES (0);")
            .await
            .unwrap();
        write.execute_script(TABLE).await.unwrap();
        write.commit().await.unwrap();
        let mut writers = Vec::new();
        for _ in 0..8 {
            // Each as a process of its own.
            let database = test.open_again().await;
            writers.push(tokio::spawn(async move {
                for _ in 0..EACH {
                    let mut write = database.begin_write().await.unwrap();
                    write.lock_row("head").await.unwrap();
                    let row = write.fetch_optional("SELECT size FROM head", []).await.unwrap().unwrap();
                    let size: i64 = row.get(0).unwrap();
                    insert(&mut write, size).await.unwrap();
                    write.execute("UPDATE head SET size = $1", params![size + 1]).await.unwrap();
                    write.commit().await.unwrap();
                }
                database.close().await;
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(count(&test.database).await, 8 * EACH);
    })
    .await;
}

#[tokio::test]
async fn a_writer_that_waits_too_long_is_told_that_it_is_busy() {
    each_database(async |test| {
        let mut first = test.database.begin_write().await.unwrap();
        first.execute_script("CREATE TABLE head (size BIGINT)").await.unwrap();
        first.execute_script("INSERT INTO head VALUES (0)").await.unwrap();
        first.commit().await.unwrap();
        let mut first = test.database.begin_write().await.unwrap();
        first.lock_row("head").await.unwrap();
        let hasty = DatabaseOptions { patience: Duration::from_millis(300), ..options() };
        let other = Database::open_with(&test.url, &hasty).await.unwrap();
        let second = async {
            let mut write = other.begin_write().await?;
            write.lock_row("head").await
        };
        let error = second.await.unwrap_err();
        assert!(matches!(error, DbError::Busy { .. }) && error.is_passing(), "{}: {error}", test.name);
        first.commit().await.unwrap();
        other.begin_write().await.unwrap().lock_row("head").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn whoever_watches_is_woken_by_a_commit_alone() {
    each_database(async |test| {
        let database = with_table(test).await;
        let long = Duration::from_secs(20);
        let mut jobs = database.watch(Topic::Jobs, Duration::from_millis(50));
        // PostgreSQL: the listening connection rings once when it is there.
        while jobs.changed().await == Wake::Told {}
        if database.dialect() == Dialect::Postgres {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        let mut jobs = database.watch(Topic::Jobs, Duration::from_millis(300));
        let mut ledger = database.watch(Topic::Ledger, long);
        let mut write = database.begin_write().await.unwrap();
        write.notify(Topic::Jobs).await.unwrap();
        drop(write);
        assert_eq!(jobs.changed().await, Wake::Poll, "{}", test.name);
        let mut write = database.begin_write().await.unwrap();
        write.notify(Topic::Ledger).await.unwrap();
        write.commit().await.unwrap();
        assert_eq!(ledger.changed().await, Wake::Told);
        assert_eq!(jobs.changed().await, Wake::Poll);
    })
    .await;
}

#[tokio::test]
async fn another_process_is_woken_by_postgresql() {
    let Some(test) = TestDatabase::postgres().await else { return };
    let other = test.open_again().await;
    let mut watch = other.watch(Topic::Ledger, Duration::from_secs(20));
    // Once when it began to listen.
    assert_eq!(watch.changed().await, Wake::Told);
    let mut write = test.database.begin_write().await.unwrap();
    write.notify(Topic::Ledger).await.unwrap();
    write.commit().await.unwrap();
    let started = std::time::Instant::now();
    assert_eq!(watch.changed().await, Wake::Told);
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn an_address_is_read_and_its_password_never_shown() {
    let check = |text: &str, expected: &str| {
        let found = match DatabaseUrl::parse(text) {
            Ok(url) => format!("{url}"),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(found, expected, "{text}");
        assert!(!found.contains("s3cret"));
    };
    check("sqlite:/srv/hearth/ledger.db", "the database file /srv/hearth/ledger.db");
    check("sqlite://ledger.db", "the database file ledger.db");
    check(
        "postgres://anna:s3cret@db.example:5433/hearth",
        "the PostgreSQL database hearth at db.example:5433",
    );
    check(
        "postgresql:///hearth?host=/run/pg&user=anna&password=s3cret",
        "the PostgreSQL database hearth at /run/pg",
    );
    check("sqlite:", "error: the address of the database has no file: write sqlite:PATH");
    let neither = "error: the address of the database is neither sqlite:PATH nor postgres://USER:PASSWORD@HOST:PORT/NAME";
    check("mysql://anna:s3cret@db/x", neither);
    check("", neither);
    let unreadable = "error: the address of the database cannot be read: write \
                      postgres://USER:PASSWORD@HOST:PORT/NAME, with %40 for an @ inside the password";
    check("postgres://anna:s3cret@db:notaport/x", unreadable);
    let shown = format!("{:?}", DatabaseUrl::parse("postgres://anna:s3cret@db/x"));
    assert!(!shown.contains("s3cret"), "{shown}");
}

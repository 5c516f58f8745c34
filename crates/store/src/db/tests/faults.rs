//! What happens when the database, its disk or its server fails; and what the steps of the tables refuse.

use std::time::{Duration, Instant};

use crate::db::*;
use crate::params;
use crate::testing::{PostgresServer, TestDatabase, TinyDisk, each_database, options, skip};

const INSERT: &str = "INSERT INTO entry (id, body) VALUES ($1, $2)";

async fn with_table(database: &Database) {
    let mut write = database.begin_write().await.unwrap();
    write.execute_script("CREATE TABLE entry (id BIGINT PRIMARY KEY, body TEXT)").await.unwrap();
    write.commit().await.unwrap();
}

async fn count(database: &Database) -> Result<i64, DbError> {
    let mut read = database.read().await?;
    read.fetch_all("SELECT count(*) FROM entry", []).await?[0].get(0)
}

async fn insert(database: &Database, id: i64, body: &str) -> Result<(), DbError> {
    let mut write = database.begin_write().await?;
    write.execute(INSERT, params![id, body]).await?;
    write.commit().await
}

#[tokio::test]
async fn a_killed_connection_ends_its_transaction_and_no_other() {
    let Some(server) = PostgresServer::of_this_process() else { return };
    let Some(test) = TestDatabase::postgres().await else { return };
    let database = &test.database;
    with_table(database).await;
    let mut write = database.begin_write().await.unwrap();
    write.execute(INSERT, params![1, "lost"]).await.unwrap();
    assert!(server.kill_connections(&test.url).await > 0);
    let error = write.execute(INSERT, params![2, "lost"]).await.unwrap_err();
    assert!(matches!(error, DbError::Unreachable { .. }) && error.is_passing(), "{error}");
    assert!(matches!(write.commit().await, Err(DbError::Spoiled)));
    // The next one works, though every connection of the pool is dead.
    insert(database, 3, "kept").await.unwrap();
    let mut write = database.begin_write().await.unwrap();
    write.execute(INSERT, params![4, "unknown"]).await.unwrap();
    server.kill_connections(&test.url).await;
    let error = write.commit().await.unwrap_err();
    assert!(matches!(error, DbError::Unconfirmed { .. }) && !error.is_passing(), "{error}");
    assert_eq!(count(database).await.unwrap(), 1);
}

#[tokio::test]
async fn a_server_that_is_down_is_named_and_found_again_when_it_is_up() {
    if PostgresServer::of_this_process().is_none() {
        return;
    }
    let Ok(server) = PostgresServer::start() else { return skip("a second PostgreSQL does not start") };
    let url = server.new_database().await;
    let hasty = DatabaseOptions { patience: Duration::from_millis(700), ..options() };
    let database = Database::open_with(&url, &hasty).await.unwrap();
    with_table(&database).await;
    let mut watch = database.watch(Topic::Ledger, Duration::from_secs(20));
    let mut write = database.begin_write().await.unwrap();
    write.execute(INSERT, params![1, "lost"]).await.unwrap();
    server.stop();
    let error = write.execute(INSERT, params![2, "lost"]).await.unwrap_err();
    assert!(matches!(error, DbError::Unreachable { .. }), "{error}");
    drop(write);
    let started = Instant::now();
    let error = insert(&database, 3, "").await.unwrap_err();
    assert!(matches!(error, DbError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("cannot be reached"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
    let refused = Database::open_with(&url, &hasty).await.err().unwrap();
    assert!(matches!(refused, DbError::Unreachable { .. }), "{refused}");
    server.start_again();
    let started = Instant::now();
    while let Err(error) = insert(&database, 4, "kept").await {
        assert!(error.is_passing() && started.elapsed() < Duration::from_secs(10), "{error}");
    }
    assert_eq!(count(&database).await.unwrap(), 1);
    // Whoever watches is told to look, since something may have been missed; and hears again.
    assert_eq!(watch.changed().await, Wake::Told);
}

#[tokio::test]
async fn a_server_or_database_that_is_not_there_is_said_so_at_once() {
    let check = async |url: &str, expected: &str| {
        let hasty = DatabaseOptions { patience: Duration::from_millis(500), ..options() };
        let error = Database::open_with(&DatabaseUrl::parse(url).unwrap(), &hasty).await.err().unwrap();
        assert!(error.to_string().starts_with(expected), "{error}");
    };
    check("postgres://hearth@127.0.0.1:9/x", "the PostgreSQL database x at 127.0.0.1:9 cannot be reached")
        .await;
    check("sqlite:/nowhere/at/all.db", "the database file /nowhere/at/all.db cannot be reached").await;
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_goes_on_when_there_is_room() {
    let Some(disk) = TinyDisk::mount(8) else { return };
    let url = DatabaseUrl::Sqlite(disk.path().join("ledger.db"));
    // As a server has it: every commit goes to the disk.
    let database = Database::open(&url).await.unwrap();
    with_table(&database).await;
    let body = "x".repeat(100_000);
    insert(&database, 0, &body).await.unwrap();
    let ballast = disk.fill();
    let mut kept = 1;
    let error = loop {
        match insert(&database, kept, &body).await {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 1000);
    };
    assert!(matches!(error, DbError::Full { .. }), "{error}");
    assert!(error.to_string().starts_with("the disk of the database file "), "{error}");
    assert_eq!(count(&database).await.unwrap(), kept);
    std::fs::remove_file(ballast).unwrap();
    insert(&database, kept, &body).await.unwrap();
    assert_eq!(count(&database).await.unwrap(), kept + 1);
    database.close().await;
}

#[tokio::test]
async fn a_disk_that_is_read_only_is_named() {
    let Some(disk) = TinyDisk::mount(8) else { return };
    let url = DatabaseUrl::Sqlite(disk.path().join("ledger.db"));
    let database = Database::open(&url).await.unwrap();
    with_table(&database).await;
    database.close().await;
    drop(database);
    disk.set_read_only(true);
    let opened = Database::open(&url).await;
    let error = match opened {
        Ok(database) => insert(&database, 1, "x").await.unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(error, DbError::ReadOnly { .. }), "{error}");
}

#[tokio::test]
async fn a_damaged_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let url = DatabaseUrl::Sqlite(path.clone());
    let database = Database::open(&url).await.unwrap();
    with_table(&database).await;
    for id in 0..100 {
        insert(&database, id, &"x".repeat(1000)).await.unwrap();
    }
    database.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[8192..].fill(0xee);
    std::fs::write(&path, bytes).unwrap();
    let database = Database::open(&url).await.unwrap();
    let error = count(&database).await.unwrap_err();
    assert!(matches!(error, DbError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("restore a backup"), "{error}");
    std::fs::write(&path, "this is no database at all, but long enough to be looked at".repeat(20)).unwrap();
    let error = Database::open(&url).await.err().unwrap();
    assert!(matches!(error, DbError::Damaged { .. }), "{error}");
}

const fn step(number: u32, name: &'static str, text: &'static str) -> Migration {
    Migration { number, name, sqlite: text, postgres: text }
}

const STEPS: &[Migration] = &[
    step(1, "first", "-- Only words."),
    step(
        2,
        "second",
        "CREATE TABLE a (id BIGINT PRIMARY KEY); INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);",
    ),
];

#[tokio::test]
async fn steps_are_applied_once_and_go_on_from_where_they_stood() {
    const MORE: &[Migration] = &[STEPS[0], STEPS[1], step(3, "third", "CREATE TABLE b (id BIGINT)")];
    each_database(async |test| {
        assert_eq!(migrate(&test.database, &STEPS[..1]).await.unwrap(), 1);
        assert_eq!(migrate(&test.database, STEPS).await.unwrap(), 1);
        assert_eq!(migrate(&test.database, STEPS).await.unwrap(), 0);
        assert_eq!(migrate(&test.open_again().await, MORE).await.unwrap(), 1);
        let mut read = test.database.read().await.unwrap();
        assert_eq!(read.fetch_all("SELECT id FROM a", []).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_changed_step_and_a_newer_database_are_refused() {
    const CHANGED: &[Migration] = &[STEPS[0], step(2, "second", "CREATE TABLE a (id BIGINT)")];
    each_database(async |test| {
        migrate(&test.database, STEPS).await.unwrap();
        let error = migrate(&test.database, CHANGED).await.unwrap_err();
        assert!(matches!(error, MigrateError::Changed { number: 2, .. }), "{error}");
        let error = migrate(&test.database, &STEPS[..1]).await.unwrap_err();
        assert!(matches!(error, MigrateError::Newer { found: 2, known: 1, .. }), "{error}");
        assert!(error.to_string().contains("was made by a newer program"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_of_itself() {
    const BROKEN: &[Migration] =
        &[STEPS[0], step(2, "broken", "CREATE TABLE c (id BIGINT); SELECT nonsense;")];
    each_database(async |test| {
        let error = migrate(&test.database, BROKEN).await.unwrap_err();
        assert!(matches!(error, MigrateError::Failed { number: 2, .. }), "{error}");
        let mut read = test.database.read().await.unwrap();
        assert_eq!(read.fetch_all("SELECT number FROM migration", []).await.unwrap().len(), 1);
        assert!(read.fetch_all("SELECT id FROM c", []).await.is_err());
        assert_eq!(migrate(&test.database, STEPS).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_do_each_step_once() {
    each_database(async |test| {
        let mut starting = Vec::new();
        for _ in 0..6 {
            let database = test.open_again().await;
            starting.push(tokio::spawn(async move { migrate(&database, STEPS).await }));
        }
        let mut applied = 0;
        for start in starting {
            applied += start.await.unwrap().unwrap();
        }
        assert_eq!(applied, 2, "{}", test.name);
    })
    .await;
}

#[test]
fn the_steps_of_the_program_are_those_in_the_folders() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for (folder, text) in
        [("sqlite", (|step| step.sqlite) as fn(&Migration) -> &str), ("postgres", |step| step.postgres)]
    {
        let mut names: Vec<_> = std::fs::read_dir(root.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected: Vec<_> =
            MIGRATIONS.iter().map(|step| format!("{:04}_{}.sql", step.number, step.name)).collect();
        assert_eq!(names, expected, "{folder}");
        for (index, step) in MIGRATIONS.iter().enumerate() {
            assert_eq!(step.number as usize, index + 1);
            assert_eq!(
                std::fs::read_to_string(root.join(folder).join(&expected[index])).unwrap(),
                text(step)
            );
        }
    }
}

#[tokio::test]
async fn the_steps_of_the_program_can_be_applied() {
    each_database(async |test| {
        assert_eq!(migrate(&test.database, MIGRATIONS).await.unwrap() as usize, MIGRATIONS.len());
    })
    .await;
}
